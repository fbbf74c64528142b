"""Drawing areas, and saying which hub is accountable for each.

Only the national team does. Every change holds from a day on; the past is never
rewritten, so that it can always be told who was accountable for what.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import clock
from accounts.models import Member, Organisation, Standing
from brokers import authority
from brokers.models import Area, Coverage, CoverageKind, Stewardship

# Nobody knows today who should answer for an area any later than that.
FURTHEST = timedelta(days=730)


@transaction.atomic
def found_area(
    name: str,
    *,
    hub: Organisation,
    by: Member,
    authorities: Iterable[str] = (),
    postcode_areas: Iterable[str] = (),
    from_day: date | None = None,
) -> Area:
    """Draw a new area, give it to a hub, and say what it covers."""
    _refuse_unless_drawing(by)
    _refuse_unless_a_hub(hub)
    if Area.objects.filter(name__iexact=name).exists():
        raise ValidationError("There is an area of that name.", code="name_taken")
    area = Area.objects.create(name=name)
    starts = from_day or clock.today()
    Stewardship.objects.create(area=area, hub=hub, during=DateRange(starts, None))
    for code in authorities:
        cover(area, kind=CoverageKind.AUTHORITY, code=code, by=by, from_day=starts)
    for code in postcode_areas:
        cover(area, kind=CoverageKind.POSTCODE_AREA, code=code, by=by, from_day=starts)
    return area


@transaction.atomic
def cover(
    area: Area, *, kind: CoverageKind, code: str, by: Member, from_day: date | None = None
) -> Coverage:
    """Add an authority or a postcode area that no other area covers then or later."""
    _refuse_unless_drawing(by)
    during = DateRange(from_day or clock.today(), None)
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    clash = Coverage.objects.filter(kind=kind, code=code, during__overlap=during)
    if other := clash.select_related("area").first():
        raise ValidationError(
            "%(code)s is covered by %(area)s.",
            code="covered_already",
            params={"code": code, "area": other.area},
        )
    return Coverage.objects.create(area=area, kind=kind, code=code, during=during)


@transaction.atomic
def give_up(coverage: Coverage, *, by: Member, from_day: date | None = None) -> None:
    """From that day on the area no longer covers the code."""
    _refuse_unless_drawing(by)
    ends = _not_before_today(from_day)
    coverage = Coverage.objects.select_for_update(no_key=True).get(pk=coverage.pk)
    if coverage.during.lower >= ends:
        coverage.delete()
        return
    coverage.during = DateRange(coverage.during.lower, ends)
    coverage.save(update_fields=["during"])


@transaction.atomic
def hand_over(
    area: Area, *, hub: Organisation, by: Member, from_day: date | None = None
) -> Stewardship:
    """Make another hub accountable for the area from a day on."""
    _refuse_unless_drawing(by)
    _refuse_unless_a_hub(hub)
    starts = _not_before_today(from_day)
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    # Whoever was to be accountable from then on is not; whoever is until then stays so.
    later = Stewardship.objects.filter(area=area, during__not_lt=DateRange(starts, None))
    later.delete()
    for before in Stewardship.objects.filter(area=area, during__contains=starts):
        before.during = DateRange(before.during.lower, starts)
        before.save(update_fields=["during"])
    return Stewardship.objects.create(area=area, hub=hub, during=DateRange(starts, None))


def _refuse_unless_drawing(by: Member) -> None:
    if not authority.may_draw_areas(by):
        raise PermissionDenied


def _refuse_unless_a_hub(hub: Organisation) -> None:
    if not hub.is_hub or hub.standing != Standing.GOOD:
        raise ValidationError("Only a hub in good standing has an area.", code="not_a_hub")


def _not_before_today(day: date | None) -> date:
    today = clock.today()
    if day is not None and day < today:
        raise ValidationError("Who was accountable in the past stays so.", code="in_the_past")
    if day is not None and day > today + FURTHEST:
        raise ValidationError("Choose a day within two years.", code="too_far_ahead")
    return day or today
