"""Any steps in any order, by anybody: the places add up, only listed moves happen, nobody on a
waiting list is overtaken but for a reason that is written down, places that are kept for
some go to nobody else until the day that was stated, and no workplace has more students on a day
than it can have.

A whole run of everything takes 5,000 steps; the usual one takes fewer.
"""

import os
from collections import defaultdict
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
from placements import (
    bookings,
    changes,
    counter,
    lowering,
    redating,
    reserves,
    slots,
    waiting,
    waiting_rules,
    workplace_days,
)
from placements.models import Booking, PassedOver, Slot
from placements.states import BOOKING_MOVES, HOLDS_PLACES, LIVE, ON_LIST
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    PriorityRuleFactory,
    SlotFactory,
    WorkplaceFactory,
)

PLACES = 5
SCHOOLS = st.integers(0, 5)
WHICH = st.integers(0, 20)
EXAMPLES, STEPS = (100, 50) if os.environ.get("WEX_FULL") else (15, 25)


class Booked(RuleBasedStateMachine):
    """What a careful clerk would have in the book: a booking's school, places and state;
    who waits behind whom, with how few each makes do; how many places are kept for whom until
    when, and how many of these each has; and what went past whom."""

    @initialize(
        cap=st.sampled_from([None, 3]),
        at_once=st.booleans(),
        kept=st.sampled_from([0, 2, 3]),
        largest=st.sampled_from([None, None, 2]),
        most=st.sampled_from([None, 4, 7]),
    )
    def open_the_book(self, cap, at_once, kept, largest, most):
        cap = None if largest else cap
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = clock.now()
        workplace = WorkplaceFactory(most_a_day=most)
        self.slot = SlotFactory(
            places=PLACES,
            largest_group=largest,
            placement__provider=workplace.organisation,
            placement__workplace=workplace,
            placement__largest_group=largest,
            placement__most_places_per_school=cap,
            placement__confirms_at_once=at_once,
        )
        self.slot.refresh_from_db()
        self.places, self.cap, self.at_once = PLACES, cap or 1000, at_once
        self.largest, self.most = largest, most
        # Another listing there, on these days and on many that follow.
        self.other = SlotFactory(
            places=50,
            starts_on=self.slot.starts_on,
            ends_on=self.slot.starts_on + timedelta(days=200),
            placement__provider=workplace.organisation,
            placement__workplace=workplace,
            placement__confirms_at_once=True,
        )
        self.elsewhere = {}
        self.host = HostFactory(organisation=self.slot.placement.provider)
        self.leaders = [CareersLeaderFactory() for _ in range(6)]
        self.book, self.went_past = {}, defaultdict(list)
        self.rule, self.promised, self.until = PriorityRuleFactory(), 0, None
        self.has_rule = False
        self.keep_some(kept, 10)
        self.ask_for(0, 1, wait=False, as_few_as=None, students=1)
        self.ask_for(1, 2, wait=False, as_few_as=None)

    def teardown(self):
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # What the clerk knows

    def held(self, what):
        held = [entry for entry in self.book.values() if entry["state"] in HOLDS_PLACES]
        return sum(entry[what] for entry in held)

    def takes(self, places):
        """Of what the host has: one, if that is groups."""
        return min(1, places) if self.largest else places

    def taken(self):
        held = [entry for entry in self.book.values() if entry["state"] in HOLDS_PLACES]
        return sum(self.takes(entry["places"]) for entry in held)

    def booked_elsewhere(self, starts_on, ends_on):
        """Students of the other listing, if it has any of these days."""
        has_some = self.other.starts_on <= ends_on and starts_on <= self.other.ends_on
        return sum(self.elsewhere.values()) if has_some else 0

    def here_on_days_of_other(self):
        first, last = self.slot.starts_on, self.slot.ends_on
        has_some = self.other.starts_on <= last and first <= self.other.ends_on
        return self.held("places") if has_some else 0

    def left(self):
        """How many more students the workplace can have on each of the days; any, if it does not
        say."""
        if self.most is None:
            return 1000
        there = self.booked_elsewhere(self.slot.starts_on, self.slot.ends_on)
        return self.most - there - self.held("places")

    def brings(self, places, of_kept=0):
        """How many students may come to so many places; who has a kept one leaves none room."""
        if not self.largest:
            return places
        if places <= 0:
            return 0
        kept_free = 0 if of_kept else self.kept() * self.largest
        return max(0, min(self.largest, self.left() - kept_free))

    def named(self, students, places):
        """A group is as many of its students are."""
        return int(2 * students >= places) if self.largest and self.has_rule else students

    def set_aside(self):
        """Promised to some, and not booked: whether or not the day has come to release it."""
        return self.promised - self.held("reserved")

    def keeps(self):
        return self.until is not None and clock_date(self.now) <= self.until

    def kept(self):
        return self.set_aside() if self.keeps() else 0

    def unbooked(self):
        """Students take room on the days each by itself, and groups by how many they are."""
        unbooked = self.places - self.taken()
        return unbooked if self.largest else min(unbooked, self.left())

    def free(self):
        """For anybody."""
        return max(0, self.unbooked() - self.kept())

    def free_of_kept(self):
        return min(self.kept(), self.unbooked())

    def may_be_kept(self):
        groups = -(-self.left() // self.largest) if self.largest else 1000
        return min(self.free() + self.free_of_kept(), groups)

    def free_for(self, students, places):
        """How many of a group can come, of whom so many are those it is kept for."""
        of_kept = min(self.free_of_kept(), self.named(students, places))
        return self.brings(self.free() + of_kept, of_kept)

    def most_for_one(self):
        return min(self.largest or self.places, self.most or 1000)

    def leaves_more(self, entry):
        """Of what was kept for a group, if it has not as many students as it could."""
        return bool(self.largest and self.most and entry["reserved"])

    def bookings(self):
        return Booking.objects.filter(slot=self.slot)

    def on_list(self):
        return [entry for entry in self.book.values() if entry["state"] in ON_LIST]

    def line(self):
        waits = [entry for entry in self.book.values() if entry["state"] == "waiting"]
        return sorted(waits, key=lambda entry: entry["turn"])

    def may_move(self, booking, to):
        return to in BOOKING_MOVES[self.book[booking.pk]["state"]]

    def takes_bookings(self):
        return clock_date(self.now) <= self.slot.closes_on

    def list_is_open(self):
        return self.takes_bookings() and self.now < waiting_rules.list_ends(self.slot)

    def gets_in_all(self, entry):
        """With what it has been offered already; and how many of these are kept ones."""
        before = dict(entry)
        entry["state"] = "waiting"
        gets = self.gets(entry)
        # What it holds of them stays its own, whether or not others are kept any more.
        held = before["reserved"] if before["state"] == "offered" else 0
        kept = self.of_kept(gets, entry["students"], entry["asked"])
        reserved = kept if self.keeps() else held
        entry |= before
        return gets, reserved

    def gets(self, entry):
        """How many of the free places are of use to a group."""
        free = self.free_for(entry["students"], entry["asked"])
        most = min(free, self.cap, entry["asked"])
        return most if most >= entry["least"] else 0

    def of_kept(self, places, students, asked):
        return min(self.free_of_kept(), self.named(students, asked), self.takes(places))

    # What the clerk does after each step

    def pass_on(self):
        for entry in self.on_list():
            is_too_large = entry["state"] == "waiting" and entry["least"] > self.most_for_one()
            if is_too_large or entry["until"] <= self.now:
                entry["state"] = "lapsed"
        if not self.keeps():
            self.promised = self.held("reserved")
        if self.list_is_open():
            self.offer_in_turn()

    def offer_in_turn(self):
        overtaken = []
        for entry in sorted(self.on_list(), key=lambda entry: entry["turn"]):
            if not self.largest and not self.free() + self.free_of_kept():
                break
            held = entry["places"] if entry["state"] == "offered" else 0
            gets, reserved = self.gets_in_all(entry)
            if gets > held:
                self.pass_by(overtaken)
                until = entry["until"] if held else self.take_up_by()
                entry |= {"state": "offered", "places": gets, "until": until}
                entry["reserved"] = reserved
                if self.leaves_more(entry):
                    self.offer_in_turn()
                    break
            elif not held:
                overtaken.append(entry)

    def pass_by(self, overtaken):
        """Somebody gets what is free now: each of these could not have used it."""
        for entry in overtaken:
            assert self.gets(entry) == 0
            kept = self.free_of_kept()
            would_do = self.brings(self.free() + kept, kept) >= entry["least"]
            reason = "places_reserved" if would_do else "too_few_places"
            reason = "over_cap" if self.cap < entry["least"] else reason
            free = self.free_for(entry["students"], entry["asked"])
            self.went_past[entry["school"], entry["turn"]].append((reason, free))

    def take_up_by(self):
        with clock.as_of(self.now):
            return waiting_rules.take_up_by(self.slot)

    def settle_if_due(self):
        is_over = not self.keeps() and self.set_aside() > 0
        if is_over or any(entry["until"] <= self.now for entry in self.on_list()):
            self.pass_on()

    def enter(self, school, places, state, least, students):
        """The clerk copies when it was made, which decides whose turn it is."""
        leader = self.leaders[school]
        known = [*self.book]
        made = self.bookings().exclude(pk__in=known).get(school=leader.organisation)
        self.book[made.pk] = {
            "school": school,
            "places": places,
            "asked": places,
            "students": students,
            "reserved": 0 if state == "waiting" else self.of_kept(places, students, places),
            "least": least,
            "state": state,
            "turn": (made.asked_at, made.pk),
            "until": waiting_rules.list_ends(self.slot),
        }

    def refused(self, verb, *subject, **told):
        try:
            with transaction.atomic(), clock.as_of(self.now):
                verb(*subject, **told)
        except (ValidationError, PermissionDenied):
            return True
        return False

    def refused_after_settling(self, verb, *subject, **told):
        """For verbs that begin with a transaction of their own, which a refusal leaves done."""
        try:
            with clock.as_of(self.now):
                verb(*subject, **told)
        except (ValidationError, PermissionDenied):
            return True
        return False

    def some(self, which):
        return self.bookings().order_by("asked_at", "pk")[which % len(self.book)]

    # The steps

    @rule(
        school=SCHOOLS,
        places=st.sampled_from([1, 1, 2, 2, 3, 0, PLACES + 1]),
        wait=st.sampled_from([False, True, True]),
        as_few_as=st.sampled_from([None, None, 1, 2, 4]),
        students=st.sampled_from([0, 0, 1, 2, 3]),
    )
    def ask_for(self, school, places, wait, as_few_as, students=0):
        self.settle_if_due()
        has_one = any(
            entry["school"] == school and entry["state"] in LIVE for entry in self.book.values()
        )
        makes_sense = places >= 1 and (as_few_as is None or as_few_as <= places)
        makes_sense = makes_sense and students <= places
        may_ask = self.takes_bookings() and not has_one and makes_sense and places <= self.cap
        # Nobody is asked of whom no rule speaks.
        named = students if self.has_rule else 0
        may_ask = may_ask and places <= (self.largest or places)
        is_there = places <= self.free_for(named, places)
        least = as_few_as or places
        may_wait = wait and self.list_is_open() and least <= self.most_for_one()
        expected = may_ask and (is_there or may_wait)

        refused = self.refused_after_settling(
            bookings.request,
            self.slot,
            places=places,
            by=self.leaders[school],
            wait=wait,
            as_few_as=as_few_as,
            priority_students=students,
        )

        assert refused is not expected
        if expected and is_there:
            if self.on_list():
                self.pass_by(self.line())
            self.enter(school, places, "accepted" if self.at_once else "requested", least, named)
            if self.leaves_more([*self.book.values()][-1]):
                self.pass_on()
        elif expected:
            self.enter(school, places, "waiting", least, named)
            self.pass_on()

    @precondition(lambda self: self.book)
    @rule(which=WHICH)
    def take_up(self, which):
        booking = self.some(which)
        self.settle_if_due()
        entry = self.book[booking.pk]
        expected = entry["state"] == "offered"
        by = self.leaders[entry["school"]]

        assert self.refused_after_settling(waiting.take_up, booking, by=by) is not expected
        if expected:
            entry["state"] = "accepted" if self.at_once else "requested"

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
            entry["reserved"] = min(entry["reserved"], self.takes(places))
            self.pass_on()

    @precondition(lambda self: self.book)
    @rule(which=WHICH)
    def decline(self, which):
        booking = self.some(which)
        expected = self.may_move(booking, "declined")

        refused = self.refused(bookings.decline, booking, reason="no_capacity", by=self.host)

        assert refused is not expected
        if expected:
            self.book[booking.pk]["state"] = "declined"
            self.pass_on()

    @precondition(lambda self: self.book)
    @rule(which=WHICH, by_host=st.booleans())
    def cancel(self, which, by_host):
        booking = self.some(which)
        entry = self.book[booking.pk]
        by = self.host if by_host else self.leaders[entry["school"]]
        is_past = clock_date(self.now) > self.slot.ends_on
        by_school = dict.fromkeys(("requested", *ON_LIST), not by_host)
        expected = {**by_school, "accepted": not is_past}.get(entry["state"], False)

        assert self.refused(bookings.cancel, booking, reason="illness", by=by) is not expected
        if expected:
            entry["state"] = "cancelled"
            self.pass_on()

    @precondition(lambda self: self.book)
    @rule(which=WHICH, places=st.sampled_from([1, 1, 2, 0]))
    def give_back(self, which, places):
        booking = self.some(which)
        entry = self.book[booking.pk]
        has_begun = clock_date(self.now) >= self.slot.starts_on
        is_spare = 1 <= places < entry["places"]
        expected = entry["state"] in ("requested", "accepted") and not has_begun and is_spare
        by = self.leaders[entry["school"]]

        assert self.refused(bookings.give_back, booking, places=places, by=by) is not expected
        if expected:
            entry["places"] -= places
            entry["reserved"] = min(entry["reserved"], self.takes(entry["places"]))
            self.pass_on()

    @precondition(lambda self: self.book)
    @rule(which=WHICH)
    def nobody_came(self, which):
        booking = self.some(which)
        has_begun = clock_date(self.now) >= self.slot.starts_on
        expected = self.may_move(booking, "not_attended") and has_begun

        assert self.refused(bookings.mark_not_attended, booking, by=self.host) is not expected
        if expected:
            self.book[booking.pk]["state"] = "not_attended"
            self.pass_on()

    @rule(places=st.integers(PLACES - 2, PLACES + 3))
    def offer_more_or_fewer(self, places):
        expected = places >= self.taken() + self.kept()

        assert self.refused(slots.change, self.slot, places=places, by=self.host) is not expected
        if expected:
            self.places = places
            self.pass_on()

    @precondition(lambda self: self.book)
    @rule(
        which=WHICH,
        left=st.sampled_from([0, 0, 1, 2]),
        places=st.integers(1, PLACES + 1),
        sees_all=st.sampled_from([True, True, True, False]),
    )
    def room_for_fewer(self, which, left, places, sees_all):
        """The host takes places from one of those that hold some, and offers so many."""
        held = lowering.holding_places(self.slot)
        booking = self.some(which)
        entry = self.book[booking.pk]
        holds = entry["state"] in HOLDS_PLACES
        loses = holds and left < entry["places"]
        may_be = not holds or (left <= entry["places"] and self.may_keep(entry, left))
        lost = self.takes(entry["places"]) - self.takes(left) if loses else 0
        kept = self.taken() - lost
        has_begun = clock_date(self.now) >= self.slot.starts_on
        expected = sees_all and may_be and kept <= places <= self.places and not has_begun

        refused = self.refused(
            lowering.lower,
            self.slot,
            places=places,
            keep={booking.pk: left},
            seen=lowering.mark(held) if sees_all else "something else",
            reason="staffing",
            by=self.host,
        )

        assert refused is not expected
        if not expected:
            return
        self.places = places
        if loses and left:
            self.ask_whether_it_comes(booking, entry)
            entry |= {"places": left, "reserved": min(entry["reserved"], self.takes(left))}
        elif loses and entry["state"] == "offered":
            with clock.as_of(self.now):
                until = waiting_rules.list_ends(self.slot)
            entry |= {"state": "waiting", "places": entry["asked"], "until": until}
            entry["reserved"] = 0
        elif loses:
            entry["state"] = "cancelled"
        self.keep_no_more_than_there_is_room_for()
        self.pass_on()

    def keep_no_more_than_there_is_room_for(self):
        if over := max(0, self.taken() + self.kept() - self.places):
            self.promised -= over

    def may_keep(self, entry, left):
        return entry["state"] != "offered" or left in (0, entry["places"])

    def ask_whether_it_comes(self, booking, entry):
        entry["keep_by"] = booking.changes.order_by("pk").last().answer_by

    @rule(days=st.sampled_from([7, 14, -7]))
    def other_dates(self, days):
        """The host moves the dates: who has booked is asked, and who waits keeps its turn."""
        starts_on = self.slot.starts_on + timedelta(days=days)
        first = min(starts_on, self.slot.starts_on)
        has_begun = clock_date(self.now) >= self.slot.starts_on
        with clock.as_of(self.now):
            is_close = changes.decide_by(first) <= self.now
        ends_on = self.slot.ends_on + timedelta(days=days)
        there = self.booked_elsewhere(starts_on, ends_on)
        has_room = self.most is None or there + self.held("places") <= self.most
        in_time = starts_on > clock_date(self.now) and not is_close
        expected = not has_begun and in_time and has_room

        refused = self.refused(
            redating.move,
            self.slot,
            starts_on=starts_on,
            ends_on=ends_on,
            reason="staffing",
            by=self.host,
        )

        assert refused is not expected
        if expected:
            self.slot.refresh_from_db()
            self.until = self.until and self.slot.reserved_until
            self.follow_the_dates()
            self.pass_on()

    def follow_the_dates(self):
        ends = waiting_rules.list_ends(self.slot)
        for booking in self.bookings():
            entry = self.book[booking.pk]
            if entry["state"] == "waiting":
                entry["until"] = ends
            elif entry["state"] == "offered":
                entry["until"] = min(entry["until"], ends)
            elif entry["state"] in ("requested", "accepted"):
                self.ask_whether_it_comes(booking, entry)

    @precondition(lambda self: self.book)
    @rule(which=WHICH, keeps=st.booleans())
    def answer_what_was_changed(self, which, keeps):
        booking = self.some(which)
        entry = self.book[booking.pk]
        has_time = self.now < entry.get("keep_by", self.now)
        expected = has_time and entry["state"] in HOLDS_PLACES
        by = self.leaders[entry["school"]]

        verb = changes.keep if keeps else changes.leave
        assert self.refused(verb, booking, by=by) is not expected
        if expected:
            del entry["keep_by"]
        if expected and not keeps:
            entry["state"] = "cancelled"
            self.pass_on()

    @rule(places=st.integers(0, 4), days=st.sampled_from([0, 1, 3, 10, 100]))
    def keep_some(self, places, days):
        today, booked = clock_date(self.now), self.held("reserved")
        until = today + timedelta(days=days)
        in_time = self.slot.opening.date() <= until < self.slot.closes_on
        fits = booked <= places <= booked + self.may_be_kept()
        expected = places > 0 and in_time and fits
        told = {"rule": self.rule, "places": places, "until": until, "early_days": 0}

        assert self.refused(reserves.prioritise, self.slot, by=self.host, **told) is not expected
        if expected:
            self.promised, self.until, self.has_rule = places, until, True
            self.pass_on()

    @rule()
    def keep_none_any_more(self):
        expected = clock_date(self.now) < self.slot.closes_on

        assert self.refused(reserves.let_everybody, self.slot, by=self.host) is not expected
        if expected:
            self.until = None
            self.has_rule = self.held("reserved") > 0
            self.pass_on()

    @rule(students=st.integers(1, 4))
    def others_book_elsewhere(self, students):
        self.settle_everything()
        today, there = clock_date(self.now), sum(self.elsewhere.values())
        may_ask = today <= self.other.closes_on and today < self.other.starts_on
        all_there = there + self.here_on_days_of_other() + students
        expected = may_ask and (self.most is None or all_there <= self.most)
        leader = CareersLeaderFactory()

        refused = self.refused(bookings.request, self.other, places=students, by=leader)

        assert refused is not expected
        if expected:
            made = Booking.objects.get(slot=self.other, school=leader.organisation)
            self.elsewhere[made.pk] = students

    @precondition(lambda self: self.elsewhere)
    @rule(which=WHICH)
    def others_come_no_more(self, which):
        self.settle_everything()
        booking = Booking.objects.get(pk=[*self.elsewhere][which % len(self.elsewhere)])
        expected = clock_date(self.now) <= self.other.ends_on

        refused = self.refused(bookings.cancel, booking, reason="illness", by=booking.asked_by)

        assert refused is not expected
        if expected:
            del self.elsewhere[booking.pk]
            if self.most is not None and self.on_list():
                self.pass_on()

    def settle_everything(self):
        self.settle_if_due()
        with clock.as_of(self.now):
            waiting.settle_all()

    @rule(days=st.sampled_from([0, 0, 1, 3, 40]))
    def time_passes(self, days):
        self.now += timedelta(days=days)
        for booking in self.bookings().filter(state="requested", answer_by__lte=self.now):
            self.book[booking.pk]["state"] = "lapsed"
            self.pass_on()
        self.settle_if_due()
        if clock_date(self.now) > self.slot.ends_on:
            for entry in self.book.values():
                entry["state"] = "completed" if entry["state"] == "accepted" else entry["state"]
        with clock.as_of(self.now):
            bookings.lapse_unanswered()
            waiting.settle_all()
            bookings.complete_past()

    @rule(hours=st.sampled_from([1, 30, 80]))
    def time_passes_and_no_worker_comes(self, hours):
        self.now += timedelta(hours=hours)

    # What the records say

    @invariant()
    def the_records_say_what_the_book_says(self):
        if not hasattr(self, "book"):
            return
        recorded = {
            booking.pk: (booking.places, booking.reserved, booking.state)
            for booking in self.bookings()
        }
        assert recorded == {
            pk: (one["places"], one["reserved"], one["state"]) for pk, one in self.book.items()
        }
        slot = Slot.objects.get(pk=self.slot.pk)
        assert (slot.taken, slot.waiting) == (self.taken(), len(self.on_list()))
        assert slot.students == self.held("places")
        assert counter.miscounted() == []
        assert workplace_days.miscounted() == []
        with clock.as_of(self.now):
            assert (slot.places_left, slot.kept_now) == (self.brings(self.free()), self.kept())
            assert waiting.overlooked() == []

    @invariant()
    def whatever_went_past_somebody_is_written_down(self):
        if not hasattr(self, "book"):
            return
        written = defaultdict(list)
        for one in PassedOver.objects.order_by("pk"):
            entry = self.book[one.booking_id]
            written[entry["school"], entry["turn"]].append((one.reason, one.free))
        assert written == self.went_past


def clock_date(moment):
    with clock.as_of(moment):
        return clock.today()


@pytest.mark.django_db
def test_any_steps_in_any_order_leave_the_records_in_order():
    run_state_machine_as_test(
        Booked,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
