from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import clock
from accounts.models import Role, Standing
from brokers import boundaries
from brokers.models import Area, Coverage, CoverageKind, Stewardship
from tests.factories import BrokerFactory, EmployerFactory, HubFactory, NationalFactory

pytestmark = pytest.mark.django_db

SHROPSHIRE = "E06000051"


@pytest.fixture
def national():
    return NationalFactory()


@pytest.fixture
def area(national):
    return boundaries.found_area(
        "The Marches", hub=HubFactory(), by=national, authorities=[SHROPSHIRE]
    )


def in_days(days):
    return clock.today() + timedelta(days=days)


def test_a_founded_area_has_a_hub_and_covers_what_was_said(national):
    hub = HubFactory()

    area = boundaries.found_area(
        "The Marches", hub=hub, by=national, authorities=[SHROPSHIRE], postcode_areas=["SY"]
    )

    assert area.stewardships.on().get().hub == hub
    assert sorted(area.coverage.on().values_list("kind", "code")) == [
        ("authority", SHROPSHIRE),
        ("postcode_area", "SY"),
    ]


@pytest.mark.parametrize(
    "stranger",
    [
        BrokerFactory,
        lambda: NationalFactory(role=Role.VIEWER),
        lambda: NationalFactory(
            organisation__standing=Standing.SUSPENDED, organisation__suspended_at=clock.now()
        ),
    ],
)
def test_only_the_national_team_draws_areas(area, stranger):
    by = stranger()
    coverage = area.coverage.get()

    with pytest.raises(PermissionDenied):
        boundaries.found_area("Another", hub=HubFactory(), by=by)
    with pytest.raises(PermissionDenied):
        boundaries.cover(area, kind=CoverageKind.POSTCODE_AREA, code="SY", by=by)
    with pytest.raises(PermissionDenied):
        boundaries.give_up(coverage, by=by)
    with pytest.raises(PermissionDenied):
        boundaries.hand_over(area, hub=HubFactory(), by=by)


@pytest.mark.parametrize(
    "organisation", [EmployerFactory, lambda: HubFactory(standing="unverified")]
)
def test_only_a_hub_in_good_standing_has_an_area(area, national, organisation):
    with pytest.raises(ValidationError) as refusal:
        boundaries.hand_over(area, hub=organisation(), by=national)

    assert refusal.value.code == "not_a_hub"


def test_two_areas_never_have_one_name(area, national):
    with pytest.raises(ValidationError) as refusal:
        boundaries.found_area("the marches", hub=HubFactory(), by=national)

    assert refusal.value.code == "name_taken"


def test_an_authority_belongs_to_one_area_at_a_time(area, national):
    with pytest.raises(ValidationError) as refusal:
        boundaries.found_area(
            "Another", hub=HubFactory(), by=national, authorities=["E06000019", SHROPSHIRE]
        )

    assert refusal.value.code == "covered_already"
    # The whole of it is undone with its refused part.
    assert not Area.objects.filter(name="Another").exists()


def test_what_one_area_gives_up_another_may_cover_from_that_day(area, national):
    other = boundaries.found_area("Another", hub=HubFactory(), by=national)
    boundaries.give_up(area.coverage.get(), by=national, from_day=in_days(10))

    boundaries.cover(
        other, kind=CoverageKind.AUTHORITY, code=SHROPSHIRE, by=national, from_day=in_days(10)
    )

    assert Coverage.objects.on(in_days(9)).get(code=SHROPSHIRE).area == area
    assert Coverage.objects.on(in_days(10)).get(code=SHROPSHIRE).area == other


def test_what_is_given_up_on_its_first_day_was_never_covered(area, national):
    boundaries.give_up(area.coverage.get(), by=national)

    assert not area.coverage.exists()


def test_a_hand_over_that_was_planned_is_replaced_by_the_next(area, national):
    first, second = HubFactory(), HubFactory()
    boundaries.hand_over(area, hub=first, by=national, from_day=in_days(30))

    boundaries.hand_over(area, hub=second, by=national, from_day=in_days(20))

    assert Stewardship.objects.on(in_days(19)).get().hub not in {first, second}
    assert Stewardship.objects.on(in_days(40)).get().hub == second


def test_a_hand_over_on_the_first_day_leaves_no_empty_stewardship(area, national):
    successor = HubFactory()

    boundaries.hand_over(area, hub=successor, by=national)

    assert Stewardship.objects.get().hub == successor


def test_who_was_accountable_in_the_past_stays_so(area, national):
    for change in (
        lambda: boundaries.hand_over(area, hub=HubFactory(), by=national, from_day=in_days(-1)),
        lambda: boundaries.give_up(area.coverage.get(), by=national, from_day=in_days(-1)),
    ):
        with pytest.raises(ValidationError) as refusal:
            change()

        assert refusal.value.code == "in_the_past"


def test_nobody_is_made_accountable_from_a_day_in_the_far_future(area, national):
    with pytest.raises(ValidationError) as refusal:
        boundaries.hand_over(area, hub=HubFactory(), by=national, from_day=in_days(731))

    assert refusal.value.code == "too_far_ahead"
    boundaries.hand_over(area, hub=HubFactory(), by=national, from_day=in_days(730))


def test_the_database_itself_allows_one_accountable_hub_at_a_time(area):
    with pytest.raises(IntegrityError):
        Stewardship.objects.create(
            area=area, hub=HubFactory(), during=DateRange(in_days(5), in_days(6))
        )
