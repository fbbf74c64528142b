"""Two lists at once. One side is held still in an open transaction, so nothing is left to luck."""

import pytest

from accounts import workplaces
from placements import bookings, counter, sites
from placements.models import Slot
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
)
from tests.placements.test_booking_races import meanwhile
from tests.placements.test_sites import a_line, read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def listing(host):
    workplace = WorkplaceFactory(organisation=host.organisation, name="Head office")
    placement = PlacementFactory(provider=host.organisation, workplace=workplace)
    SlotFactory(placement=placement)
    return placement


def spread(listing, rows, *, by):
    """As `meanwhile` asks of a verb: something with a state."""
    done = sites.spread(listing, rows, by=by)
    return type("Done", (), {"state": tuple(done)})


def test_the_same_list_sent_twice_at_once_is_taken_once(listing, host):
    rows = read(a_line(1), a_line(2))

    with meanwhile(spread, listing, rows, by=host) as second:
        assert sites.spread(listing, rows, by=host) == (2, 0, 0)

    assert second == [(0, 0, 2)]
    assert listing.sites.count() == 2


def test_places_that_a_school_is_taking_are_not_taken_from_it(listing, host):
    sites.spread(listing, read(a_line(1, places=5)), by=host)
    slot = Slot.objects.get(reference="R1")

    with meanwhile(spread, listing, read(a_line(1, places=2)), by=host) as list_sent:
        bookings.request(slot, places=4, by=CareersLeaderFactory())

    assert list_sent == ["faults"]
    assert counter.miscounted() == []


def test_a_place_that_has_just_become_a_home_gets_no_site(listing, host):
    place = WorkplaceFactory(organisation=host.organisation, name="Branch 1", postcode="SY1 1AA")

    with meanwhile(spread, listing, read(a_line(1)), by=host) as list_sent:
        place.kind = "private_home"
        workplaces.change(place, by=host)

    assert list_sent == ["faults"]
    assert not listing.sites.exists()


def test_a_place_that_becomes_a_home_takes_its_new_site_down(listing, host):
    place = WorkplaceFactory(organisation=host.organisation, name="Branch 1", postcode="SY1 1AA")
    place.kind = "private_home"

    def change(place, *, by):
        workplaces.change(place, by=by)
        return listing.sites.get()

    with meanwhile(change, place, by=host) as became:
        spread(listing, read(a_line(1)), by=host)

    assert became == ["submitted"]
