"""Two listings at one workplace, booked at the same moment for the same days."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from accounts import workplaces
from accounts.models import Workplace
from placements import (
    bookings,
    counter,
    listings,
    moderation,
    revisions,
    sections,
    workplace_days,
)
from placements.models import Booking, Placement, Slot, WorkplaceDay
from placements.states import BookingState, PlacementState, SlotState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)
from tests.placements.test_booking_races import meanwhile, outcome

pytestmark = pytest.mark.django_db(transaction=True)

GUARD = "a_workplace_is_never_overfilled"


@pytest.fixture
def workplace():
    return WorkplaceFactory(most_a_day=12)


@pytest.fixture
def pair(workplace):
    """The same days of two listings there."""
    own = {"provider": workplace.organisation, "workplace": workplace}
    return [SlotFactory(placement=PlacementFactory(**own), places=10) for _ in range(2)]


@pytest.fixture
def leaders():
    return [CareersLeaderFactory(), CareersLeaderFactory()]


def most_taken():
    return max(WorkplaceDay.objects.values_list("taken", flat=True))


def adds_up():
    return counter.miscounted() == [] and workplace_days.miscounted() == []


def test_the_second_waits_for_the_first_and_reads_what_is_left(pair, leaders):
    one, other = pair

    with meanwhile(bookings.request, other, places=8, by=leaders[1]) as answer:
        bookings.request(one, places=8, by=leaders[0])

    assert answer == ["slot_full"]
    assert most_taken() == 8
    assert adds_up()


def test_the_second_has_what_the_first_leaves(pair, leaders):
    one, other = pair

    with meanwhile(bookings.request, other, places=4, by=leaders[1]) as answer:
        bookings.request(one, places=8, by=leaders[0])

    assert answer == [BookingState.REQUESTED]
    assert most_taken() == 12
    assert adds_up()


def test_days_that_are_given_back_wait_for_who_is_booking_elsewhere(pair, leaders):
    one, other = pair
    booked = bookings.request(one, places=8, by=leaders[0])
    told = {"reason": "illness", "by": leaders[0]}

    with meanwhile(bookings.cancel, booked, **told) as answer:
        bookings.request(other, places=4, by=leaders[1])

    assert answer == [BookingState.CANCELLED]
    assert most_taken() == 4
    assert adds_up()


def test_a_number_is_stated_only_after_the_booking_in_flight(pair, leaders, workplace):
    host = HostFactory(organisation=workplace.organisation)

    def say_seven():
        workplace.most_a_day = 7
        workplaces.change(workplace, by=host)
        return Booking.objects.get()

    with meanwhile(say_seven) as answer:
        bookings.request(pair[0], places=8, by=leaders[0])

    assert answer == ["most_a_day"]
    assert adds_up()


@pytest.mark.parametrize("state", [PlacementState.PUBLISHED, PlacementState.SENT_BACK])
def test_a_number_is_stated_only_after_the_listing_that_is_coming(pair, leaders, state):
    """Also where it had no number, and nothing there is counted yet."""
    coming = pair[0]
    listing = coming.placement
    host = HostFactory(organisation=listing.provider)
    bookings.request(coming, places=8, by=leaders[0])
    to = WorkplaceFactory(organisation=listing.provider)
    Placement.objects.filter(pk=listing.pk).update(state=state)
    listing.refresh_from_db()
    if state == PlacementState.PUBLISHED:
        listings.write(listing, sections.WHERE, {"workplace": to}, by=host)
        proposed = revisions.submit(revisions.open_for(listing), by=host)

    with meanwhile(say, to, 12) as answer:
        if state == PlacementState.PUBLISHED:
            moderation.approve_revision(proposed, by=BrokerFactory())
        else:
            listings.write(listing, sections.WHERE, {"workplace": to}, by=host)

    assert answer == [SlotState.OPEN]
    assert Slot.objects.get(pk=coming.pk).shares_days
    assert set(WorkplaceDay.objects.filter(workplace=to).values_list("taken", flat=True)) == {8}
    assert adds_up()


def test_a_listing_comes_only_after_the_number_that_is_being_stated(pair, leaders):
    listing = pair[0].placement
    host = HostFactory(organisation=listing.provider)
    bookings.request(pair[0], places=8, by=leaders[0])
    to = WorkplaceFactory(organisation=listing.provider)
    Placement.objects.filter(pk=listing.pk).update(state=PlacementState.SENT_BACK)
    old = Workplace.objects.get(pk=to.pk)

    with meanwhile(listings.write, listing, sections.WHERE, {"workplace": old}, by=host) as answer:
        say(to, 7)

    assert answer == ["workplace_full"]
    assert adds_up()


def test_a_number_is_stated_while_attendance_of_past_dates_is_marked(pair, workplace):
    """Whoever marks it has the row of the past dates, and asks for the days next."""
    past = pair[0]
    days = {"opens_on": days_ago(60), "closes_on": days_ago(40)}
    Slot.objects.filter(pk=past.pk).update(starts_on=days_ago(30), ends_on=days_ago(26), **days)
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            Slot.objects.select_for_update(no_key=True).get(pk=past.pk)
            running = elsewhere.submit(outcome, say, workplace, 15)
            with pytest.raises(TimeoutError):
                running.result(timeout=0.4)
            workplace_days.hold(past.pk)
        assert running.result(timeout=20) == SlotState.OPEN
    assert adds_up()


@pytest.mark.parametrize("state", [PlacementState.PUBLISHED, PlacementState.SENT_BACK])
def test_two_listings_change_places_without_waiting_for_each_other(workplace, state):
    """Each waits for the days of the first of both workplaces, and holds none of the other yet."""
    employer = workplace.organisation
    other = WorkplaceFactory(organisation=employer, most_a_day=12)
    first, second = sorted([workplace, other], key=lambda one: one.pk)
    coming = SlotFactory(placement__provider=employer, placement__workplace=second)
    listing, host = coming.placement, HostFactory(organisation=employer)
    Placement.objects.filter(pk=listing.pk).update(state=state)
    listing.refresh_from_db()
    proposed = None
    if state == PlacementState.PUBLISHED:
        listings.write(listing, sections.WHERE, {"workplace": first}, by=host)
        proposed = revisions.submit(revisions.open_for(listing), by=host)

    def go():
        if proposed:
            return moderation.approve_revision(proposed, by=BrokerFactory())
        return listings.write(listing, sections.WHERE, {"workplace": first}, by=host)

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT placements_hold_days(%s)", [first.pk])
            running = elsewhere.submit(outcome, go)
            until_somebody_waits_for_days(cursor)
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('days of ' || %s, 0))",
                [str(second.pk)],
            )
            [[nobody_has_the_others]] = cursor.fetchall()
        assert running.result(timeout=20) == state
    assert nobody_has_the_others
    assert Placement.objects.get(pk=listing.pk).workplace == first
    assert adds_up()


def until_somebody_waits_for_days(cursor):
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    for _ in range(200):
        cursor.execute(waiting)
        if cursor.fetchone() != (0,):
            return
        time.sleep(0.1)
    raise AssertionError("Nobody waits.")


def say(workplace, most):
    workplace.most_a_day = most
    workplaces.change(workplace, by=HostFactory(organisation=workplace.organisation))
    return Slot.objects.order_by("pk").first()


def days_ago(number):
    return days_ahead(-number)


def test_without_the_lock_the_constraint_refuses(pair, leaders, monkeypatch):
    monkeypatch.setattr(workplace_days, "hold", lambda *slots: None)

    assert of_two_who_have_both_looked(pair, leaders) == "stale"
    assert most_taken() == 8
    assert adds_up()


def test_without_either_the_same_race_overfills_the_day(pair, leaders, monkeypatch):
    """What the two tests above would miss if nobody were in a hurry."""
    monkeypatch.setattr(workplace_days, "hold", lambda *slots: None)

    with without_the_guard():
        assert of_two_who_have_both_looked(pair, leaders) == BookingState.REQUESTED
        assert most_taken() == 16
        Slot.objects.update(taken=0)


def of_two_who_have_both_looked(pair, leaders):
    """What becomes of the second, which has read what is left and waits to be counted."""
    one, other = pair
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            bookings.request(one, places=8, by=leaders[0])
            told = {"places": 8, "by": leaders[1]}
            running = elsewhere.submit(outcome, bookings.request, other, **told)
            until_somebody_waits_to_be_counted()
        return running.result(timeout=20)


def until_somebody_waits_to_be_counted():
    waits = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with connection.cursor() as cursor:
        for _ in range(400):
            cursor.execute(waits)
            if cursor.fetchone() is not None:
                return
            time.sleep(0.05)
    raise AssertionError("Nobody waits.")


@contextmanager
def without_the_guard():
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE placements_workplaceday DROP CONSTRAINT {GUARD}")
        try:
            yield
        finally:
            cursor.execute(
                f"ALTER TABLE placements_workplaceday ADD CONSTRAINT {GUARD} CHECK (taken <= most)"
            )


def test_many_at_once_fill_the_days_and_never_beyond(pair):
    crowd = [(pair[n % 2], CareersLeaderFactory()) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        running = [
            pool.submit(outcome, bookings.request, slot, places=2, by=by) for slot, by in crowd
        ]
        answers = sorted(one.result(timeout=20) for one in running)

    assert answers == ["requested"] * 6 + ["slot_full"] * 2
    assert most_taken() == 12
    assert adds_up()
