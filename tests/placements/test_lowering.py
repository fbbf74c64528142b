"""A host that has room for fewer than are booked says who cannot come, and each hears of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import clock, letters, postman
from accounts.models import Message
from placements import bookings, changes, counter, lowering, replacements, slots, waiting
from placements.models import BookingChange, PriorityRule
from placements.states import BookingState
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory, days_ahead

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return SlotFactory(places=12, placement__title="A week in a bakery")


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def eight(slot, host):
    return agreed(slot, host, 8)


@pytest.fixture
def four(slot, host):
    return agreed(slot, host, 4)


def agreed(slot, host, places):
    booking = bookings.request(slot, places=places, by=CareersLeaderFactory())
    return bookings.accept(booking, by=host)


def lower(slot, host, places, keep, *, seen=None, **why):
    held = lowering.holding_places(slot)
    return lowering.lower(
        slot,
        places=places,
        keep={booking.pk: left for booking, left in keep.items()},
        seen=lowering.mark(held) if seen is None else seen,
        by=host,
        **{"reason": "staffing", **why},
    )


def now(subject):
    subject.refresh_from_db()
    return subject


def told(kind, booking):
    """Who is owed such a letter about the booking, or about a change to it."""
    about = [str(booking.pk), *(str(pk) for pk in booking.changes.values_list("pk", flat=True))]
    return list(
        Message.objects.filter(kind=kind, subject__in=about).values_list("email", flat=True)
    )


def test_who_cannot_come_is_called_off_with_the_reason_and_owed_other_places(
    slot, host, eight, four
):
    done = lower(slot, host, 8, {four: 0}, reason="business_change", comment="We move.")

    assert done == (1, 0)
    assert (now(four).state, four.reason, four.comment) == (
        BookingState.CANCELLED,
        "business_change",
        "We move.",
    )
    assert four.replacement_owed
    assert told("booking_cancelled", four) == [four.asked_by.user.email]
    assert (now(eight).state, eight.places) == (BookingState.ACCEPTED, 8)
    assert (now(slot).places, slot.taken) == (8, 8)
    assert counter.miscounted() == []


def test_who_keeps_some_is_told_how_many_and_asked_whether_that_will_do(slot, host, eight, four):
    done = lower(slot, host, 8, {eight: 4})

    assert done == (0, 1)
    assert (now(eight).state, eight.places) == (BookingState.ACCEPTED, 4)
    change = eight.changes.get()
    assert (change.places_before, change.places, change.reason) == (8, 4, "staffing")
    assert change.is_open
    message = Message.objects.get(kind="booking_changed", subject=str(change.pk))
    mail = letters.write(message)
    assert mail.title == "Changed by the host: A week in a bakery"
    assert "You had 8 places. The host now has room for 4 of your students." in mail.text
    assert "http://testserver/bookings/changed/" in mail.text
    assert told("booking_changed", four) == []
    assert (now(slot).places, slot.taken) == (8, 8)
    assert counter.miscounted() == []


def test_places_that_are_kept_for_some_shrink_to_what_is_left(slot, host, eight):
    rule = PriorityRule.objects.create(
        code="send", name="students with SEND", criterion="send", from_on=days_ahead(-9)
    )
    slot.refresh_from_db()
    slot.priority, slot.reserved_until = rule, days_ahead(40)
    slot.save(update_fields=["priority", "reserved_until"])
    counter.keep(slot, 4)

    lower(slot, host, 6, {eight: 4})

    assert (now(slot).places, slot.taken, slot.kept_back) == (6, 4, 2)
    assert counter.miscounted() == []
    assert eight.moves.last().comment == "4 places taken away"


def test_no_more_is_offered_by_letting_somebody_go(slot, host, eight, refused):
    with refused("more_than_offered"):
        lower(slot, host, slot.places + 1, {eight: 0})
    assert now(eight).state == BookingState.ACCEPTED

    lower(slot, host, slot.places, {eight: 0})
    assert now(eight).state == BookingState.CANCELLED


def test_a_school_that_leaves_with_fewer_is_owed_as_many_as_it_had(slot, host, eight):
    elsewhere = SlotFactory(places=9, starts_on=days_ahead(61))
    lower(slot, host, 4, {eight: 4})

    changes.leave(eight, by=eight.asked_by)

    assert (now(eight).state, eight.reason) == (BookingState.CANCELLED, "host_changed")
    assert eight.ended_by_school
    assert eight.replacement_owed
    assert told("booking_cancelled", eight) == [host.user.email]
    replacements.hold_owed()
    held = elsewhere.bookings.get()
    assert (held.state, held.places, held.replaces) == (BookingState.OFFERED, 8, eight)
    assert counter.miscounted() == []


def test_whatever_is_free_then_goes_to_whoever_waits(slot, host, eight, four):
    waits = bookings.request(slot, places=2, by=CareersLeaderFactory(), wait=True)

    lower(slot, host, 10, {four: 0})

    assert (now(waits).state, now(slot).taken) == (BookingState.OFFERED, 10)


def test_a_group_that_was_offered_places_has_its_turn_again(slot, host, eight, four):
    first = bookings.request(slot, places=4, by=CareersLeaderFactory(), wait=True, as_few_as=2)
    second = bookings.request(slot, places=1, by=CareersLeaderFactory(), wait=True)
    bookings.cancel(four, reason="illness", by=host)
    assert now(first).state == BookingState.OFFERED

    lower(slot, host, 9, {first: 0})

    assert (now(first).state, first.places) == (BookingState.WAITING, 4)
    assert told("waiting_offer_taken_back", first) == [first.asked_by.user.email]
    letter = letters.write(Message.objects.get(kind="waiting_offer_taken_back"))
    assert "You are on the waiting list again, where you were before" in letter.text
    assert now(second).state == BookingState.OFFERED
    assert [move.went_to for move in first.moves.all()] == ["waiting", "offered", "waiting"]
    assert counter.miscounted() == []
    assert waiting.overlooked() == []
    # Its next offer is told like the first.
    slots.change(slot, places=12, by=host)
    assert len(told("waiting_offered", now(first))) == 2


def test_an_offer_that_grows_again_after_it_was_taken_back_is_told_again(slot, host, eight):
    agreed(slot, host, 2)
    waits = bookings.request(slot, places=4, by=CareersLeaderFactory(), wait=True, as_few_as=2)
    slots.change(slot, places=14, by=host)
    for _ in range(2):
        assert (now(waits).state, waits.places) == (BookingState.OFFERED, 4)
        postman.deliver_due()
        lower(slot, host, 10, {waits: 0})
        slots.change(slot, places=12, by=host)
        slots.change(slot, places=14, by=host)

    grown = Message.objects.filter(kind="waiting_offer_grown", subject=str(waits.pk))
    assert grown.filter(state="planned").count() == 1
    assert grown.count() == 3


def test_what_is_taken_back_is_not_told_as_grown(slot, host, eight):
    agreed(slot, host, 2)
    waits = bookings.request(slot, places=4, by=CareersLeaderFactory(), wait=True, as_few_as=2)
    slots.change(slot, places=14, by=host)

    lower(slot, host, 10, {waits: 0})

    grown = Message.objects.filter(kind="waiting_offer_grown", subject=str(waits.pk))
    assert set(grown.values_list("state", flat=True)) == {"cancelled"}


def test_nothing_is_done_when_bookings_have_changed_meanwhile(slot, host, eight, four, refused):
    seen = lowering.mark(lowering.holding_places(slot))
    bookings.cancel(four, reason="illness", by=four.asked_by)

    with refused("bookings_changed"):
        lower(slot, host, 4, {eight: 4}, seen=seen)

    assert (now(slot).places, now(eight).places) == (12, 8)


def test_all_that_is_booked_may_be_kept(slot, host, eight):
    assert lower(slot, host, 8, {}, reason="") == (0, 0)

    assert (now(slot).places, now(eight).places) == (8, 8)
    assert not BookingChange.objects.exists()


@pytest.mark.parametrize(
    ("places", "left", "why", "code"),
    [
        (8, 12, {}, "invalid"),
        (8, -1, {}, "invalid"),
        (6, 7, {}, "too_many_kept"),
        (0, 0, {}, "invalid"),
        (2000, 4, {}, "invalid"),
        (4, 4, {"reason": ""}, "invalid"),
        (4, 4, {"reason": "other"}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_loses_a_place(
    slot, host, eight, places, left, why, code
):
    with pytest.raises(ValidationError) as refusal:
        lower(slot, host, places, {eight: left}, **why)

    errors = refusal.value
    (error,) = (
        [one for row in errors.error_dict.values() for one in row]
        if hasattr(errors, "error_dict")
        else errors.error_list
    )
    assert error.code == code
    assert (now(slot).places, now(eight).places) == (12, 8)


def test_an_offer_is_left_whole_or_taken_back(slot, host, eight, four):
    waits = bookings.request(slot, places=4, by=CareersLeaderFactory(), wait=True, as_few_as=2)
    bookings.cancel(four, reason="illness", by=host)

    with pytest.raises(ValidationError, match="all of them or none"):
        lower(slot, host, 10, {waits: 2})


def test_dates_that_have_begun_or_were_called_off_stay_as_they_are(host, slot, refused):
    slots.cancel(slot, reason="staffing", comment="", by=host)
    with refused("slot_cancelled"):
        lower(slot, host, 4, {})

    under_way = SlotFactory(placement=slot.placement, starts_on=days_ahead(0))
    with refused("already_begun"):
        lower(under_way, host, 4, {})


def test_room_is_the_hosts_own_affair(slot, eight):
    with pytest.raises(PermissionDenied):
        lower(slot, HostFactory(), 4, {eight: 4})


def test_what_has_run_out_is_no_choice_of_the_hosts_though_the_worker_was_down(
    slot, host, eight, refused
):
    asked = bookings.request(slot, places=2, by=CareersLeaderFactory())
    waits = bookings.request(slot, places=4, by=CareersLeaderFactory(), wait=True, as_few_as=2)
    seen = lowering.mark(lowering.holding_places(slot))
    assert now(waits).state == BookingState.OFFERED

    with clock.as_of(asked.answer_by + timedelta(minutes=1)):
        with refused("bookings_changed"):
            lower(slot, host, 8, {asked: 0}, seen=seen)
        assert now(asked).state == now(waits).state == BookingState.LAPSED
        lower(slot, host, 8, {})

    assert told("booking_cancelled", asked) == []
    assert (now(slot).places, slot.taken) == (8, 8)
    assert counter.miscounted() == []
