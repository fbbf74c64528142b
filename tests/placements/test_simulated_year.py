"""A year of 24 steps a day, through both changes of the clocks: bookings are made, moved and
cancelled at any hour, and each message that they bring goes once, in the hour in which it is
due, and none goes that is not.

What should go is told by a plain timetable, written here anew, that knows none of ours.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts import clock, letters, postman, texts, transports
from accounts.models import Message, MessageState
from placements import bookings, day_before, redating, timetable
from placements.models import Booking
from tests.factories import (
    CareersLeaderFactory,
    EmployerFactory,
    HostFactory,
    MemberFactory,
    PlacementFactory,
    SlotFactory,
)

FULL = bool(os.environ.get("WEX_FULL"))
EXAMPLES, EVENTS = (100, 60) if FULL else (4, 25)
LONDON = ZoneInfo("Europe/London")
# The clocks go on on 28 March, and back on 31 October.
BEGINS, HOURS = datetime(2027, 1, 1, tzinfo=UTC), 24 * 365
HOUR = timedelta(hours=1)
SIDES = ("school", "host")
KINDS = [f"{kind}_to_{side}" for kind in ("reminder", "debrief") for side in SIDES]

# From nine to seven in the evening.
TEXTED_WITHIN = timedelta(hours=10)

EVENT = st.tuples(
    st.integers(0, HOURS - 1),
    st.sampled_from(["book", "book", "book", "move", "cancel", "plan what is missing"]),
    st.integers(0, 40),
    st.integers(1, 60),
)


class Counting(transports.Transport):
    """A transport that cannot be asked, and counts what it is given, and of how much each tells."""

    can_be_asked = False
    repeats_when_unsure = True
    refusals = ()
    sends_texts = True
    sent = Counter()
    told = Counter()

    def send(self, reference, mail):
        self.sent[reference] += 1
        count, _, what = mail.title.partition(" ")
        together = {one.together for one in letters.registered() if one.together}
        self.told[reference] += int(count) if what in together else 1
        return ""

    def was_sent(self, reference):
        return None


@dataclass
class Promised:
    """A booking that goes ahead: when it was agreed, the dates it had from when on, and its end."""

    number: str
    agreed_at: datetime
    readers: dict[str, list[str]]
    # Since when, how often the dates had moved by then, the first day and the last.
    dates: list[tuple[datetime, int, date, date]]
    cancelled_at: datetime | None = None

    def goes(self):
        """Everything that goes, and the hour in which it does."""
        ends = [since for since, *_ in self.dates[1:]] + [self.cancelled_at or at_hour(HOURS)]
        found = {}
        for (since, moved, first, last), until in zip(self.dates, ends, strict=True):
            for kind, occasion, due, worth in falls_due(first, last):
                hour = next_hour(max(due, since))
                is_new = due > self.agreed_at and due + worth > since
                if is_new and hour < min(until, due + worth):
                    key = f"{occasion}:{moved}" if moved else occasion
                    for reader in self.readers[kind.rpartition("_")[2]]:
                        found[f"{kind}:{self.number}:{reader}:{key}"] = hour
        return found

    def first_days(self):
        """From when to when each was its first day, and since when one could be told of it."""
        ends = [since for since, *_ in self.dates[1:]] + [self.cancelled_at or at_hour(HOURS)]
        for (since, _, first, _), until in zip(self.dates, ends, strict=True):
            due = at_nine(first - timedelta(days=1))
            if due > self.agreed_at:
                yield first, max(due, since), min(until, due + TEXTED_WITHIN)


def falls_due(first, last):
    for side in SIDES:
        for occasion, day, worth in (
            ("week", first - timedelta(days=7), timedelta(days=3)),
            ("day", first - timedelta(days=1), timedelta(hours=14)),
        ):
            yield f"reminder_to_{side}", occasion, at_nine(day), worth
        for occasion, days in (("prompt", 1), ("nudge", 8), ("last", 15)):
            due = at_nine(last + timedelta(days=days))
            yield f"debrief_to_{side}", occasion, due, timedelta(days=6)


def at_nine(day):
    return datetime.combine(day, time(9), tzinfo=LONDON).astimezone(UTC)


def at_hour(number):
    return BEGINS + number * HOUR


def next_hour(moment):
    return BEGINS + -((BEGINS - moment) // HOUR) * HOUR


@dataclass
class Year:
    """The market in which it all happens, and what was promised there."""

    host: object = None
    leaders: list = field(default_factory=list)
    slots: list = field(default_factory=list)
    promised: list = field(default_factory=list)
    next_due: datetime | None = None

    def begin(self):
        self.host = HostFactory(organisation=EmployerFactory())
        self.leaders = [CareersLeaderFactory() for _ in range(3)]
        # One school has two people to tell.
        MemberFactory(organisation=self.leaders[0].organisation)
        for who in (self.host, self.leaders[1]):
            texts.choose(who.user, "07400 123456")
        self.listing = PlacementFactory(
            provider=self.host.organisation, confirms_at_once=True, days=None
        )

    def live_through(self, events):
        by_hour = {}
        for hour, *event in events:
            by_hour.setdefault(hour, []).append(event)
        for number in range(HOURS):
            hour = at_hour(number)
            if hour.hour == 0:
                self.midnight(hour)
            if self.next_due and self.next_due <= hour:
                self.deliver(hour)
            for event in by_hour.get(number, ()):
                # Between two rounds of the postman.
                self.happen(hour + HOUR / 2, *event)

    def midnight(self, hour):
        with clock.as_of(hour):
            bookings.complete_past()
            day_before.plan()
        self.look_what_is_next()

    def deliver(self, hour):
        with clock.as_of(hour):
            postman.deliver_due()
            assert postman.deliver_due() == 0
        self.look_what_is_next()

    def look_what_is_next(self):
        owed = Message.objects.owed().order_by("due_at")
        self.next_due = owed.values_list("due_at", flat=True).first()

    def happen(self, moment, what, which, days):
        verbs = {"book": self.book, "move": self.move, "cancel": self.cancel}
        with clock.as_of(moment):
            try:
                with transaction.atomic():
                    verbs.get(what, self.plan_what_is_missing)(moment, which, days)
            except ValidationError:
                # The rules forbid it at this moment: nothing has changed.
                return
            finally:
                day_before.plan()
                self.look_what_is_next()

    def book(self, moment, which, days):
        """New dates so many days ahead, or some that others have booked."""
        if which % 4 == 3 and self.slots:
            slot = self.slots[which % len(self.slots)]
        else:
            starts_on = clock.today() + timedelta(days=days)
            slot = SlotFactory(
                placement=self.listing,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=which % 6),
                closes_on=starts_on - timedelta(days=1),
            )
        leader = self.leaders[days % len(self.leaders)]
        made = bookings.request(slot, places=1, by=leader)
        slot.refresh_from_db()
        self.slots.append(slot)
        self.promised.append(
            Promised(
                str(made.pk),
                made.answered_at,
                {"school": people_of(leader), "host": people_of(self.host)},
                [(moment, slot.times_redated, slot.starts_on, slot.ends_on)],
            )
        )

    def move(self, moment, which, days):
        if not self.slots:
            return
        slot = self.slots[which % len(self.slots)]
        by = timedelta(days=days - 20)
        redating.move(
            slot,
            starts_on=slot.starts_on + by,
            ends_on=slot.ends_on + by,
            reason="staffing",
            by=self.host,
        )
        for one in self.slots:
            one.refresh_from_db()
        slot.refresh_from_db()
        for one in self.promised:
            if one.cancelled_at is None and self.is_of(one, slot):
                one.dates.append((moment, slot.times_redated, slot.starts_on, slot.ends_on))

    def is_of(self, one, slot):
        return slot.bookings.filter(pk=one.number).exists()

    def cancel(self, moment, which, days):
        if not self.promised:
            return
        one = self.promised[which % len(self.promised)]
        booking = Booking.objects.get(pk=one.number)
        bookings.cancel(booking, reason="illness", by=self.host)
        one.cancelled_at = moment

    def plan_what_is_missing(self, moment, which, days):
        timetable.plan_what_is_missing()

    def should_have_gone(self):
        mails = {key: hour for one in self.promised for key, hour in one.goes().items()}
        return mails | self.texts_that_go()

    def texts_that_go(self):
        """For each day and reader one, in the first hour in which something begins the day after."""
        found = {}
        for side, reader in (("host", self.host), ("school", self.leaders[1])):
            for one in self.promised:
                if str(reader.user_id) in one.readers[side]:
                    for first, since, until in one.first_days():
                        key = f"{day_before.KIND}:{first}:{reader.user_id}"
                        if next_hour(since) < until:
                            found[key] = min(next_hour(since), found.get(key, next_hour(since)))
        return found

    def has_gone(self):
        sent = Message.objects.filter(kind__in=[*KINDS, day_before.KIND], state=MessageState.SENT)
        rows = sent.values_list("dedupe_key", "sent_at")
        return {key: BEGINS + (sent_at - BEGINS) // HOUR * HOUR for key, sent_at in rows}


def people_of(member):
    return [str(one.user_id) for one in member.organisation.members.all()]


def hour_of(month, day, hour):
    return (datetime(2027, month, day, hour, tzinfo=UTC) - BEGINS) // HOUR


# Reminders of the day before fall on both days on which the clocks change, and so do prompts.
CLOCKS_CHANGE = [
    (hour_of(2, 10, 12), "book", 1, 47),
    (hour_of(2, 20, 12), "book", 1, 35),
    (hour_of(3, 27, 23), "plan what is missing", 0, 1),
    (hour_of(3, 28, 1), "plan what is missing", 0, 1),
    (hour_of(9, 10, 12), "book", 1, 52),
    (hour_of(10, 10, 12), "book", 4, 15),
    (hour_of(10, 31, 0), "plan what is missing", 0, 1),
    (hour_of(10, 31, 1), "plan what is missing", 0, 1),
]


@pytest.fixture
def counted(settings):
    settings.NOTIFY_TEXT_TEMPLATE_ID = "texts"
    settings.MAIL_TRANSPORT = f"{__name__}.{Counting.__name__}"
    transports._named.cache_clear()
    yield Counting.sent
    transports._named.cache_clear()


@pytest.mark.django_db
def test_in_a_year_each_message_goes_once_when_it_is_due_and_none_else(counted):
    @example(CLOCKS_CHANGE)
    @given(st.lists(EVENT, min_size=EVENTS, max_size=EVENTS))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        # A year is too long to be lived through again a hundred times for a shorter one.
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def live(events):
        counted.clear()
        Counting.told.clear()
        # No block around it: what is claimed is committed before it is sent.
        before = transaction.savepoint()
        year = Year()
        year.begin()
        year.live_through(events)

        assert year.has_gone() == year.should_have_gone()
        assert set(counted.values()) <= {1}
        sent = Message.objects.filter(state=MessageState.SENT)
        assert Counting.told == Counter(str(message.mail_name) for message in sent)
        transaction.savepoint_rollback(before)

    live()
