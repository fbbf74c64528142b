"""Two at once. One side is held still in an open transaction, so nothing is left to luck."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from accounts import clock
from placements import bookings, counter, index, lifecycle, listings, sections
from placements.models import Booking, Placement, Slot
from placements.states import BookingState, PlacementState, SlotState
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slot():
    return SlotFactory(places=3)


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


def outcome(verb, *subjects, **told):
    """What came of it: the state it is in now, or the code of the refusal."""
    try:
        return verb(*subjects, **told).state
    except ValidationError as refusal:
        return refusal.error_list[0].code
    finally:
        connections.close_all()


@contextmanager
def meanwhile(verb, *subjects, **told):
    """Do it in another connection while this block is in an open transaction.

    Asserts that the other one waits for this one, and yields where its answer will be.
    """
    answer = []
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            yield answer
            running = elsewhere.submit(outcome, verb, *subjects, **told)
            with pytest.raises(TimeoutError):
                running.result(timeout=0.4)
        answer.append(running.result(timeout=5))


def nothing_is_miscounted(slot):
    slot.refresh_from_db()
    return counter.miscounted() == [] and slot.taken <= slot.places


def test_rules_are_asked_at_the_isolation_that_they_were_written_for():
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)


def test_of_two_who_want_the_last_places_the_second_waits_and_is_refused(slot, leader):
    other = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=2, by=other) as answer:
        bookings.request(slot, places=2, by=leader)

    assert answer == ["slot_full"]
    assert Booking.objects.count() == 1
    assert nothing_is_miscounted(slot)


def test_the_second_of_two_gets_what_the_first_gave_up(slot, leader):
    other = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=2, by=other) as answer:
        bookings.request(slot, places=2, by=leader)
        transaction.set_rollback(True)

    assert answer == [BookingState.REQUESTED]
    assert nothing_is_miscounted(slot)


@pytest.mark.parametrize("state", [PlacementState.PAUSED, PlacementState.WITHDRAWN])
def test_nothing_is_booked_while_a_listing_is_being_taken_down(slot, leader, host, state):
    with meanwhile(bookings.request, slot, places=1, by=leader) as answer:
        placement = Placement.objects.select_for_update(no_key=True).get(pk=slot.placement_id)
        lifecycle.move(placement, state, by=host)

    assert answer == ["not_published"]
    assert nothing_is_miscounted(slot)


def test_nothing_is_booked_while_a_listing_is_being_suspended(slot, leader):
    with meanwhile(bookings.request, slot, places=1, by=leader) as answer:
        Placement.objects.filter(pk=slot.placement_id).update(suspended_at=clock.now())

    assert answer == ["not_published"]


def test_a_listing_is_taken_down_only_after_the_booking_in_flight_is_written(slot, leader):
    def pause():
        Placement.objects.select_for_update(no_key=True).get(pk=slot.placement_id)
        return Booking.objects.get()

    with meanwhile(transaction.atomic(pause)) as answer:
        bookings.request(slot, places=1, by=leader)

    assert answer == [BookingState.REQUESTED]


def test_nothing_is_booked_while_the_dates_are_being_called_off(slot, leader, host):
    with meanwhile(bookings.request, slot, places=1, by=leader) as answer:
        locked = Slot.objects.select_for_update(no_key=True).get(pk=slot.pk)
        lifecycle.move(locked, SlotState.CANCELLED, by=host)

    assert answer == ["not_open"]


def test_a_form_sent_twice_at_the_same_moment_books_once(slot, leader):
    once = uuid4()

    with meanwhile(bookings.request, slot, places=1, by=leader, once=once) as answer:
        first = bookings.request(slot, places=1, by=leader, once=once)

    assert answer == [BookingState.REQUESTED]
    assert list(Booking.objects.all()) == [first]
    assert nothing_is_miscounted(slot)


def test_a_form_that_took_every_place_is_not_told_that_it_is_full(slot, leader):
    once = uuid4()

    with meanwhile(bookings.request, slot, places=3, by=leader, once=once) as answer:
        bookings.request(slot, places=3, by=leader, once=once)

    assert answer == [BookingState.REQUESTED]
    assert Booking.objects.count() == 1


def test_two_colleagues_of_one_school_book_once(slot, leader):
    colleague = CareersLeaderFactory(organisation=leader.organisation)

    with meanwhile(bookings.request, slot, places=1, by=colleague) as answer:
        bookings.request(slot, places=1, by=leader)

    assert answer == ["already_booked"]
    assert nothing_is_miscounted(slot)


def test_what_is_being_cancelled_is_not_accepted(slot, leader, host):
    booking = bookings.request(slot, places=2, by=leader)

    with meanwhile(bookings.accept, booking, by=host) as answer:
        bookings.cancel(booking, reason="dates_clash", by=leader)

    assert answer == ["move_not_allowed"]
    assert nothing_is_miscounted(slot)


def test_what_is_being_accepted_does_not_lapse(slot, leader, host):
    booking = bookings.request(slot, places=2, by=leader)

    def lapse():
        with clock.as_of(booking.answer_by + timedelta(minutes=1)):
            bookings.lapse_unanswered()
        return Booking.objects.get()

    with meanwhile(lapse) as answer:
        bookings.accept(booking, by=host)

    assert answer == [BookingState.ACCEPTED]
    assert nothing_is_miscounted(slot)


def test_two_who_give_back_at_once_are_both_counted(slot, leader, host):
    first = bookings.request(slot, places=1, by=leader)
    second = bookings.request(slot, places=2, by=CareersLeaderFactory())

    with meanwhile(bookings.decline, second, reason="no_capacity", by=host) as answer:
        bookings.cancel(first, reason="dates_clash", by=leader)

    assert answer == [BookingState.DECLINED]
    assert nothing_is_miscounted(slot)
    assert slot.taken == 0


def test_whoever_waits_for_the_dates_holds_no_booking_meanwhile(slot, leader, host):
    booking = bookings.request(slot, places=2, by=leader)

    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        Slot.objects.select_for_update(no_key=True).get(pk=slot.pk)
        running = elsewhere.submit(outcome, bookings.accept, booking, by=host)
        with pytest.raises(TimeoutError):
            running.result(timeout=0.4)
        # As calling off the dates does next: held the other way round, neither could go on.
        Booking.objects.select_for_update(no_key=True, nowait=True).get(pk=booking.pk)

    assert running.result(timeout=5) == BookingState.ACCEPTED


def test_a_slot_is_called_off_only_after_the_answer_in_flight_is_written(slot, leader, host):
    booking = bookings.request(slot, places=2, by=leader)

    def call_off():
        with transaction.atomic():
            locked = Slot.objects.select_for_update(no_key=True).get(pk=slot.pk)
            bookings.cancel_all(locked, reason="illness", comment="", by=host)
            lifecycle.move(locked, SlotState.CANCELLED, by=host)
        return Booking.objects.get()

    with meanwhile(call_off) as answer:
        bookings.accept(booking, by=host)

    assert answer == [BookingState.CANCELLED]
    assert nothing_is_miscounted(slot)
    assert slot.taken == 0


def test_a_listing_that_comes_up_waits_to_read_what_is_being_given_back(slot, leader, host):
    booking = bookings.request(slot, places=3, by=leader)
    listings.pause(slot.placement, by=host)

    with meanwhile(listings.resume, slot.placement, by=host) as answer:
        bookings.cancel(booking, reason="dates_clash", by=leader)

    assert answer == [PlacementState.PUBLISHED]
    assert index.differences() == []


# Places that are for groups


def test_of_two_groups_that_want_the_last_place_the_second_waits_and_is_refused(leader):
    slot, other = SlotFactory(places=1, largest_group=30), CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=2, by=other) as answer:
        bookings.request(slot, places=30, by=leader)

    assert answer == ["slot_full"]
    assert nothing_is_miscounted(slot)
    assert (slot.taken, slot.in_groups) == (1, 30)


def test_what_a_place_is_does_not_change_under_the_booking_in_flight(leader):
    slot = SlotFactory(places=60)
    host = HostFactory(organisation=slot.placement.provider)
    page = next(one for one in sections.of(slot.placement) if "largest_group" in one.fields)

    with meanwhile(listings.write, slot.placement, page, {"largest_group": 30}, by=host) as answer:
        bookings.request(slot, places=2, by=leader)

    assert answer == ["counted_otherwise"]
    assert nothing_is_miscounted(slot)
    assert (slot.taken, slot.places, slot.largest_group) == (2, 60, None)


def test_whoever_asks_while_a_place_becomes_one_for_a_group_takes_one(leader):
    slot = SlotFactory(places=60)
    host = HostFactory(organisation=slot.placement.provider)
    page = next(one for one in sections.of(slot.placement) if "largest_group" in one.fields)

    with meanwhile(bookings.request, slot, places=20, by=leader) as answer:
        listings.write(slot.placement, page, {"largest_group": 30}, by=host)

    assert answer == [BookingState.REQUESTED]
    assert nothing_is_miscounted(slot)
    assert (slot.taken, slot.places, slot.in_groups) == (1, 2, 20)


def at_once(do, what):
    """Each in a connection of its own, all from the same moment on."""
    start = Barrier(len(what))

    def one(subject):
        start.wait(timeout=10)
        try:
            return do(subject)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(what)) as elsewhere:
        return list(elsewhere.map(one, what))


def test_of_many_groups_as_many_come_as_there_are_places():
    slot, leaders = (
        SlotFactory(places=3, largest_group=30),
        [CareersLeaderFactory() for _ in "12345678"],
    )

    came = at_once(lambda leader: outcome(bookings.request, slot, places=25, by=leader), leaders)

    assert sorted(came) == [BookingState.REQUESTED] * 3 + ["slot_full"] * 5
    assert nothing_is_miscounted(slot)
    assert (slot.taken, slot.in_groups) == (3, 75)


def test_whoever_reads_how_many_are_free_and_then_writes_lets_too_many_in():
    """The control: without it, the test above could pass because nobody ever met."""
    read = Barrier(8)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive (school integer)")

    def book(school):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM naive")
            [taken] = cursor.fetchone()
            read.wait(timeout=10)
            if taken < 3:
                cursor.execute("INSERT INTO naive VALUES (%s)", [school])

    at_once(book, range(8))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM naive")
        [came] = cursor.fetchone()
        cursor.execute("DROP TABLE naive")
    assert came > 3
