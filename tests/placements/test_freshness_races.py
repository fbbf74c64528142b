"""An answer and the pause at once: whichever is first counts, and nothing is half done."""

import pytest

from accounts import clock
from placements import freshness
from placements.models import StillRight
from placements.states import PlacementState
from tests.factories import HostFactory, PlacementFactory, SlotFactory, days_ahead
from tests.placements.test_booking_races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def listing(host):
    """Its day has come."""
    placement = PlacementFactory(provider=host.organisation, last_confirmed_on=days_ahead(-60))
    SlotFactory(placement=placement)
    StillRight.objects.create(
        placement=placement,
        confirmed_on=days_ahead(-60),
        asked_on=days_ahead(-30),
        warned_on=days_ahead(-7),
        pauses_on=days_ahead(0),
    )
    return placement


def pause(listing):
    freshness.pause_all()
    listing.refresh_from_db()
    return listing


def confirm(listing, host):
    listing.confirmed = freshness.confirm([listing.pk], by=host)
    listing.refresh_from_db()
    return listing


def test_an_answer_that_comes_first_keeps_the_listing_up(listing, host):
    with meanwhile(pause, listing) as paused:
        freshness.confirm([listing.pk], by=host)

    assert paused == [PlacementState.PUBLISHED]
    listing.refresh_from_db()
    assert listing.last_confirmed_on == clock.today()
    assert not listing.moves.exists()


def test_an_answer_that_comes_after_the_pause_confirms_nothing(listing, host):
    with meanwhile(confirm, listing, host) as late:
        freshness.pause_all()

    assert late == [PlacementState.PAUSED]
    listing.refresh_from_db()
    assert listing.last_confirmed_on == days_ahead(-60)


def test_two_workers_pause_once(listing):
    with meanwhile(pause, listing) as second:
        freshness.pause_all()

    assert second == [PlacementState.PAUSED]
    assert listing.moves.count() == 1
