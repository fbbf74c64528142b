"""The verbs of dates."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock
from placements import bookings, listings, slots
from placements.models import Booking, Slot
from placements.states import BookingState, PlacementState, SlotState
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    DraftFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def placement():
    return PlacementFactory()


@pytest.fixture
def host(placement):
    return HostFactory(organisation=placement.provider)


@pytest.fixture
def slot(placement):
    return SlotFactory(placement=placement, places=6)


def add(placement, by, *, start=40, days=5, places=4):
    starts_on = days_ahead(start)
    ends_on = starts_on + timedelta(days=days - 1)
    return slots.add(placement, starts_on=starts_on, ends_on=ends_on, places=places, by=by)


def test_dates_open_and_close_by_the_listings_rule(host):
    placement = PlacementFactory(
        provider=host.organisation, opens_days_before=100, closes_days_before=14
    )

    slot = add(placement, host, start=60)

    assert slot.opens_on == slot.starts_on - timedelta(days=100)
    assert slot.closes_on == slot.starts_on - timedelta(days=14)
    assert [move.went_to for move in slot.moves.all()] == ["open"]


def test_dates_to_come_stand_first_and_what_was_called_off_last(placement):
    later, over, soon, off = (
        SlotFactory(placement=placement, starts_on=days_ahead(days)) for days in (90, -30, 40, 60)
    )
    Slot.objects.filter(pk=off.pk).update(state=SlotState.CANCELLED)

    assert list(placement.slots.soonest_first()) == [soon, later, over, off]


@pytest.mark.parametrize("verb", ["add", "change", "remove", "cancel"])
def test_dates_are_the_business_of_their_provider_alone(placement, slot, verb):
    stranger = HostFactory()
    attempts = {
        "add": lambda: add(placement, stranger),
        "change": lambda: slots.change(slot, places=9, by=stranger),
        "remove": lambda: slots.remove(slot, by=stranger),
        "cancel": lambda: slots.cancel(slot, reason="staffing", comment="", by=stranger),
    }

    with pytest.raises(PermissionDenied):
        attempts[verb]()

    slot.refresh_from_db()
    assert (slot.places, slot.state) == (6, SlotState.OPEN)
    assert Slot.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"start": 0}, "in_the_past"),
        ({"start": -400}, "in_the_past"),
        ({"start": 3}, "closed_already"),
        ({"start": 800}, "too_far_ahead"),
        ({"days": 0}, "ends_before_it_starts"),
        ({"days": 400}, "too_long"),
        ({"places": 0}, "invalid"),
        ({"places": 1_000_000}, "invalid"),
        ({"places": -1}, "invalid"),
    ],
)
def test_dates_that_make_no_sense_are_refused(placement, host, refused, asked, code):
    with refused(code):
        add(placement, host, **asked)

    assert not Slot.objects.exists()


def test_the_same_dates_are_offered_once(placement, host, slot, refused):
    with refused("same_dates"):
        slots.add(placement, starts_on=slot.starts_on, ends_on=slot.ends_on, places=2, by=host)


def test_dates_that_were_called_off_can_be_offered_again(placement, host, slot):
    slots.cancel(slot, reason="staffing", comment="", by=host)

    again = slots.add(placement, starts_on=slot.starts_on, ends_on=slot.ends_on, places=2, by=host)

    assert again.state == SlotState.OPEN


@pytest.mark.parametrize("state", [PlacementState.WITHDRAWN, PlacementState.DECLINED])
def test_a_closed_listing_takes_no_dates(host, refused, state):
    placement = PlacementFactory(provider=host.organisation, state=state)

    with refused("listing_closed"):
        add(placement, host)


def test_places_can_be_fewer_down_to_those_that_are_taken(slot, host, refused):
    bookings.request(slot, places=4, by=CareersLeaderFactory())

    with refused("below_taken"):
        slots.change(slot, places=3, by=host)
    slots.change(slot, places=4, by=host)

    slot.refresh_from_db()
    assert (slot.places, slot.taken) == (4, 4)


def test_dates_without_bookings_move(slot, host):
    slots.change(slot, starts_on=days_ahead(90), ends_on=days_ahead(91), by=host)

    slot.refresh_from_db()
    assert slot.starts_on == days_ahead(90)
    assert slot.closes_on == days_ahead(83)


def test_dates_with_bookings_stay(slot, host, refused):
    bookings.request(slot, places=1, by=CareersLeaderFactory())

    with refused("has_bookings"):
        slots.change(slot, starts_on=days_ahead(90), ends_on=days_ahead(94), by=host)


def test_a_note_changes_although_there_are_bookings(slot, host):
    bookings.request(slot, places=1, by=CareersLeaderFactory())

    slots.change(slot, note="Mornings only", by=host)

    slot.refresh_from_db()
    assert slot.note == "Mornings only"


def test_what_was_called_off_is_not_changed(slot, host, refused):
    slots.cancel(slot, reason="staffing", comment="", by=host)

    with refused("slot_cancelled"):
        slots.change(slot, places=9, by=host)


def test_dates_of_a_draft_are_rubbed_out(host):
    slot = SlotFactory(placement=DraftFactory(provider=host.organisation))

    slots.remove(slot, by=host)

    assert not Slot.objects.exists()


def test_dates_that_schools_may_have_seen_are_cancelled_and_not_rubbed_out(slot, host, refused):
    with refused("cancel_instead"):
        slots.remove(slot, by=host)


def test_cancelling_ends_every_booking_and_holds_nobody(slot, host):
    for _ in range(2):
        bookings.request(slot, places=2, by=CareersLeaderFactory())

    assert slots.cancel(slot, reason="business_change", comment="We move.", by=host) == 2

    slot.refresh_from_db()
    assert (slot.state, slot.taken) == (SlotState.CANCELLED, 0)
    assert set(Booking.objects.values_list("state", "reason")) == {
        (BookingState.CANCELLED, "business_change")
    }


@pytest.mark.parametrize(("reason", "comment"), [("", ""), ("because", ""), ("other", "")])
def test_cancelling_takes_a_coded_reason(slot, host, refused, reason, comment):
    with refused("invalid"):
        slots.cancel(slot, reason=reason, comment=comment, by=host)


def test_dates_are_called_off_once(slot, host, refused):
    slots.cancel(slot, reason="staffing", comment="", by=host)

    with refused("move_not_allowed"):
        slots.cancel(slot, reason="staffing", comment="", by=host)


def test_what_is_over_cannot_be_called_off(placement, host, refused):
    past = SlotFactory(placement=placement, starts_on=days_ahead(-20))
    BookingFactory(slot=past, state=BookingState.COMPLETED)

    with refused("already_past"):
        slots.cancel(past, reason="staffing", comment="", by=host)


def test_a_new_rule_leaves_dates_that_are_over(placement, host):
    past = SlotFactory(placement=placement, starts_on=days_ahead(-20))
    closed_on = past.closes_on

    placement = listings.still_right(placement, by=host)
    slots.keep_in_step(placement)

    past.refresh_from_db()
    assert past.closes_on == closed_on
    assert past.ends_on < clock.today()
