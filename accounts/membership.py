"""Belonging: roles, leaving, being removed. Records stay with the organisation.

Each verb locks the organisation first, so that of two last leads who leave at once the
second sees that the first has gone.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import authority, clock, texts
from accounts.models import Invitation, Member, MemberState, Organisation, Role


@transaction.atomic
def leave(member: Member) -> Member:
    """Stop acting for the organisation, of one's own will."""
    member = _locked(member)
    _refuse_if_last_lead(member)
    return _end(member)


@transaction.atomic
def remove(member: Member, *, by: Member) -> Member:
    """A lead ends a colleague's membership, at once."""
    if not authority.may_lead_people(by, member.organisation_id):
        raise PermissionDenied
    member = _locked(member)
    _refuse_if_last_lead(member)
    return _end(member)


@transaction.atomic
def change_role(member: Member, role: str, *, by: Member) -> Member:
    """A lead gives a colleague more to do, or less."""
    if not authority.may_invite_as(by, role):
        raise PermissionDenied
    if not authority.may_lead_people(by, member.organisation_id):
        raise PermissionDenied
    member = _locked(member)
    if role != Role.LEAD:
        _refuse_if_last_lead(member)
    member.role = role
    member.save(update_fields=["role"])
    return member


def _locked(member: Member) -> Member:
    Organisation.objects.select_for_update(of=("self",)).get(pk=member.organisation_id)
    member = Member.objects.select_related("user", "organisation").get(pk=member.pk)
    if not member.is_active:
        raise ValidationError("They no longer belong here.", code="move_not_allowed")
    return member


def _refuse_if_last_lead(member: Member) -> None:
    leads = Member.objects.active().filter(organisation=member.organisation_id, role=Role.LEAD)
    if member.leads and not leads.exclude(pk=member.pk).exists():
        raise ValidationError(
            "An organisation needs a lead. Make a colleague a lead first.", code="last_lead"
        )


def _end(member: Member) -> Member:
    member.state = MemberState.LEFT
    member.ended_at = clock.now()
    member.save(update_fields=["state", "ended_at"])
    _withdraw_invitations(member)
    _forget_number(member)
    if member.organisation.is_national_team:
        _close_the_console(member)
    return member


def _withdraw_invitations(member: Member) -> None:
    """Nobody comes in on the word of somebody who has gone."""
    Invitation.objects.live().filter(invited_by=member).update(revoked_at=clock.now())


def _forget_number(member: Member) -> None:
    """Whoever acts for nobody any more is told of no placement."""
    live = (MemberState.PENDING, MemberState.ACTIVE)
    if not Member.objects.filter(user=member.user, state__in=live).exists():
        texts.remove(member.user)


def open_the_console(member: Member) -> None:
    """Whoever joins the national team may look into the support console; see `console`."""
    if member.organisation.is_national_team and not member.user.is_staff:
        member.user.is_staff = True
        member.user.save(update_fields=["is_staff"])


def _close_the_console(member: Member) -> None:
    member.user.is_staff = False
    member.user.save(update_fields=["is_staff"])
