"""Two at once. One side is held still in an open transaction, so nothing is left to luck."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from placements import bookings, cohorts, counter
from placements.cohorts import Group, Line
from placements.models import Booking, Cohort
from tests.factories import CareersLeaderFactory, PlacementFactory, SlotFactory, days_ahead
from tests.placements.test_booking_races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)

GROUP = Group(name="Year 10", students=40, year_group=10)


@pytest.fixture
def slots():
    placements = PlacementFactory.create_batch(3)
    return [
        SlotFactory(placement=placements[number % 3], starts_on=days_ahead(60 + number), places=5)
        for number in range(6)
    ]


@pytest.fixture
def leader():
    return CareersLeaderFactory()


def book(slots, *, by, places=3, together=True, once=None):
    lines = [Line(slot, places) for slot in slots]
    return cohorts.book_all(lines, group=GROUP, by=by, together=together, once=once or uuid4())


def outcome(slots, **told):
    """As `book`, with what `meanwhile` asks of a verb: a state, or the code of a refusal."""
    try:
        book(slots, **told)
    except ValidationError as refusal:
        (first, *_) = refusal.error_dict.values()
        raise first[0] from refusal
    return type("Done", (), {"state": "booked"})


def test_of_two_cohorts_that_want_the_same_dates_in_another_order_one_gets_them_all(slots, leader):
    other = CareersLeaderFactory()

    with meanwhile(outcome, list(reversed(slots)), by=other) as answer:
        book(slots, by=leader)

    assert answer == ["slot_full"]
    assert Booking.objects.count() == 6
    assert Cohort.objects.get().school == leader.organisation
    assert counter.miscounted() == []


def test_many_cohorts_at_once_never_hold_each_other_up_for_good(slots):
    leaders = CareersLeaderFactory.create_batch(6)
    start = Barrier(6)

    def go(number):
        start.wait()
        try:
            book(
                slots[number % 2 :: 1] if number % 3 else list(reversed(slots)), by=leaders[number]
            )
        except ValidationError as refusal:
            return {error.code for errors in refusal.error_dict.values() for error in errors}
        else:
            return "booked"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(go, range(6)))

    assert answers.count("booked") == 1
    assert all(answer in ("booked", {"slot_full"}) for answer in answers)
    assert counter.miscounted() == []


def test_a_school_that_wants_one_of_the_dates_waits_for_the_cohort_and_is_refused(slots, leader):
    with meanwhile(bookings.request, slots[2], places=3, by=CareersLeaderFactory()) as answer:
        book(slots, by=leader)

    assert answer == ["slot_full"]


@pytest.mark.parametrize("together", [True, False])
def test_the_form_sent_twice_at_once_makes_one_cohort(slots, leader, together):
    once = uuid4()
    start = Barrier(2)

    def send(_):
        start.wait()
        try:
            return book(slots, by=leader, once=once, together=together).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(send, range(2))

    assert first == second
    assert Booking.objects.filter(cohort=first).count() == 6
    assert counter.miscounted() == []
