import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts import founding, invitations, membership
from accounts.models import Invitation, Organisation, OrganisationKind, Role, User
from tests.factories import BrokerFactory, HostFactory, HubFactory, NationalFactory

pytestmark = pytest.mark.django_db


def test_the_first_of_the_national_team_is_named_at_the_console_once(capsys):
    call_command("found_national_team", "First@example.org", "--person", "Anwen Clarke")

    team = Organisation.objects.get(kind=OrganisationKind.NATIONAL_TEAM)
    lead = team.members.get()
    assert (lead.user.email, lead.leads, lead.user.is_confirmed) == (
        "first@example.org",
        True,
        True,
    )
    assert lead.user.is_staff
    with pytest.raises(CommandError, match="already"):
        call_command("found_national_team", "second@example.org")


def test_a_team_whose_first_lead_could_get_no_mail_is_not_founded():
    with pytest.raises(CommandError, match="valid email"):
        call_command("found_national_team", "first-at-example")

    assert not Organisation.objects.filter(kind=OrganisationKind.NATIONAL_TEAM).exists()


@pytest.mark.parametrize("kind", [OrganisationKind.ACCREDITOR, OrganisationKind.PARTNER])
def test_the_national_team_founds_bodies_and_invites_their_lead(kind):
    founded = founding.found(kind, "Institute", by=NationalFactory(), lead_email="lead@example.org")

    invitation = Invitation.objects.live().get(organisation=founded)
    assert (invitation.email, invitation.role) == ("lead@example.org", Role.LEAD)
    member = invitations.accept_as_new(invitation, name="Ola Lead")
    assert member.leads


@pytest.mark.parametrize(
    "kind", [OrganisationKind.SCHOOL, OrganisationKind.EMPLOYER, OrganisationKind.NATIONAL_TEAM]
)
def test_what_registers_itself_is_not_founded(kind, refused):
    with refused("kind_not_allowed"):
        founding.found(kind, "Anything", by=NationalFactory())


@pytest.mark.parametrize("stranger", [HostFactory, BrokerFactory])
def test_nobody_else_founds_or_invites_to_another_body(stranger):
    by = stranger()

    with pytest.raises(PermissionDenied):
        founding.found(OrganisationKind.PARTNER, "Institute", by=by)
    with pytest.raises(PermissionDenied):
        invitations.invite("lead@example.org", role=Role.LEAD, by=by, to=HubFactory())


def test_the_national_team_invites_nobody_to_a_school_or_an_employer():
    with pytest.raises(PermissionDenied):
        invitations.invite(
            "lead@example.org",
            role=Role.LEAD,
            by=NationalFactory(),
            to=HostFactory().organisation,
        )


def test_the_support_console_opens_on_joining_the_team_and_closes_on_leaving():
    lead = NationalFactory()
    invitation = invitations.invite("new@example.org", role=Role.COLLEAGUE, by=lead)

    member = invitations.accept_as_new(invitation, name="New Colleague")
    assert User.objects.get(email="new@example.org").is_staff

    membership.leave(member)
    assert not User.objects.get(email="new@example.org").is_staff
