from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import invitations, membership
from accounts.models import Invitation, Member, MemberState, Message, MessageState, Role, User
from tests.factories import HostFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return HostFactory()


@pytest.fixture
def invitation(lead):
    return invitations.invite("New@Example.org", role=Role.COLLEAGUE, by=lead)


def test_an_invitation_is_sent_to_the_address_it_is_for(invitation):
    message = Message.objects.get(kind="invitation")

    assert (message.email, message.subject) == ("new@example.org", str(invitation.pk))
    assert message.recipient is None


def test_the_invited_person_joins_in_the_role_they_were_invited_to(invitation, lead):
    person = UserFactory(email="new@example.org")

    member = invitations.accept(invitation, user=person)

    assert (member.organisation, member.role, member.state) == (
        lead.organisation,
        Role.COLLEAGUE,
        MemberState.ACTIVE,
    )
    assert Message.objects.get(kind="member_joined").email == lead.user.email


def test_nobody_else_can_take_an_invitation_over(invitation):
    with pytest.raises(PermissionDenied):
        invitations.accept(invitation, user=UserFactory(email="other@example.org"))

    assert Invitation.objects.live().get() == invitation


def test_an_address_that_was_never_confirmed_does_not_accept(invitation):
    with pytest.raises(PermissionDenied):
        invitations.accept(invitation, user=UserFactory(email="new@example.org", confirmed_at=None))


def test_somebody_new_joins_with_a_first_account(invitation):
    invitations.accept_as_new(invitation, name="Nia New", password="three random words")

    person = User.objects.get(email="new@example.org")
    assert (person.name, person.is_confirmed) == ("Nia New", True)
    assert person.check_password("three random words")


def test_an_account_that_is_there_already_is_not_registered_again(invitation):
    person = UserFactory(email="new@example.org", name="As before")

    with pytest.raises(PermissionDenied):
        invitations.accept_as_new(invitation, name="Taken", password="three random words")

    person.refresh_from_db()
    assert person.name == "As before"
    assert not person.has_usable_password()


def test_what_strangers_registered_with_the_address_ends_when_its_owner_comes(invitation):
    stranger = MemberFactory(
        user__email="new@example.org", user__confirmed_at=None, state=MemberState.PENDING
    )

    invitations.accept_as_new(invitation, name="Nia New")

    stranger.refresh_from_db()
    assert stranger.state == MemberState.REFUSED


def test_an_invitation_is_accepted_once(invitation, refused):
    person = UserFactory(email="new@example.org")
    member = invitations.accept(invitation, user=person)
    membership.leave(member)

    with refused("invitation_spent"):
        invitations.accept(invitation, user=person)


def test_an_invitation_runs_out(invitation, refused):
    person = UserFactory(email="new@example.org")

    with (
        time_machine.travel(timezone.now() + invitations.LIVES + timedelta(minutes=1)),
        refused("invitation_spent"),
    ):
        invitations.accept(invitation, user=person)


def test_a_withdrawn_invitation_lets_nobody_in_and_its_mail_is_not_sent(invitation, lead, refused):
    invitations.revoke(invitation, by=lead)

    with refused("invitation_spent"):
        invitations.accept(invitation, user=UserFactory(email="new@example.org"))
    assert Message.objects.get(kind="invitation").state == MessageState.CANCELLED


def test_only_a_lead_of_the_same_organisation_withdraws_an_invitation(invitation, lead):
    colleague = MemberFactory(organisation=lead.organisation, role=Role.COLLEAGUE)

    for stranger in (HostFactory(), colleague):
        with pytest.raises(PermissionDenied):
            invitations.revoke(invitation, by=stranger)


@pytest.mark.parametrize("role", [Role.COLLEAGUE, Role.VIEWER])
def test_only_a_lead_invites(role):
    with pytest.raises(PermissionDenied):
        invitations.invite("new@example.org", role=Role.VIEWER, by=MemberFactory(role=role))


def test_an_invitation_is_worth_nothing_once_its_giver_leads_no_more(invitation, lead, refused):
    other = HostFactory(organisation=lead.organisation)
    membership.change_role(lead, Role.COLLEAGUE, by=other)

    with refused("invitation_spent"):
        invitations.accept(invitation, user=UserFactory(email="new@example.org"))
    assert not invitations.is_open(Invitation.objects.get())


def test_inviting_again_replaces_what_was_sent_before(invitation, lead, refused):
    again = invitations.invite("new@example.org", role=Role.LEAD, by=lead)

    assert list(Invitation.objects.live()) == [again]
    with refused("invitation_spent"):
        invitations.accept(invitation, user=UserFactory(email="new@example.org"))


def test_a_colleague_is_not_invited_again(lead, refused):
    colleague = MemberFactory(organisation=lead.organisation)

    with refused("already_member"):
        invitations.invite(colleague.user.email, role=Role.VIEWER, by=lead)


def test_invitations_are_not_a_way_to_send_mail_without_end(lead, refused, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_AT_ONCE", 2)
    for number in range(2):
        invitations.invite(f"person{number}@example.com", role=Role.VIEWER, by=lead)

    with refused("too_many"):
        invitations.invite("one.more@example.com", role=Role.VIEWER, by=lead)


def test_an_invitation_lets_in_whoever_was_waiting(lead):
    waiting = MemberFactory(
        organisation=lead.organisation, state=MemberState.PENDING, role=Role.LEAD
    )
    invitation = invitations.invite(waiting.user.email, role=Role.VIEWER, by=lead)

    invitations.accept(invitation, user=waiting.user)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.role) == (MemberState.ACTIVE, Role.VIEWER)
    assert Member.objects.filter(user=waiting.user).count() == 1
