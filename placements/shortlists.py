"""The verbs of a shortlist: put a placement on it, and take it off again.

Whoever acts for a school keeps theirs in rows. Everybody else's is a list of identifiers
in their own session, under the same rules, and comes along when they sign in.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts import clock
from accounts.models import Member
from placements import authority
from placements.models import Placement, Shortlisted
from placements.models.shortlists import MOST


@transaction.atomic
def add(placement: Placement, *, by: Member) -> Shortlisted:
    """Put a placement into the first free place. Adding it twice is adding it once."""
    if not authority.may_keep_shortlist(by):
        raise PermissionDenied
    kept = {row.placement_id: row for row in _held(by)}
    if placement.pk in kept:
        return kept[placement.pk]
    refuse_unless_offered(placement)
    refuse_full(kept)
    return _put(placement.pk, by, among=kept.values())


@transaction.atomic
def remove(placement: Placement, *, by: Member) -> None:
    if not authority.may_keep_shortlist(by):
        raise PermissionDenied
    _rows_of(by).filter(placement=placement).delete()


@transaction.atomic
def bring(chosen: Sequence[UUID], *, by: Member) -> None:
    """Keep what somebody chose before they signed in, as far as there is room."""
    if not authority.may_keep_shortlist(by):
        raise PermissionDenied
    rows = list(_held(by))
    offered = set(Placement.objects.published().filter(pk__in=chosen).values_list("pk", flat=True))
    new = [pk for pk in chosen if pk in offered - {row.placement_id for row in rows}]
    for pk in new[: MOST - len(rows)]:
        rows.append(_put(pk, by, among=rows))


def kept_by(member: Member) -> list[UUID]:
    """What is on a member's shortlist, in the order in which it was put there."""
    return list(_rows_of(member).values_list("placement", flat=True))


def with_one_more(chosen: Sequence[UUID], placement: Placement) -> list[UUID]:
    """The list of somebody without rows, with this placement on it."""
    if placement.pk in chosen:
        return list(chosen)
    refuse_unless_offered(placement)
    refuse_full(chosen)
    return [*chosen, placement.pk]


def refuse_unless_offered(placement: Placement) -> None:
    if not Placement.objects.published().filter(pk=placement.pk).exists():
        raise ValidationError("This placement is not offered at the moment.", code="not_published")


def refuse_full(chosen: Collection[UUID]) -> None:
    if len(chosen) >= MOST:
        raise ValidationError(
            "Your shortlist is full: it holds %(most)d placements. Take one off, then add this one.",
            code="shortlist_full",
            params={"most": MOST},
        )


def _rows_of(member: Member) -> QuerySet[Shortlisted]:
    return Shortlisted.objects.filter(member=member)


def _held(by: Member) -> Iterable[Shortlisted]:
    """The rows as they are now; of two clicks at once the second waits here."""
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    return _rows_of(by)


def _put(placement: UUID, by: Member, *, among: Iterable[Shortlisted]) -> Shortlisted:
    taken = {row.place for row in among}
    free = next(place for place in range(1, MOST + 1) if place not in taken)
    return Shortlisted.objects.create(
        member=by, placement_id=placement, place=free, added_at=clock.now()
    )
