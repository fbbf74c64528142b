"""Two at once, while a host changes what is booked. One side is held still in a transaction."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts import phrases
from placements import bookings, changes, lowering, redating, waiting
from placements.forms.seen import days_of
from placements.models import Booking, Placement
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


@pytest.mark.parametrize("confirms", [False, True], ids=["asked", "confirmed at once"])
def test_whoever_books_while_the_dates_move_has_booked_nothing_unseen(slot, host, agreed, confirms):
    Placement.objects.filter(pk=slot.placement_id).update(confirms_at_once=confirms)
    later = days_ahead(74)
    other = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=1, by=other) as answer:
        redating.move(slot, starts_on=later, ends_on=later, reason="staffing", by=host)

    assert answer == ["dates_changed"]
    assert not Booking.objects.filter(school=other.organisation).exists()
    assert nothing_is_miscounted(slot)


def test_a_form_that_is_sent_while_the_dates_move_comes_back_with_the_new_ones(
    client, slot, host, agreed
):
    client.force_login(CareersLeaderFactory().user)
    later = days_ahead(74)
    page = reverse("placements:book", args=[slot.placement_id, slot.pk])
    typed = {"places": "1", "year_group": "10", **days_of(slot)}

    def send():
        return SimpleNamespace(state=client.post(page, typed).content.decode())

    with meanwhile(send) as answer:
        redating.move(slot, starts_on=later, ends_on=later, reason="staffing", by=host)

    (shown,) = answer
    # Beside the field, above it all, and among what the page says of the dates.
    assert shown.count(phrases.date_range(later, later)) == 3
    assert f'name="starts_on" value="{later}"' in shown


def test_whoever_joins_the_list_while_the_dates_move_does_not_wait_for_others_unseen(slot, host):
    taken = bookings.request(slot, places=6, by=CareersLeaderFactory())
    bookings.accept(taken, by=host)
    other = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=1, by=other, wait=True) as answer:
        redating.move(
            slot, starts_on=days_ahead(74), ends_on=days_ahead(74), reason="staffing", by=host
        )

    assert answer == ["dates_changed"]
    assert nothing_is_miscounted(slot)


def test_an_offer_taken_up_while_the_dates_move_is_still_an_offer(slot, host):
    taken = bookings.request(slot, places=6, by=CareersLeaderFactory())
    waits = bookings.request(slot, places=2, by=CareersLeaderFactory(), wait=True)
    bookings.cancel(taken, reason="illness", by=taken.asked_by)
    offered = Booking.objects.select_related("slot__placement").get(pk=waits.pk)
    later = days_ahead(74)

    with meanwhile(waiting.take_up, offered, by=waits.asked_by) as answer:
        redating.move(slot, starts_on=later, ends_on=later, reason="staffing", by=host)

    assert answer == ["dates_changed"]
    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED
    taken_up = waiting.take_up(waits, by=waits.asked_by, starts_on=later, ends_on=later)
    assert taken_up.state == BookingState.REQUESTED
    assert nothing_is_miscounted(slot)
