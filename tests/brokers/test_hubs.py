import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import OrganisationKind, Role, Standing
from brokers import hubs
from brokers.models import DeskProfile
from tests.factories import BrokerFactory, HostFactory, HubFactory

pytestmark = pytest.mark.django_db

SAID = {
    "contact_name": "Ana Price",
    "contact_email": "desk@marches.example.org",
    "contact_phone": "01743 000000",
    "service_promise": "An answer within two working days.",
}


def describe(desk, *, by, leads=()):
    return hubs.describe(desk, by=by, safeguarding_leads=leads, **SAID)


def test_the_national_team_founds_hubs(national):
    hub = hubs.found(" Severn Hub ", lead_email="lead@example.org", by=national)

    assert (hub.kind, hub.name, hub.standing) == (
        OrganisationKind.HUB,
        "Severn Hub",
        Standing.GOOD,
    )
    assert hubs.profile_of(hub).pk
    assert hub.invitations.live().get().email == "lead@example.org"


def test_nobody_else_founds_a_hub(broker):
    for other in (broker, HostFactory()):
        with pytest.raises(PermissionDenied):
            hubs.found("Severn Hub", lead_email="lead@example.org", by=other)


@pytest.mark.parametrize("name", ["", " ", "severn hub"])
def test_a_hub_has_a_name_of_its_own(national, refused, name):
    HubFactory(name="Severn Hub")

    with refused("name_taken"):
        hubs.found(name, lead_email="lead@example.org", by=national)


def test_a_desks_lead_says_how_it_is_reached_and_who_reads_what_is_grave(broker):
    colleague = BrokerFactory(organisation=broker.organisation, role=Role.COLLEAGUE)

    describe(broker.organisation, by=broker, leads=[colleague])

    profile = DeskProfile.objects.get()
    assert {name: getattr(profile, name) for name in SAID} == SAID
    assert list(profile.safeguarding_leads.all()) == [colleague]


def test_the_national_team_may_say_it_for_them_and_nobody_else(broker, stranger, national):
    desk = broker.organisation
    colleague = BrokerFactory(organisation=desk, role=Role.COLLEAGUE)

    for other in (colleague, stranger, HostFactory()):
        with pytest.raises(PermissionDenied):
            describe(desk, by=other)
    describe(desk, by=national)

    assert DeskProfile.objects.get().contact_name == "Ana Price"


def test_a_safeguarding_lead_works_at_the_desk_itself(broker, stranger, refused):
    with refused("lead_from_elsewhere"):
        describe(broker.organisation, by=broker, leads=[stranger])

    assert not DeskProfile.objects.filter(organisation=broker.organisation).exists()


def test_a_desk_that_said_nothing_yet_has_an_empty_profile(broker):
    profile = hubs.profile_of(broker.organisation)

    assert (profile.pk, profile.contact_name, profile.service_promise) == (None, "", "")
