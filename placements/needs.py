"""Telling the Careers Hub what a school needs and did not find.

A need is told once; the desks of the place where it is wanted read it (`brokers.demand`).
It ends when it is taken back or when its last month is over.
"""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock, postcodes
from accounts.models import Member, Organisation
from placements import authority
from placements.models import Need, Want
from placements.wants import Wanted

MOST_PLACES = 1000
# How long a need holds that names no month.
HOLDS_FOR = timedelta(days=180)


@transaction.atomic
def tell(wanted: Wanted, *, places: int, by: Member) -> Need:
    """Tell it, or tell it anew when what was told before is over."""
    if not authority.may_say_what_is_needed(by):
        raise PermissionDenied
    if not 1 <= places <= MOST_PLACES:
        raise ValidationError(
            {"places": ValidationError("Enter between 1 and 1,000 places.", code="invalid")}
        )
    want = placed(wanted, by.organisation).kept()
    Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation_id)
    before = told(want, by.organisation)
    if before and not before.is_over:
        raise ValidationError("You have told the hub about this already.", code="already_told")
    need = before or Need(school=by.organisation, want=want)
    need.places, need.told_by, need.told_at = places, by, clock.now()
    need.holds_until = _holds_until(want)
    need.read_by = need.read_at = None
    need.save()
    return need


@transaction.atomic
def take_back(need: Need, *, by: Member) -> Need:
    """It is needed no more, or has been found."""
    need = _locked(need)
    if need.school_id != by.organisation_id or not authority.may_say_what_is_needed(by):
        raise PermissionDenied
    if need.taken_back_at is None:
        need.taken_back_at = clock.now()
        need.save(update_fields=["taken_back_at"])
    return need


@transaction.atomic
def read(need: Need, *, by: Member) -> Need:
    """A desk has read it, and the school sees that. Who may: `brokers.demand` asks first."""
    need = _locked(need)
    if need.taken_back_at is not None or need.is_over:
        raise ValidationError("This is not needed any more.", code="not_needed")
    if need.read_at is None:
        need.read_by, need.read_at = by, clock.now()
        need.save(update_fields=["read_by", "read_at"])
    return need


def told(want: Want, school: Organisation) -> Need | None:
    """What the school has told of this want and not taken back."""
    return Need.objects.filter(want=want, school=school, taken_back_at__isnull=True).first()


def told_of(wanted: Wanted, school: Organisation) -> Need | None:
    """The same, for a page that has a search and no want yet."""
    mine = Need.objects.open().filter(school=school)
    return mine.filter(want__key=placed(wanted, school).key).first()


def placed(wanted: Wanted, school: Organisation) -> Wanted:
    """Where no place was named, a school needs it where the school is."""
    if wanted.authority or wanted.outcode or school.school is None:
        return wanted
    row = school.school
    return replace(wanted, authority=row.authority, outcode=postcodes.outcode_of(row.postcode))


def _holds_until(want: Want) -> date:
    if not want.months:
        return clock.today() + HOLDS_FOR
    last = max(want.months)
    return max(last.replace(day=monthrange(last.year, last.month)[1]), clock.today())


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(no_key=True).get(pk=need.pk)
