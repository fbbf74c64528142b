"""Any steps in any order, by anybody: the places add up, and only listed moves happen."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts import clock
from placements import bookings, counter
from placements.models import Booking, Slot
from placements.states import BOOKING_MOVES, HOLDS_PLACES, LIVE
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory

PLACES = 5
SCHOOLS = st.integers(0, 3)
WHICH = st.integers(0, 20)


class Booked(RuleBasedStateMachine):
    """What a careful clerk would have in the book: a booking's school, places and state."""

    @initialize(cap=st.sampled_from([None, 3]))
    def open_the_book(self, cap):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = clock.now()
        self.slot = SlotFactory(places=PLACES, placement__most_places_per_school=cap)
        self.cap = cap or PLACES
        self.host = HostFactory(organisation=self.slot.placement.provider)
        self.leaders = [CareersLeaderFactory() for _ in range(4)]
        self.book = {}
        self.ask(0, 1)
        self.ask(1, 2)

    def teardown(self):
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def free(self):
        held = [entry for entry in self.book.values() if entry["state"] in HOLDS_PLACES]
        return PLACES - sum(entry["places"] for entry in held)

    def refused(self, verb, *subject, **told):
        try:
            with transaction.atomic(), clock.as_of(self.now):
                verb(*subject, **told)
        except (ValidationError, PermissionDenied):
            return True
        return False

    def some(self, which):
        return Booking.objects.order_by("asked_at", "pk")[which % len(self.book)]

    def may_move(self, booking, to):
        return to in BOOKING_MOVES[self.book[booking.pk]["state"]]

    @rule(school=SCHOOLS, places=st.sampled_from([1, 1, 2, 2, 3, 0, PLACES + 1]))
    def ask(self, school, places):
        leader = self.leaders[school]
        has_one = any(
            entry["school"] == school and entry["state"] in LIVE for entry in self.book.values()
        )
        is_open = clock_date(self.now) <= self.slot.closes_on
        expected = 1 <= places <= min(self.free(), self.cap) and is_open and not has_one

        refused = self.refused(bookings.request, self.slot, places=places, by=leader)

        assert refused is not expected
        if expected:
            made = Booking.objects.get(school=leader.organisation, state="requested")
            self.book[made.pk] = {"school": school, "places": places, "state": "requested"}

    @precondition(lambda self: self.book)
    @rule(which=WHICH, places=st.sampled_from([1, 1, 2, 3, 0]))
    def accept(self, which, places):
        booking = self.some(which)
        entry = self.book[booking.pk]
        in_time = self.now < booking.answer_by
        expected = entry["state"] == "requested" and 1 <= places <= entry["places"] and in_time

        assert self.refused(bookings.accept, booking, places=places, by=self.host) is not expected
        if expected:
            entry |= {"state": "accepted", "places": places}

    @precondition(lambda self: self.book)
    @rule(which=WHICH)
    def decline(self, which):
        booking = self.some(which)
        expected = self.may_move(booking, "declined")

        refused = self.refused(bookings.decline, booking, reason="no_capacity", by=self.host)

        assert refused is not expected
        if expected:
            self.book[booking.pk]["state"] = "declined"

    @precondition(lambda self: self.book)
    @rule(which=WHICH, by_host=st.booleans())
    def cancel(self, which, by_host):
        booking = self.some(which)
        entry = self.book[booking.pk]
        by = self.host if by_host else self.leaders[entry["school"]]
        is_past = clock_date(self.now) > self.slot.ends_on
        allowed = {"requested": not by_host, "accepted": not is_past}
        expected = allowed.get(entry["state"], False)

        assert self.refused(bookings.cancel, booking, reason="illness", by=by) is not expected
        if expected:
            entry["state"] = "cancelled"

    @precondition(lambda self: self.book)
    @rule(which=WHICH)
    def nobody_came(self, which):
        booking = self.some(which)
        has_begun = clock_date(self.now) >= self.slot.starts_on
        expected = self.may_move(booking, "not_attended") and has_begun

        assert self.refused(bookings.mark_not_attended, booking, by=self.host) is not expected
        if expected:
            self.book[booking.pk]["state"] = "not_attended"

    @rule(days=st.sampled_from([0, 0, 1, 5, 40]))
    def time_passes(self, days):
        self.now += timedelta(days=days)
        for booking in Booking.objects.filter(state="requested", answer_by__lte=self.now):
            self.book[booking.pk]["state"] = "lapsed"
        if clock_date(self.now) > self.slot.ends_on:
            for entry in self.book.values():
                entry["state"] = "completed" if entry["state"] == "accepted" else entry["state"]
        with clock.as_of(self.now):
            bookings.lapse_unanswered()
            bookings.complete_past()

    @invariant()
    def the_records_say_what_the_book_says(self):
        if not hasattr(self, "book"):
            return
        recorded = {
            booking.pk: (booking.places, booking.state) for booking in Booking.objects.all()
        }
        assert recorded == {pk: (one["places"], one["state"]) for pk, one in self.book.items()}
        assert Slot.objects.get(pk=self.slot.pk).places_left == self.free()
        assert counter.miscounted() == []


def clock_date(moment):
    with clock.as_of(moment):
        return clock.today()


@pytest.mark.django_db
def test_any_steps_in_any_order_leave_the_records_in_order():
    run_state_machine_as_test(
        Booked,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
