import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from oauth2_provider.models import AccessToken

from accounts import clients, clock, letters, membership, outbox
from accounts.models import Client, Member, MemberState, Message, Role
from accounts.words import Scope
from tests.factories import (
    CareersLeaderFactory,
    ClientFactory,
    MemberFactory,
    PlatformFactory,
    SchoolOrganisationFactory,
)
from tests.partner import token_of

pytestmark = pytest.mark.django_db

BOTH = [Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE]


@pytest.fixture
def lead():
    return CareersLeaderFactory()


def manage(*words):
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


def test_a_lead_connects_a_platform_which_acts_in_its_own_name(lead):
    issued = clients.issue(lead.organisation, name=" Unifrog ", scopes=BOTH, by=lead)

    platform = issued.client.acts_as
    assert (platform.name, platform.organisation) == ("Unifrog", lead.organisation)
    assert str(platform) == f"Unifrog for {lead.organisation}"
    assert platform.may_write
    assert issued.client.scopes == BOTH


def test_every_other_lead_is_told_once_of_what_acts_in_their_name(lead):
    ours = {"organisation": lead.organisation}
    other = MemberFactory(**ours, role=Role.LEAD)
    for role in (Role.COLLEAGUE, Role.VIEWER):
        MemberFactory(**ours, role=role)
    CareersLeaderFactory()

    client = clients.issue(lead.organisation, name="Unifrog", scopes=BOTH, by=lead).client

    message = Message.objects.get(kind="platform_connected")
    mail = letters.write(message)
    assert mail.to == other.user.email
    assert mail.title == f"Unifrog can now act for {lead.organisation.name}"
    assert letters.of_kind(message.kind).still_holds(message)
    clients.revoke(client, by=lead)
    assert not letters.of_kind(message.kind).still_holds(message)
    off = Message.objects.get(kind="platform_cut_off")
    assert letters.write(off).to == other.user.email
    assert letters.of_kind(off.kind).still_holds(off)
    membership.leave(other)
    assert not letters.of_kind(off.kind).still_holds(off)


def test_all_leads_are_told_of_what_was_connected_on_the_server(lead):
    clients.issue(lead.organisation, name="Unifrog", scopes=BOTH, by=None)

    assert Message.objects.get(kind="platform_connected").recipient == lead.user


def test_a_platform_that_only_reads_changes_nothing(lead):
    issued = clients.issue(lead.organisation, name="Reader", scopes=[Scope.BOOKINGS_READ], by=lead)

    assert not issued.client.acts_as.may_write


def test_of_a_secret_only_its_hash_is_kept(lead):
    issued = clients.issue(lead.organisation, name="Unifrog", scopes=BOTH, by=lead)

    kept = Client.objects.get(pk=issued.client.pk).client_secret
    assert len(issued.secret) == 64
    assert kept != issued.secret
    assert check_password(issued.secret, kept)


@pytest.mark.parametrize("role", [Role.COLLEAGUE, Role.VIEWER])
def test_only_a_lead_connects_rotates_or_cuts_off(role, lead):
    other = MemberFactory(organisation=lead.organisation, role=role)
    client = ClientFactory(acts_as__organisation=lead.organisation)

    for attempt in (
        lambda by: clients.issue(lead.organisation, name="Unifrog", scopes=BOTH, by=by),
        lambda by: clients.rotate(client, by=by),
        lambda by: clients.revoke(client, by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt(other)
        attempt(lead)


def test_a_lead_of_another_organisation_cuts_nothing_off(lead):
    client = ClientFactory()

    with pytest.raises(PermissionDenied):
        clients.revoke(client, by=lead)


@pytest.mark.parametrize(
    ("name", "scopes"),
    [("", BOTH), ("x" * 101, BOTH), ("Unifrog", []), ("Unifrog", ["bookings:everything"])],
)
def test_a_platform_has_a_name_and_scopes_that_we_know(name, scopes, lead, refused):
    with refused("invalid"):
        clients.issue(lead.organisation, name=name, scopes=scopes, by=lead)


def test_the_secret_before_is_good_for_a_week_more(lead):
    client = ClientFactory(acts_as__organisation=lead.organisation)
    before = client.client_secret

    client = clients.rotate(client, by=lead).client

    assert client.former_secret == before
    assert client.former_secret_holds
    with clock.as_of(clock.now() + timedelta(days=7, minutes=1)):
        assert not client.former_secret_holds


def test_who_is_cut_off_has_left_with_every_token(lead):
    client = ClientFactory(acts_as__organisation=lead.organisation)
    token_of(client)
    other = ClientFactory(acts_as__organisation=lead.organisation)
    token_of(other)

    client = clients.revoke(client, by=lead)

    assert client.acts_as.state == MemberState.LEFT
    assert not client.acts_as.may_write
    assert not client.is_usable(None)
    assert [held.application for held in AccessToken.objects.all()] == [other]


def test_nobody_is_cut_off_twice_or_given_a_secret_afterwards(lead, refused):
    client = clients.revoke(ClientFactory(acts_as__organisation=lead.organisation), by=lead)

    with refused("move_not_allowed"):
        clients.revoke(client, by=lead)
    with refused("move_not_allowed"):
        clients.rotate(client, by=lead)


def test_a_platform_is_no_colleague_and_hears_nothing(lead):
    platform = PlatformFactory(organisation=lead.organisation)

    assert list(Member.objects.active().filter(organisation=lead.organisation)) == [lead]
    assert platform not in Member.objects.visible_to(lead)
    assert outbox.working_for(lead.organisation) == [lead.user]


def test_a_platform_does_not_stand_in_for_the_last_lead(lead, refused):
    PlatformFactory(organisation=lead.organisation, role=Role.LEAD)

    with refused("last_lead"):
        membership.leave(lead)


def test_the_command_prints_a_client_and_its_secret_once():
    school = SchoolOrganisationFactory()

    told = json.loads(
        manage(
            "issue_client",
            f"--organisation={school.pk}",
            "--scopes=bookings:read bookings:write",
            "--name=Unifrog",
        )
    )

    client = Client.objects.get()
    assert set(told) == {"client_id", "client_secret"}
    assert told["client_id"] == client.client_id
    assert check_password(told["client_secret"], client.client_secret)
    assert (client.organisation, client.scopes) == (school, BOTH)


@pytest.mark.parametrize(
    ("organisation", "scopes", "says"),
    [
        (None, "bookings:read", "no such organisation"),
        ("ours", "bookings:all", "Choose what the platform may do"),
    ],
)
def test_the_command_says_what_it_cannot_do(organisation, scopes, says):
    key = SchoolOrganisationFactory().pk if organisation else uuid4()

    with pytest.raises(CommandError, match=says):
        manage("issue_client", f"--organisation={key}", f"--scopes={scopes}")
    assert not Client.objects.exists()


def test_commands_rotate_and_cut_off():
    client = ClientFactory()

    told = json.loads(manage("rotate_client", client.client_id))
    said = manage("revoke_client", client.client_id)

    client.refresh_from_db()
    assert told["client_id"] == client.client_id
    assert check_password(told["client_secret"], client.client_secret)
    assert client.revoked_at is not None
    assert said.strip() == f"{client.client_id} is cut off."


@pytest.mark.parametrize("command", ["rotate_client", "revoke_client"])
def test_commands_know_no_client_that_there_is_not(command):
    gone = clients.revoke(ClientFactory(), by=None)

    with pytest.raises(CommandError, match="no such client"):
        manage(command, "nobody")
    with pytest.raises(CommandError, match="cut off"):
        manage(command, gone.client_id)
