"""Listings are asked about monthly, warned of in time, and pause when nobody answers."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import clock, outbox, postman, working_days
from accounts.clock import ENGLAND
from accounts.models import MemberState, Message, MessageState, Role, SentMail, Standing
from placements import freshness, listings, tasks
from placements.models import Placement, StillRight
from placements.states import PlacementState
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

PUBLISHED, PAUSED = PlacementState.PUBLISHED, PlacementState.PAUSED


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def listing(host):
    return offered(host)


def offered(host, **facts):
    placement = PlacementFactory(provider=host.organisation, **facts)
    SlotFactory(placement=placement, starts_on=days_ahead(200))
    return placement


def on(days, hour=10):
    """That many days after today, at that hour in England."""
    return datetime.combine(days_ahead(days), time(hour), tzinfo=ENGLAND)


def a_day_passes(days):
    """A round in the night, and the post of the morning."""
    with clock.as_of(on(days, 3)):
        tasks.keep_listings_fresh()
    with clock.as_of(on(days)):
        postman.deliver_due()


def days_pass(last, first=0):
    for days in range(first, last + 1):
        a_day_passes(days)


def mails(reader):
    return list(SentMail.objects.filter(to=reader.user.email).order_by("pk"))


def days_of_mail(reader):
    today = clock.today()
    return [(timezone.localdate(mail.sent_at, ENGLAND) - today).days for mail in mails(reader)]


def state(placement):
    placement.refresh_from_db()
    return placement.state


# --- The timetable


def test_a_listing_is_asked_about_reminded_warned_of_and_paused_on_its_days(host, listing):
    days_pass(61)

    assert days_of_mail(host) == [30, 40, 53, 60]
    assert [mail.title.split("?")[0].split(":")[0].split(" on ")[0] for mail in mails(host)] == [
        *("Still right", "Still right", "Pauses", "Paused"),
    ]
    assert state(listing) == PAUSED


def test_it_stays_up_until_the_day_that_the_warning_named(host, listing):
    days_pass(59)

    warning = mails(host)[-1]
    assert timezone.localdate(on(60)).strftime("%B %Y") in warning.title
    assert state(listing) == PUBLISHED
    a_day_passes(60)
    assert state(listing) == PAUSED


def test_the_pause_is_in_the_history_and_nobody_did_it(listing):
    days_pass(60)

    move = listing.moves.last()
    assert (move.came_from, move.went_to, move.by, move.reason) == (
        *(PUBLISHED, PAUSED, None, "not_confirmed"),
    )


def test_bookings_stand_when_a_listing_pauses_and_resuming_confirms_it(host, listing):
    booking = BookingFactory(slot=listing.slots.get())
    days_pass(60)
    before = booking.state
    booking.refresh_from_db()

    with clock.as_of(on(62)):
        listings.resume(listing, by=host)
        listing.refresh_from_db()
        assert listing.last_confirmed_on == clock.today()
    days_pass(91, first=63)

    assert booking.state == before
    assert state(listing) == PUBLISHED
    assert days_of_mail(host) == [30, 40, 53, 60]
    a_day_passes(92)
    assert days_of_mail(host)[-1] == 92


@pytest.mark.parametrize("answered_on", [31, 45, 59])
def test_an_answer_ends_the_asking_for_a_month(host, listing, answered_on):
    days_pass(answered_on)
    asked = len(mails(host))
    with clock.as_of(on(answered_on)):
        freshness.confirm([listing.pk], by=host)

    days_pass(answered_on + 29, first=answered_on + 1)

    assert len(mails(host)) == asked
    assert state(listing) == PUBLISHED
    a_day_passes(answered_on + 30)
    assert len(mails(host)) == asked + 1


def test_the_other_verb_answers_as_well(host, listing):
    days_pass(55)
    with clock.as_of(on(55)):
        listings.still_right(listing, by=host)

    days_pass(62, first=56)

    assert state(listing) == PUBLISHED


def test_a_mail_that_an_answer_overtook_is_not_sent(host, listing):
    with clock.as_of(on(30, 3)):
        tasks.keep_listings_fresh()
        freshness.confirm([listing.pk], by=host)
        listings.still_right(listing, by=host)

    with clock.as_of(on(30)):
        postman.deliver_due()

    assert Message.objects.get().state == MessageState.CANCELLED


def test_running_twice_is_running_once(host, listing):
    for days in (30, 40, 53, 60):
        a_day_passes(days)
        a_day_passes(days)

    assert days_of_mail(host) == [30, 40, 53, 60]
    assert listing.moves.count() == 1


# --- A worker that was away


def test_after_months_without_a_worker_the_whole_warning_is_still_given(host, listing):
    days_pass(131, first=100)

    assert days_of_mail(host) == [100, 110, 123, 130]
    assert state(listing) == PAUSED


def test_a_late_warning_moves_the_pause_with_it(host, listing):
    days_pass(41)
    days_pass(86, first=80)
    before = state(listing)
    a_day_passes(87)

    assert days_of_mail(host) == [30, 40, 80, 87]
    assert before == PUBLISHED
    assert state(listing) == PAUSED


def test_the_database_keeps_no_pause_without_fair_warning(listing):
    asked = {"placement": listing, "confirmed_on": days_ahead(-53), "asked_on": days_ahead(-23)}
    with pytest.raises(IntegrityError), transaction.atomic():
        StillRight.objects.create(**asked, warned_on=days_ahead(0), pauses_on=days_ahead(6))
    with pytest.raises(IntegrityError), transaction.atomic():
        StillRight.objects.create(**asked, pauses_on=days_ahead(7))

    StillRight.objects.create(**asked, warned_on=days_ahead(0), pauses_on=days_ahead(7))


def test_what_is_published_says_when_it_was_confirmed(listing):
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.update(last_confirmed_on=None)


# --- Whom it concerns


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": PAUSED},
        {"state": PlacementState.WITHDRAWN},
        {"state": PlacementState.EXPIRED},
        {"suspended_at": clock.now()},
    ],
)
def test_what_schools_do_not_see_is_not_asked_about_and_does_not_pause(host, hidden):
    placement = offered(host, **hidden)
    before = placement.state

    days_pass(61)

    assert mails(host) == []
    assert state(placement) == before


def test_a_suspended_provider_is_not_asked(host, listing):
    ours = host.organisation
    ours.standing, ours.suspended_at = Standing.SUSPENDED, clock.now()
    ours.save()

    days_pass(31)

    assert mails(host) == []


def test_what_was_hidden_on_its_last_day_is_asked_about_anew(host, listing):
    days_pass(55)
    Placement.objects.update(suspended_at=clock.now())
    days_pass(61, first=56)
    Placement.objects.update(suspended_at=None)

    days_pass(91, first=62)
    before = state(listing)
    a_day_passes(92)

    assert days_of_mail(host) == [30, 40, 53, 62, 72, 85, 92]
    assert before == PUBLISHED
    assert state(listing) == PAUSED


def test_one_mail_tells_a_provider_of_all_its_listings(host):
    colleague = HostFactory(organisation=host.organisation)
    titles = [offered(host, last_confirmed_on=days_ahead(-days)).title for days in (0, 3, 6)]

    days_pass(24)

    (mail,) = mails(host)
    assert len(mails(colleague)) == 1
    assert all(title in mail.text for title in titles)
    assert "and 2 more" in mail.title
    assert "without signing in" in mail.text


def test_each_listing_still_has_its_sixty_days(host):
    early, late = offered(host), offered(host, last_confirmed_on=days_ahead(-6))

    days_pass(54)
    assert (state(early), state(late)) == (PUBLISHED, PAUSED)
    days_pass(59, first=55)
    assert state(early) == PUBLISHED
    a_day_passes(60)
    assert state(early) == PAUSED


def test_those_who_only_read_or_have_left_are_not_written_to(host, listing):
    reader = HostFactory(organisation=host.organisation, role=Role.VIEWER)
    left = HostFactory(organisation=host.organisation, state=MemberState.LEFT)

    days_pass(31)

    assert mails(reader) == mails(left) == []
    assert len(mails(host)) == 1


def test_the_desk_is_asked_where_the_provider_has_nobody():
    broker = BrokerFactory()
    placement = PlacementFactory(
        written_by=broker, confirmed_by_employer_at=clock.now(), title="At the forge"
    )
    SlotFactory(placement=placement, starts_on=days_ahead(200))

    days_pass(31)

    assert [mail.title for mail in mails(broker)] == ["Still right? At the forge"]
    with clock.as_of(on(31)):
        assert freshness.confirm([placement.pk], by=broker) == 1


def test_strangers_and_readers_cannot_answer(host, listing):
    days_pass(31)
    reader = HostFactory(organisation=host.organisation, role=Role.VIEWER)

    with clock.as_of(on(31)):
        assert freshness.confirm([listing.pk], by=HostFactory()) == 0
        with pytest.raises(PermissionDenied):
            freshness.confirm([listing.pk], by=reader)

    listing.refresh_from_db()
    assert listing.last_confirmed_on == clock.today()
    assert outbox.working_for(host.organisation) == [host.user]


@pytest.mark.parametrize("rows", [1, 3])
def test_confirming_costs_the_same_for_many(host, rows, django_assert_num_queries):
    placements = [offered(host) for _ in range(rows)]
    a_day_passes(30)

    with clock.as_of(on(31)), django_assert_num_queries(4):
        assert freshness.confirm([one.pk for one in placements], by=host) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_asking_costs_the_same_for_many(host, rows, django_assert_num_queries):
    for _ in range(rows):
        offered(host)

    with clock.as_of(on(30, 3)), django_assert_num_queries(10):
        assert freshness.ask_all() == 1


def test_the_week_of_a_warning_begins_on_the_day_on_which_it_leaves(host, listing, settings):
    settings.MAIL_QUIET_HOURS = True
    for days in range(75):
        with clock.as_of(on(days, 3)):
            tasks.keep_listings_fresh()
        # By the postman's own rule and not by its lease, whose clock no test moves.
        asked = StillRight.objects.filter(placement=listing, warned_on__isnull=False).first()
        if asked:
            leaves = asked.warned_on
            while not working_days.is_working_day(leaves):
                leaves += timedelta(days=1)
            assert asked.pauses_on >= leaves + timedelta(days=7)
            return
    pytest.fail("Nobody was warned.")
