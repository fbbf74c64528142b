"""Many listings taken down in one act, and what was booked there called off after it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock, standing
from accounts.models import Message, Role
from placements import bookings, counter, listings, revisions, sites, tasks, withdrawals
from placements.models import Placement, SearchRow, Slot
from placements.states import BookingState, PlacementState, SlotState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
)
from tests.placements.test_sites import a_line, read

pytestmark = pytest.mark.django_db

WHY = {"reason": "business_change", "comment": "We are closing."}


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def listing(host):
    """At head office and at two branches."""
    workplace = WorkplaceFactory(organisation=host.organisation, name="Head office")
    placement = PlacementFactory(provider=host.organisation, workplace=workplace)
    SlotFactory(placement=placement)
    sites.spread(placement, read(a_line(1), a_line(2, start=40)), by=host)
    return placement


def booked(slot, **told):
    return bookings.request(slot, places=2, by=CareersLeaderFactory(), **told)


def left():
    return withdrawals.left().count()


def test_all_are_taken_down_at_once_and_their_dates_called_off_after_it(listing, host):
    agreed = bookings.accept(booked(Slot.objects.get(reference="R1")), by=host)

    assert withdrawals.everywhere(listing, **WHY, by=host) == 3
    assert {one.state for one in Placement.objects.all()} == {PlacementState.WITHDRAWN}
    assert not SearchRow.objects.exists()
    assert left() == 3
    assert withdrawals.at_stake(withdrawals.whole(listing)).count() == 1

    tasks.call_off_withdrawn()

    agreed.refresh_from_db()
    assert left() == 0
    assert {slot.state for slot in Slot.objects.all()} == {SlotState.CANCELLED}
    assert (agreed.state, agreed.reason, agreed.comment) == (BookingState.CANCELLED, *WHY.values())
    assert agreed.replacement_owed
    assert agreed.moves.last().by == host
    assert Message.objects.get(kind="booking_cancelled").email == agreed.asked_by.user.email
    assert counter.miscounted() == []


def test_the_soonest_dates_are_called_off_first_and_whoever_goes_on_finds_the_rest(listing, host):
    withdrawals.everywhere(listing, **WHY, by=host)

    assert withdrawals.go_on(at_most=1) == 1
    assert Slot.objects.get(state=SlotState.CANCELLED).reference == "R2"
    assert [withdrawals.go_on(), withdrawals.go_on()] == [2, 0]


def test_nobody_books_what_is_withdrawn_though_its_dates_are_not_called_off_yet(
    listing, host, refused
):
    withdrawals.everywhere(listing, **WHY, by=host)

    with refused("not_published"):
        booked(Slot.objects.get(reference="R1"))


def test_what_was_closed_before_keeps_its_history_and_open_changes_are_dropped(listing, host):
    site = listing.sites.get(workplace__name="Branch 1")
    listings.withdraw(site, by=host)
    revisions.propose(listing, {"title": "Another title"}, by=host)

    assert withdrawals.everywhere(listing, **WHY, by=host) == 2

    assert site.moves.filter(went_to=PlacementState.WITHDRAWN).count() == 1
    assert revisions.open_for(listing) is None
    assert withdrawals.everywhere(listing, **WHY, by=host) == 0


def test_what_has_begun_goes_on(listing, host):
    slot = Slot.objects.get(reference="R1")
    running = bookings.accept(booked(slot), by=host)
    with clock.as_of(clock.now() + timedelta(days=61)):
        withdrawals.everywhere(listing, **WHY, by=host)
        withdrawals.go_on()

    running.refresh_from_db()
    assert running.state == BookingState.ACCEPTED


def test_at_a_provider_that_is_suspended_what_has_begun_ends_too(listing, host):
    slot = Slot.objects.get(reference="R1")
    running = bookings.accept(booked(slot), by=host)
    broker = BrokerFactory()
    standing.suspend(host.organisation, by=broker)
    with clock.as_of(clock.now() + timedelta(days=61)):
        assert withdrawals.of_provider(host.organisation, **WHY, by=broker) == 3
        withdrawals.go_on()

    running.refresh_from_db()
    assert running.state == BookingState.CANCELLED
    assert set(
        Message.objects.filter(kind="booking_cancelled").values_list("email", flat=True)
    ) == {
        running.asked_by.user.email,
        host.user.email,
    }


def test_a_suspension_calls_nothing_off_that_a_provider_let_run_out_before(listing, host):
    slot = Slot.objects.get(reference="R1")
    running = bookings.accept(booked(slot), by=host)
    with clock.as_of(clock.now() + timedelta(days=61)):
        withdrawals.everywhere(listing, **WHY, by=host)
        withdrawals.go_on()
        before = withdrawals.at_stake(withdrawals.whole(listing)).count()
    with clock.as_of(clock.now() + timedelta(days=61, minutes=5)):
        standing.suspend(host.organisation, by=BrokerFactory())

        assert left() == 0
        assert withdrawals.at_stake(withdrawals.whole(listing)).count() == before == 0
        tasks.call_off_withdrawn()

    running.refresh_from_db()
    assert running.state == BookingState.ACCEPTED


@pytest.mark.parametrize("before", [True, False])
def test_what_a_desk_withdrew_or_a_provider_while_suspended_ends_though_it_has_begun(
    listing, host, before
):
    slot = Slot.objects.get(reference="R1")
    running = bookings.accept(booked(slot), by=host)
    broker = BrokerFactory()
    with clock.as_of(clock.now() + timedelta(days=61)):
        if before:
            withdrawals.of_provider(host.organisation, **WHY, by=broker)
        standing.suspend(host.organisation, by=broker)
        if not before:
            withdrawals.everywhere(listing, **WHY, by=host)
        withdrawals.go_on()

    running.refresh_from_db()
    assert running.state == BookingState.CANCELLED


def test_a_reason_is_due(listing, host, refused):
    with refused("invalid"):
        withdrawals.everywhere(listing, reason="other", comment=" ", by=host)

    assert Placement.objects.published().count() == 3


def test_nobody_else_takes_them_down(listing, host):
    viewer = HostFactory(organisation=host.organisation, role=Role.VIEWER)

    for by in (viewer, HostFactory(), CareersLeaderFactory(), BrokerFactory()):
        with pytest.raises(PermissionDenied):
            withdrawals.everywhere(listing, **WHY, by=by)
