"""What waits at a desk, and for how long: the oldest first, whatever it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, TextChoices, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from accounts import clock, working_days
from accounts.models import Member, Organisation, OrganisationKind
from brokers import areas, concerns, homes
from placements.models import Concern, Placement, Revision
from placements.states import ConcernState, PlacementState, RevisionState


class Kind(TextChoices):
    NEW = "new", "New listings"
    CHANGED = "changed", "Changes to listings"
    MEMBER = "member", "People to approve"
    CONCERN = "concern", "Concerns"


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody waits for."""

    kind: Kind
    subject: Placement | Revision | Member | Concern
    since: datetime

    @property
    def working_days(self) -> int:
        return worked_since(timezone.localdate(self.since))


def worked_since(day: date) -> int:
    """Working days after that one, up to and with today."""
    after = (day + timedelta(days=n) for n in range(1, (clock.today() - day).days + 1))
    return sum(map(working_days.is_working_day, after))


class Queue:
    """Everything that waits at one desk, as far as the reader may see it."""

    def __init__(self, desk: Organisation, *, reader: Member) -> None:
        self._by_kind = _by_kind(desk, reader)

    def rows(self, kind: Kind | None = None) -> QuerySet[Any]:
        """Rows of `what`, `key` and `since`; `shown` makes of them what a page can draw."""
        wanted = [self._by_kind[kind]] if kind else list(self._by_kind.values())
        rows = [rows.order_by() for rows in wanted]
        return rows[0].union(*rows[1:], all=True).order_by("since", "key")

    def counts(self) -> dict[Kind, int]:
        return {kind: rows.count() for kind, rows in self._by_kind.items()}


def counts_at(desk: Organisation, *, reader: Member) -> dict[Kind, int]:
    """How much of each kind waits, for a dashboard."""
    return Queue(desk, reader=reader).counts()


def shown(rows: Iterable[tuple[str, str, datetime]]) -> list[Waiting]:
    """The subjects of one page of rows, in the rows' order; one query a kind."""
    rows = list(rows)
    found = {kind: _subjects(kind, [key for what, key, _ in rows if what == kind]) for kind in Kind}
    return [
        Waiting(Kind(what), found[Kind(what)][key], since)
        for what, key, since in rows
        if key in found[Kind(what)]
    ]


def _by_kind(desk: Organisation, reader: Member) -> dict[Kind, QuerySet[Any]]:
    new = Placement.objects.filter(areas.at_desk(desk), state=PlacementState.SUBMITTED)
    new = new.exclude(_waits_for_its_employer())
    changed = Revision.objects.filter(
        areas.at_desk(desk, via="placement__"), state=RevisionState.SUBMITTED
    ).exclude(_waits_for_its_employer(via="placement__"))
    schools = homes.organisations_at(desk).filter(kind=OrganisationKind.SCHOOL)
    members = Member.objects.waiting_for_approval().filter(organisation__in=schools.values("pk"))
    here = concerns.visible_to(reader).filter(pk__in=concerns.on_desk(desk).values("pk"))
    open_here = here.filter(state=ConcernState.OPEN)
    return {
        Kind.NEW: _rows(new, Kind.NEW, Coalesce("submitted_at", "made_at")),
        Kind.CHANGED: _rows(changed, Kind.CHANGED, Coalesce("submitted_at", "made_at")),
        Kind.MEMBER: _rows(members, Kind.MEMBER, F("joined_at")),
        Kind.CONCERN: _rows(open_here, Kind.CONCERN, F("reported_at")),
    }


def _waits_for_its_employer(via: str = "") -> Q:
    """Written by a desk, and not confirmed: `placements.written.confirmation_is_owed`, for many."""
    by_a_desk = Q(**{f"{via}written_by__isnull": False})
    by_itself = Q(**{f"{via}written_by__organisation": F(f"{via}provider")})
    return by_a_desk & ~by_itself & Q(**{f"{via}confirmed_by_employer_at__isnull": True})


def _rows(queryset: QuerySet[Any], kind: Kind, since: Coalesce | F) -> QuerySet[Any]:
    named = queryset.annotate(
        what=Value(kind.value, CharField()), key=Cast("pk", CharField()), since=since
    )
    rows: QuerySet[Any] = named.values_list("what", "key", "since")
    return rows


def _subjects(kind: Kind, keys: list[str]) -> dict[str, Any]:
    if not keys:
        return {}
    return {str(subject.pk): subject for subject in _with_relations(kind).filter(pk__in=keys)}


def _with_relations(kind: Kind) -> QuerySet[Any]:
    if kind == Kind.NEW:
        return Placement.objects.select_related("provider", "workplace")
    if kind == Kind.CHANGED:
        return Revision.objects.select_related("placement__provider", "placement__workplace")
    if kind == Kind.MEMBER:
        return Member.objects.select_related("user", "organisation__school")
    rows = concerns.as_read(Concern.objects.all())
    return rows.select_related("placement", "organisation", "reported_by__organisation")
