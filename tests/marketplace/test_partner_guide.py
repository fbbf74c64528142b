"""What docs/api.md tells a new partner to do, done word for word."""

import json
import re
import shlex
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from placements.models import Booking
from tests.factories import HostFactory, SchoolOrganisationFactory, SlotFactory

pytestmark = pytest.mark.django_db(transaction=True)

GUIDE = (settings.ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind):
    return [code for language, code in BLOCK.findall(GUIDE) if language == kind]


def issued_to(organisation):
    """The command of the guide, with an identifier in its place."""
    words = shlex.split(blocks("")[0])
    said = StringIO()
    call_command(
        *(str(organisation.pk) if word == "ID" else word for word in words[3:]), stdout=said
    )
    return json.loads(said.getvalue())


def test_a_new_partner_gets_a_token_books_retries_and_cancels(live_server, capsys):
    school, slot = SchoolOrganisationFactory(), SlotFactory()
    HostFactory(organisation=slot.placement.provider)
    client = issued_to(school)
    program = "\n".join(blocks("python"))
    for name, value in {
        "SITE": live_server.url,
        "CLIENT_ID": client["client_id"],
        "CLIENT_SECRET": client["client_secret"],
        "SLOT": str(slot.pk),
    }.items():
        program, replaced = re.subn(
            rf'^{name} = ".*?"', f'{name} = "{value}"', program, flags=re.MULTILINE
        )
        assert replaced == 1

    exec(compile(program, "docs/api.md", "exec"), {"__name__": "guide"})

    booking = Booking.objects.get()
    assert (booking.school, booking.slot, booking.state) == (school, slot, "cancelled")
    assert booking.asked_by.platform == "Unifrog"
    assert capsys.readouterr().out.splitlines() == [
        "201 requested",
        f"[('{booking.pk}', 'requested')] None",
        "None",
        "200 cancelled",
    ]
