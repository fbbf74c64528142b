import re
from copy import deepcopy

import pytest
from django.conf import settings

from accounts import letters
from accounts.letters import Letter
from accounts.models import Message

WORDS = "Subject: Hello, {{ name }}\nThe O'Brien & Sons bakery says hello.\n\n- Flour\n- Water\n\nSee it: {{ link_to('home') }}\n"


@pytest.fixture
def note(settings, tmp_path):
    """A kind of letter of the test's own; its `holds` and `name` can be changed."""
    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [*settings.TEMPLATES[0]["DIRS"], tmp_path]
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "note.txt").write_text(WORDS, encoding="utf-8")
    told = {"name": "Sam", "holds": True}
    letters.register(
        Letter(
            "note",
            words=lambda message: {"name": told["name"]},
            still_holds=lambda message: told["holds"],
        )
    )
    yield told
    del letters._letters["note"]


@pytest.fixture
def unwritable():
    """A kind of letter whose words cannot be found."""

    def words(message):
        raise LookupError(message.subject)

    letters.register(Letter("unwritable", words=words))
    yield "unwritable"
    del letters._letters["unwritable"]


@pytest.fixture
def link_in():
    """The path that the newest mail of a kind leads to, as it would be written now."""

    def newest(kind):
        message = Message.objects.filter(kind=kind).latest("made_at")
        found = re.search(rf"{settings.SITE_ADDRESS}(/from-mail/\S+)", letters.write(message).text)
        return found[1]

    return newest
