"""The verbs of badges: award, renew, revoke. A badge is held from a day until a day.

Whoever vouches decides: the badge's own accreditor, or the national team. What holders
show in search follows in the same transaction, and once a day as badges run out.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import clock
from accounts.models import Member, Organisation
from placements import standing
from ratings.models import Award, Badge


@transaction.atomic
def introduce(code: str, name: str, *, meaning: str, accreditor: Organisation, by: Member) -> Badge:
    """A new scheme, which its accreditor vouches with."""
    badge = Badge(code=code, name=name, meaning=meaning, accreditor=accreditor)
    _refuse_stranger(badge, by)
    badge.full_clean()
    badge.save(force_insert=True)
    return badge


@transaction.atomic
def award(
    badge: Badge,
    holder: Organisation,
    *,
    starts_on: date,
    ends_on: date,
    by: Member,
    evidence: str = "",
) -> Award:
    """Let a provider show a badge, on evidence, from the first day to the last."""
    _refuse_stranger(badge, by)
    holder = _held(holder)
    _refuse_period(starts_on, ends_on)
    if not holder.lists_placements:
        raise ValidationError("Only employers and providers hold badges.", code="invalid")
    _refuse_overlap(badge, holder, starts_on, ends_on)
    awarded = Award.objects.create(
        badge=badge, holder=holder, during=_days(starts_on, ends_on), evidence=evidence
    )
    show(holder)
    return awarded


@transaction.atomic
def renew(held: Award, *, ends_on: date, by: Member) -> Award:
    """Let a badge be held for longer."""
    _refuse_stranger(held.badge, by)
    holder = _held(held.holder)
    held = Award.objects.select_for_update().get(pk=held.pk)
    _refuse_revoked(held)
    if ends_on < held.during.upper:
        raise ValidationError("Choose a later day than the last.", code="too_early")
    _refuse_overlap(held.badge, holder, held.during.upper, ends_on)
    held.during = _days(held.during.lower, ends_on)
    held.save(update_fields=["during"])
    show(holder)
    return held


@transaction.atomic
def revoke(held: Award, *, by: Member) -> Award:
    """Take a badge away, from now on."""
    _refuse_stranger(held.badge, by)
    holder = _held(held.holder)
    held = Award.objects.select_for_update().get(pk=held.pk)
    _refuse_revoked(held)
    held.revoked_at = clock.now()
    held.save(update_fields=["revoked_at"])
    show(holder)
    return held


def show(holder: Organisation) -> None:
    """Hand down what is in force today. Called with the holder's row locked."""
    standing.set_badges(holder, held_by(holder))


def held_by(holder: Organisation) -> list[str]:
    """The codes of what it holds today."""
    in_force = Award.objects.in_force().filter(holder=holder)
    return sorted(set(in_force.values_list("badge__code", flat=True)))


def names() -> dict[str, str]:
    """What each badge is called, by its code."""
    return dict(Badge.objects.values_list("code", "name"))


def show_what_is_in_force() -> None:
    """As days pass badges begin and run out."""
    holders = Organisation.objects.filter(awards__isnull=False).distinct().order_by("pk")
    for holder in holders:
        with transaction.atomic():
            show(_held(holder))


def _held(holder: Organisation) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=holder.pk)


def _days(starts_on: date, ends_on: date) -> DateRange:
    return DateRange(starts_on, ends_on, "[]")


def _refuse_stranger(badge: Badge, by: Member) -> None:
    vouches = by.organisation_id == badge.accreditor_id or by.organisation.is_national_team
    if not (by.may_write and vouches and not by.organisation.is_suspended):
        raise PermissionDenied


def _refuse_period(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise ValidationError("The last day is before the first.", code="invalid")


def _refuse_overlap(badge: Badge, holder: Organisation, starts_on: date, ends_on: date) -> None:
    held = Award.objects.filter(badge=badge, holder=holder, revoked_at__isnull=True)
    if held.filter(during__overlap=_days(starts_on, ends_on)).exists():
        raise ValidationError("They hold this badge on some of these days.", code="already_held")


def _refuse_revoked(held: Award) -> None:
    if held.revoked_at is not None:
        raise ValidationError("This badge was taken away.", code="revoked")
