import pytest
from django.core.management import CommandError, call_command

from placements import bookings
from tests.factories import CareersLeaderFactory, SlotFactory

pytestmark = pytest.mark.django_db


def test_places_that_add_up_are_said_to(capsys):
    bookings.request(SlotFactory(), places=2, by=CareersLeaderFactory())

    call_command("check_places")

    assert capsys.readouterr().out == "Every slot's places add up.\n"


def test_a_slot_whose_places_do_not_add_up_fails_the_check_and_is_named(capsys):
    slot = SlotFactory(taken=3)

    with pytest.raises(CommandError, match="1 slots are miscounted"):
        call_command("check_places")

    assert capsys.readouterr().err == f"{slot.pk}: 3 taken, 0 held by bookings\n"
