"""Unmet demand: what was looked for in a desk's area and hardly found, and what schools told.

A want lies at the hub that covers its place, as a placement does; the national team reads
all of them, those of no hub included. Counts hold nobody; a need names its school.
"""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import Member, Organisation
from brokers import areas, authority
from placements import needs, wants
from placements.models import Need, Searched, Want


def wants_at(desk: Organisation) -> QuerySet[Want]:
    """What is wanted in the area of a hub; everywhere, for the national team."""
    if desk.is_national_team:
        return Want.objects.all()
    return _placed().filter(areas.covered_by(desk))


def unmet_at(
    desk: Organisation, *, since: date, sector: str = "", month: date | None = None
) -> QuerySet[Any]:
    """Each want that was searched for in vain since that day, or that a school has told.

    With `searches`, the `most` places wanted at once, and the `schools` that told and the
    places they need (`needed`); the most searched for first.
    """
    wanted = wants_at(desk)
    if sector:
        wanted = wanted.filter(sectors__contains=[sector])
    if month:
        wanted = wanted.filter(Q(months__contains=[month]) | Q(months=[]))
    in_vain = Searched.objects.filter(want=OuterRef("pk"), day__gte=since, in_vain__gt=0)
    told = Need.objects.open().filter(want=OuterRef("pk"))
    rows = wanted.filter(Exists(in_vain) | Exists(told)).annotate(
        searches=_of(in_vain, Sum("in_vain")),
        most=_of(in_vain, Max("places")),
        schools=_of(told, Count("pk")),
        needed=_of(told, Sum("places")),
    )
    return rows.order_by("-schools", "-searches", "pk")


def needs_visible_to(member: Member) -> QuerySet[Need]:
    """What schools have told, as far as this member's desk reaches."""
    if not authority.sees_a_desk(member):
        return Need.objects.none()
    return needs_at(member.organisation)


def needs_at(desk: Organisation) -> QuerySet[Need]:
    return Need.objects.open().filter(want__in=wants_at(desk).values("pk"))


def unread_at(desk: Organisation) -> QuerySet[Need]:
    """What waits to be read there: the national team need not read what a hub will."""
    unread = Need.objects.open().filter(read_at__isnull=True)
    if not desk.is_national_team:
        return unread.filter(want__in=wants_at(desk).values("pk"))
    hubs = areas.accountable_hubs()
    covered = _placed().filter(areas.covered_by(*hubs))
    return unread.exclude(want__in=covered.values("pk"))


def read(need: Need, *, by: Member) -> Need:
    """Say that one's desk has read it; the school sees that."""
    if not authority.works_at_a_desk(by):
        raise PermissionDenied
    if not needs_visible_to(by).filter(pk=need.pk).exists():
        raise PermissionDenied
    return needs.read(need, by=by)


def months_ahead() -> list[date]:
    """This month and those after it, by their first days."""
    return wants.months(clock.today(), clock.today() + timedelta(days=365))


def _placed() -> QuerySet[Any]:
    # Areas ask for a postcode's first letters, which an outcode has as well.
    return Want.objects.alias(postcode=F("outcode"))


def _of(rows: QuerySet[Any], sum_of: Any) -> Coalesce:
    """One figure of the rows that belong to a want, without a join that would multiply them."""
    grouped = rows.order_by().values("want").annotate(figure=sum_of).values("figure")
    return Coalesce(grouped, 0, output_field=IntegerField())
