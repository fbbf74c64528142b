"""Invitations: an organisation asks somebody, by address, to act for it in a role.

An invitation is worth something only to the person whose address it names, and only
while the one who gave it could still give it.
"""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import authority, clock, links, membership, outbox
from accounts.models import Invitation, Member, MemberState, Organisation, Role, User

LIVES = timedelta(days=7)
# More than any organisation needs, and too few to send unwanted mail with.
MOST_AT_ONCE = 50


@transaction.atomic
def invite(email: str, *, role: str, by: Member, to: Organisation | None = None) -> Invitation:
    """Ask somebody to join, as a rule one's own organisation; asking again replaces."""
    organisation = to or by.organisation
    if not authority.may_invite_to(by, organisation, role):
        raise PermissionDenied
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    email = email.strip().lower()
    live = Invitation.objects.live().filter(organisation=organisation)
    _refuse_members(email, organisation)
    live.filter(email=email).update(revoked_at=clock.now())
    if live.count() >= MOST_AT_ONCE:
        raise ValidationError(
            "Too many invitations are waiting. Withdraw some first.", code="too_many"
        )
    return _send(organisation, email, role=role, by=by)


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> Member:
    """Join, as the person whose address was invited."""
    invitation = _locked(invitation)
    if user.email.lower() != invitation.email or not user.is_confirmed:
        raise PermissionDenied
    if not _is_live(invitation) or not _still_backed(invitation):
        raise ValidationError("This invitation is no longer open.", code="invitation_spent")
    member = _join(invitation, user)
    membership.open_the_console(member)
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    links.revoke(links.INVITATION, subject=str(invitation.pk))
    outbox.post("member_joined", to=invitation.invited_by.user, about=member)
    return member


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str = "") -> Member:
    """Join with a first account: the link has shown that the address is theirs."""
    user, _ = User.objects.get_or_create(email=invitation.email, defaults={"password": "!"})
    if user.is_confirmed:
        raise PermissionDenied
    user.name, user.confirmed_at = name, clock.now()
    if password:
        user.set_password(password)
    user.save(update_fields=["name", "confirmed_at", "password"])
    _refuse_what_was_never_confirmed(user, invitation)
    return accept(invitation, user=user)


@transaction.atomic
def revoke(invitation: Invitation, *, by: Member) -> Invitation:
    invitation = _locked(invitation)
    if not authority.may_lead_people(by, invitation.organisation_id):
        raise PermissionDenied
    if not _is_live(invitation):
        raise ValidationError("This invitation is no longer open.", code="invitation_spent")
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    links.revoke(links.INVITATION, subject=str(invitation.pk))
    outbox.unsay("invitation", about=invitation)
    return invitation


def readdress(invitation: Invitation, email: str) -> None:
    """It was meant for another address; whoever was sent its link before gets in by none."""
    _refuse_members(email, invitation.organisation)
    live = Invitation.objects.live().filter(organisation=invitation.organisation_id)
    live.filter(email=email).exclude(pk=invitation.pk).update(revoked_at=clock.now())
    live.filter(pk=invitation.pk).update(email=email)
    links.revoke(links.INVITATION, subject=str(invitation.pk))


def is_open(invitation: Invitation) -> bool:
    """Whether its mail is still worth sending."""
    return _is_live(invitation) and _still_backed(invitation)


def _send(organisation: Organisation, email: str, *, role: str, by: Member) -> Invitation:
    now = clock.now()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        invited_by=by,
        made_at=now,
        expires_at=now + LIVES,
    )
    outbox.post(
        "invitation", to=email, about=invitation, expires_at=now + LIVES, key=uuid.uuid4().hex
    )
    return invitation


def _locked(invitation: Invitation) -> Invitation:
    invitations = Invitation.objects.select_related(
        "organisation", "invited_by__user", "invited_by__organisation"
    )
    return invitations.select_for_update(of=("self",)).get(pk=invitation.pk)


def _refuse_members(email: str, organisation: Organisation) -> None:
    if Member.objects.active().filter(organisation=organisation, user__email=email).exists():
        raise ValidationError("They already belong to your organisation.", code="already_member")


def _is_live(invitation: Invitation) -> bool:
    ended = invitation.accepted_at or invitation.revoked_at
    return ended is None and invitation.expires_at > clock.now()


def _still_backed(invitation: Invitation) -> bool:
    return authority.may_invite_to(invitation.invited_by, invitation.organisation, invitation.role)


def _join(invitation: Invitation, user: User) -> Member:
    """The membership, waiting or new, made active in the role of the invitation."""
    live = Member.objects.filter(
        user=user,
        organisation=invitation.organisation,
        state__in=(MemberState.PENDING, MemberState.ACTIVE),
    )
    member = live.select_for_update(of=("self",)).first()
    if member is None:
        return Member.objects.create(
            user=user, organisation=invitation.organisation, role=invitation.role
        )
    if member.state == MemberState.PENDING:
        member.state, member.role = MemberState.ACTIVE, Role(invitation.role)
        member.save(update_fields=["state", "role"])
    return member


def _refuse_what_was_never_confirmed(user: User, invitation: Invitation) -> None:
    """What somebody else registered with this address before its owner came."""
    others = Member.objects.pending().filter(user=user)
    others.exclude(organisation=invitation.organisation_id).update(
        state=MemberState.REFUSED, ended_at=clock.now()
    )
