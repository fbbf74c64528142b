"""Vouching for people who ask to act for a school of the area."""

from django.db import transaction

from accounts import registration
from accounts.models import Member
from brokers import decisions, homes
from brokers.models import Verdict


@transaction.atomic
def approve(member: Member, *, by: Member, because: str = "") -> Member:
    """Vouch for somebody who asks to act for a school of the area."""
    desk = decisions.desk_deciding(homes.desk_for(member.organisation), by, because)
    member = registration.approve_member(member, by=by)
    decisions.keep(Verdict.MEMBER_APPROVED, member, desk=desk, by=by, words=because)
    return member


@transaction.atomic
def refuse(member: Member, *, by: Member, because: str = "") -> Member:
    desk = decisions.desk_deciding(homes.desk_for(member.organisation), by, because)
    member = registration.refuse_member(member, by=by)
    decisions.keep(Verdict.MEMBER_REFUSED, member, desk=desk, by=by, words=because)
    return member
