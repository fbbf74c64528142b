import pytest
from django.core.management import CommandError, call_command

from placements import bookings
from placements.states import BookingState
from tests.factories import BookingFactory, CareersLeaderFactory, SlotFactory

pytestmark = pytest.mark.django_db


def test_places_that_add_up_are_said_to(capsys):
    bookings.request(SlotFactory(), places=2, by=CareersLeaderFactory())

    call_command("check_places")

    assert capsys.readouterr().out == (
        "Every slot's places add up, and nobody waits for a place that is free.\n"
    )


def test_a_slot_whose_places_do_not_add_up_fails_the_check_and_is_named(capsys):
    slot = SlotFactory(taken=3)

    with pytest.raises(CommandError, match="1 slots are miscounted"):
        call_command("check_places")

    named = f"{slot.pk}: 3 taken, 0 held by bookings; 0 waiting, 0 on the list; 0 kept, 0 set aside and not booked\n"
    assert capsys.readouterr().err == named


def test_a_group_that_is_not_counted_on_its_list_fails_the_check():
    slot = SlotFactory(places=2, taken=2)
    BookingFactory(slot=slot)
    BookingFactory(slot=slot, state=BookingState.WAITING)

    with pytest.raises(CommandError, match="1 slots are miscounted"):
        call_command("check_places")


def test_a_group_that_could_use_free_places_fails_the_check(capsys):
    slot = SlotFactory(places=2, waiting=1)
    BookingFactory(slot=slot, state=BookingState.WAITING)

    with pytest.raises(CommandError, match="In 1 slots somebody is overlooked"):
        call_command("check_places")

    named = f"{slot.pk}: somebody waits who could use the free places\n"
    assert capsys.readouterr().err == named
