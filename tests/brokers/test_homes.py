from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation, ProviderCategory
from brokers import boundaries, homes
from tests.factories import (
    EmployerFactory,
    HubFactory,
    NationalFactory,
    SchoolOrganisationFactory,
    WorkplaceFactory,
)

pytestmark = pytest.mark.django_db

HEREFORDSHIRE = "E06000019"


@pytest.fixture
def national():
    return NationalFactory()


@pytest.fixture
def marches(national):
    hub = HubFactory()
    boundaries.found_area("The Marches", hub=hub, by=national, authorities=["E06000051"])
    return hub


def test_a_school_lies_on_the_desk_of_its_area(marches, national):
    assert homes.desk_for(SchoolOrganisationFactory()) == marches
    elsewhere = SchoolOrganisationFactory(school__authority=HEREFORDSHIRE)
    assert homes.desk_for(elsewhere) == national.organisation


def test_an_employer_lies_where_its_oldest_active_workplace_does(marches, national):
    employer = EmployerFactory()
    WorkplaceFactory(
        organisation=employer,
        authority=HEREFORDSHIRE,
        is_active=False,
        made_at=timezone.now() - timedelta(days=9),
    )
    WorkplaceFactory(organisation=employer, made_at=timezone.now() - timedelta(days=5))
    WorkplaceFactory(organisation=employer, authority=HEREFORDSHIRE)

    assert homes.desk_for(employer) == marches


def test_a_national_provider_lies_on_the_national_desk_wherever_it_works(marches, national):
    provider = EmployerFactory(provider_category=ProviderCategory.NATIONAL_BROAD)
    WorkplaceFactory(organisation=provider)

    assert homes.desk_for(provider) == national.organisation


def test_asking_for_one_organisation_and_for_many_gives_the_same_desk(marches, national):
    other = HubFactory()
    boundaries.found_area("Severn", hub=other, by=national, postcode_areas=["SY"])
    for authority in ("E06000051", HEREFORDSHIRE, ""):
        SchoolOrganisationFactory(school__authority=authority)
        SchoolOrganisationFactory(school__authority=authority, school__postcode="")
        WorkplaceFactory(authority=authority)
        WorkplaceFactory(authority=authority, postcode="M1 1AE")
    WorkplaceFactory(organisation__provider_category=ProviderCategory.NATIONAL_DEDICATED)
    EmployerFactory()

    desks = {marches, other, national.organisation}
    everybody = Organisation.objects.exclude(pk__in=[desk.pk for desk in desks])
    for desk in desks:
        one_by_one = {one for one in everybody if homes.desk_for(one) == desk}

        assert set(homes.organisations_at(desk)) == one_by_one
        assert one_by_one
