from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import ProviderCategory, Standing
from accounts.postcodes import Place
from brokers import areas, boundaries
from brokers.models import CoverageKind
from placements import desks
from placements.models import Placement
from placements.words import Mode
from tests.factories import (
    SHREWSBURY,
    HubFactory,
    NationalFactory,
    NationalTeamFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db

SHROPSHIRE = SHREWSBURY["authority"]
HEREFORDSHIRE = "E06000019"


@pytest.fixture
def national():
    return NationalFactory()


@pytest.fixture
def marches(national):
    hub = HubFactory()
    boundaries.found_area("The Marches", hub=hub, by=national, authorities=[SHROPSHIRE])
    return hub


def in_days(days):
    return clock.today() + timedelta(days=days)


def test_a_listing_lies_on_the_desk_of_the_hub_whose_area_covers_its_workplace(marches):
    elsewhere = HubFactory()
    placement = PlacementFactory()

    assert areas.desk_for(placement) == marches != elsewhere
    assert desks.desk_of(placement) == marches


@pytest.mark.parametrize(
    "facts",
    [
        {"mode": Mode.VIRTUAL},
        {"mode": Mode.VIRTUAL, "workplace": None},
        {"provider__provider_category": ProviderCategory.NATIONAL_BROAD},
        {"provider__provider_category": ProviderCategory.NATIONAL_DEDICATED},
        {"workplace__authority": HEREFORDSHIRE},
        {"workplace__authority": ""},
    ],
)
def test_virtual_national_and_uncovered_listings_lie_on_the_national_desk(marches, national, facts):
    placement = PlacementFactory(**facts)

    assert areas.desk_for(placement) == national.organisation


def test_a_hybrid_listing_goes_to_the_hub(marches):
    assert areas.desk_for(PlacementFactory(mode=Mode.HYBRID)) == marches


def test_a_postcode_area_counts_only_where_no_hub_covers_the_authority(marches, national):
    other = HubFactory()
    boundaries.found_area("Severn", hub=other, by=national, postcode_areas=["SY"])

    covered = PlacementFactory()
    unknown = PlacementFactory(workplace__authority="")
    nobodys = PlacementFactory(workplace__authority="E99999999")
    not_quite = PlacementFactory(workplace__authority="", workplace__postcode="S1 2AB")

    assert areas.desk_for(covered) == marches
    assert areas.desk_for(unknown) == other
    assert areas.desk_for(nobodys) == other
    assert areas.desk_for(not_quite) == national.organisation


def test_asking_for_one_listing_and_for_many_gives_the_same_desk(marches, national):
    other = HubFactory()
    boundaries.found_area("Severn", hub=other, by=national, postcode_areas=["SY", "WV"])
    for authority in (SHROPSHIRE, HEREFORDSHIRE, ""):
        for postcode in ("SY1 1AA", "S1 1AA", "WV1 1AA", ""):
            for mode in Mode:
                PlacementFactory(
                    mode=mode, workplace__authority=authority, workplace__postcode=postcode
                )
    PlacementFactory(mode=Mode.VIRTUAL, workplace=None)
    PlacementFactory(provider__provider_category=ProviderCategory.NATIONAL_BROAD)

    for desk in (marches, other, national.organisation):
        one_by_one = {p.pk for p in Placement.objects.all() if areas.desk_for(p) == desk}
        at_once = set(Placement.objects.filter(areas.at_desk(desk)).values_list("pk", flat=True))

        assert at_once == one_by_one
        assert at_once


def test_the_hub_of_a_place_is_found_by_its_authority_or_its_postcode(marches, national):
    by_authority = Place("SY1 1AA", 350_000, 314_000, SHROPSHIRE, "E", is_approximate=True)
    nobodys = Place("M1 1AE", 383_000, 398_000, "", "E", is_approximate=True)

    assert areas.hub_for(by_authority) == marches
    assert areas.hub_for(nobodys) is None

    boundaries.found_area("Manchester", hub=marches, by=national, postcode_areas=["M"])

    assert areas.hub_for(nobodys) == marches


def test_a_suspended_hub_is_accountable_for_nothing(marches, national):
    marches.standing, marches.suspended_at = Standing.SUSPENDED, clock.now()
    marches.save(update_fields=["standing", "suspended_at"])

    assert areas.desk_for(PlacementFactory()) == national.organisation


def test_without_hubs_or_a_national_team_a_listing_lies_on_no_desk():
    assert areas.desk_for(PlacementFactory()) is None


def test_a_new_hub_is_accountable_from_its_first_day_and_the_old_one_until_then(marches, national):
    successor = HubFactory()
    area = marches.stewardships.get().area

    boundaries.hand_over(area, hub=successor, by=national, from_day=in_days(30))

    place = Place("SY1 1AA", 350_000, 314_000, SHROPSHIRE, "E", is_approximate=True)
    assert areas.hub_for(place) == marches
    assert areas.hub_for(place, day=in_days(29)) == marches
    assert areas.hub_for(place, day=in_days(30)) == successor


def test_search_within_a_hubs_area_finds_what_lies_there(marches):
    here = PlacementFactory()
    PlacementFactory(workplace__authority=HEREFORDSHIRE)

    assert list(Placement.objects.filter(desks.reach_of(marches.pk))) == [here]


def test_what_is_no_hub_reaches_nothing(marches):
    placement = PlacementFactory()
    team = NationalTeamFactory()

    for other in (team.pk, placement.provider_id, placement.pk):
        assert not Placement.objects.filter(desks.reach_of(other)).exists()


def test_a_code_covered_once_is_a_kind_of_its_own(marches, national):
    other = HubFactory()
    area = boundaries.found_area("Other", hub=other, by=national)

    boundaries.cover(area, kind=CoverageKind.POSTCODE_AREA, code="TF", by=national)

    assert areas.codes_of([other], CoverageKind.POSTCODE_AREA, day=None) == ["TF"]
    assert areas.codes_of([other], CoverageKind.AUTHORITY, day=None) == []
