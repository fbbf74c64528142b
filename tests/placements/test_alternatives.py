from datetime import timedelta

import pytest

from accounts.models import Standing
from accounts.words import Sector
from placements import alternatives
from placements.states import PlacementState, SlotState
from placements.words import Mode
from tests.factories import (
    BookingFactory,
    EmployerFactory,
    PlacementFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

MILE = 1609


@pytest.fixture
def school():
    return SchoolOrganisationFactory()


@pytest.fixture
def full():
    return SlotFactory(places=6, taken=6)


def elsewhere(*, miles=1, slot=None, **facts):
    """A slot of another employer, so many miles away."""
    employer = EmployerFactory()
    usual = WorkplaceFactory.build()
    workplace = WorkplaceFactory(organisation=employer, easting=usual.easting + int(miles * MILE))
    placement = PlacementFactory(provider=employer, workplace=workplace, **facts)
    return SlotFactory(placement=placement, **(slot or {}))


def instead(full, school, **wanted):
    wish = alternatives.Wish(**{"places": 2, **wanted})
    return alternatives.instead_of(full, school=school, wish=wish)


def test_other_dates_of_the_same_placement_come_first_the_nearest_dates_before_all(full, school):
    later, sooner, next_week = (
        SlotFactory(placement=full.placement, starts_on=full.starts_on + timedelta(days=days))
        for days in (21, -14, 7)
    )
    other = elsewhere()

    assert instead(full, school) == [next_week, sooner, later, other]


def test_then_the_same_sector_the_nearest_place_before_all(full, school):
    far, near = elsewhere(miles=8), elsewhere(miles=2)
    elsewhere(miles=40)
    elsewhere(sector=Sector.DIGITAL)

    assert instead(full, school) == [near, far]


def test_each_placement_elsewhere_is_named_once_with_its_nearest_dates(full, school):
    other = elsewhere(slot={"starts_on": full.starts_on + timedelta(days=30)})
    nearest = SlotFactory(placement=other.placement, starts_on=full.starts_on)

    assert instead(full, school) == [nearest]


def test_instead_of_what_is_virtual_comes_what_is_virtual(school):
    def virtual():
        return SlotFactory(placement=PlacementFactory(mode=Mode.VIRTUAL, workplace=None))

    full, other = virtual(), virtual()
    elsewhere()

    assert instead(full, school) == [other]


def test_there_are_five_at_most(full, school):
    for number in range(3):
        SlotFactory(placement=full.placement, starts_on=days_ahead(70 + number))
    for number in range(4):
        elsewhere(miles=number)

    assert len(instead(full, school)) == alternatives.MOST == 5


@pytest.mark.parametrize(
    ("facts", "slot"),
    [
        ({}, {"taken": 5}),
        ({}, {"state": SlotState.CANCELLED}),
        ({}, {"closes_on": days_ahead(-1), "opens_on": days_ahead(-9)}),
        ({}, {"opens_on": days_ahead(2)}),
        ({"state": PlacementState.PAUSED}, {}),
        ({"provider__standing": Standing.UNVERIFIED}, {}),
        ({"most_places_per_school": 1}, {}),
        ({"fewest_places_per_school": 5}, {}),
        ({"year_from": 12, "year_to": 13}, {}),
    ],
)
def test_what_the_school_could_not_have_is_not_named(facts, slot, full, school):
    standing = facts.pop("provider__standing", Standing.GOOD)
    wrong = elsewhere(slot=slot, **facts)
    wrong.placement.provider.standing = standing
    wrong.placement.provider.save()
    right = elsewhere()

    assert instead(full, school, year_group=10) == [right]


def test_what_the_school_has_already_is_not_named(full, school):
    other = elsewhere()
    BookingFactory(slot=other, school=school)

    assert instead(full, school) == []
    assert instead(full, SchoolOrganisationFactory()) == [other]
