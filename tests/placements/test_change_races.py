"""Two at once, while a host changes what is booked. One side is held still in a transaction."""

import pytest

from placements import bookings, changes, lowering, redating
from placements.models import Booking
from placements.states import BookingState
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory, days_ahead
from tests.placements.test_booking_races import meanwhile, nothing_is_miscounted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slot():
    return SlotFactory(places=6)


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def agreed(slot, host):
    asked = bookings.request(slot, places=4, by=CareersLeaderFactory())
    return bookings.accept(asked, by=host)


def leave_room_for(slot, agreed, host, *, places=2):
    """As the host's page had it before anybody else came."""
    seen = lowering.mark([agreed])

    def lower():
        lowering.lower(
            slot,
            places=places,
            keep={agreed.pk: places},
            seen=seen,
            reason="staffing",
            by=host,
        )
        return Booking.objects.get(pk=agreed.pk)

    return lower


def test_nobody_books_places_that_are_being_taken_away(slot, host, agreed):
    lower = leave_room_for(slot, agreed, host)
    other = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=2, by=other) as answer:
        lower()

    assert answer == ["slot_full"]
    assert nothing_is_miscounted(slot)


def test_a_host_looks_again_when_somebody_booked_meanwhile(slot, host, agreed):
    lower = leave_room_for(slot, agreed, host)

    with meanwhile(lower) as answer:
        bookings.request(slot, places=2, by=CareersLeaderFactory())

    assert answer == ["bookings_changed"]
    assert Booking.objects.get(pk=agreed.pk).places == 4
    assert nothing_is_miscounted(slot)


def test_of_two_colleagues_who_answer_at_once_the_first_is_heard(slot, host, agreed):
    redating.move(
        slot, starts_on=days_ahead(74), ends_on=days_ahead(78), reason="staffing", by=host
    )

    with meanwhile(changes.leave, agreed, by=agreed.asked_by) as answer:
        changes.keep(agreed, by=agreed.asked_by)

    assert answer == ["move_not_allowed"]
    assert Booking.objects.get(pk=agreed.pk).state == BookingState.ACCEPTED
    assert nothing_is_miscounted(slot)


def test_whoever_books_while_the_dates_move_has_booked_the_new_ones(slot, host, agreed):
    later = days_ahead(74)
    other = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=1, by=other) as answer:
        redating.move(slot, starts_on=later, ends_on=later, reason="staffing", by=host)

    assert answer == [BookingState.REQUESTED]
    booked = Booking.objects.select_related("slot").get(school=other.organisation)
    assert booked.slot.starts_on == later
    assert not booked.changes.exists()
    assert nothing_is_miscounted(slot)
