"""Deciding at a desk: may they, must they say why, and the record of it.

A hub decides at its own desk, and the national team at every desk, where it must say why
it steps in.
"""

from django.core.exceptions import PermissionDenied, ValidationError

from accounts import clock
from accounts.models import Member, Organisation
from brokers import authority
from brokers.models import Decision, Verdict
from placements.models import Concern, Placement

LONGEST_WORDS = 1000
Subject = Placement | Organisation | Member | Concern


def must_say_why(desk: Organisation | None, by: Member) -> bool:
    """The national team explains itself where the decision was a hub's."""
    return desk is not None and desk.pk != by.organisation_id


def desk_deciding(desk: Organisation | None, by: Member, because: str) -> Organisation:
    if desk is None or not authority.may_decide_at(by, desk):
        raise PermissionDenied
    if must_say_why(desk, by):
        refuse_without(because)
    refuse_too_long(because)
    return desk


def refuse_without(because: str) -> None:
    if not because.strip():
        raise ValidationError("Say why you decide this.", code="reason_needed")


def refuse_too_long(words: str) -> None:
    if len(words) > LONGEST_WORDS:
        raise ValidationError("Write 1,000 characters or fewer.", code="invalid")


def keep(
    verdict: Verdict,
    about: Subject,
    *,
    desk: Organisation,
    by: Member,
    words: str,
) -> None:
    Decision.objects.create(
        desk=desk,
        by=by,
        at=clock.now(),
        verdict=verdict,
        placement=about if isinstance(about, Placement) else None,
        organisation=about if isinstance(about, Organisation) else None,
        member=about if isinstance(about, Member) else None,
        concern=about if isinstance(about, Concern) else None,
        words=words.strip(),
    )
