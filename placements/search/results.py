"""The answer to a search: a page of placements, how many there are, and what else to try."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from accounts.postcodes import Place
from placements.models import Placement, Slot
from placements.models.distances import miles_of
from placements.search import facets, order, suggestions
from placements.search.facets import Facets
from placements.search.filters import USUAL_LIMIT, PlacementSearch, wanted_slots
from placements.search.suggestions import Suggestion

DATES_SHOWN = 3
FOR_ENGLAND = (
    "{place} is not in England. Schools near the border are welcome here, but this service"
    " is for England, and lists few placements elsewhere."
)


@dataclass(frozen=True)
class Found:
    """One placement as a search found it."""

    placement: Placement
    next_slots: list[Slot]
    distance_miles: float | None

    @property
    def next_slot(self) -> Slot | None:
        return next(iter(self.next_slots), None)


@dataclass(frozen=True)
class Results:
    """One page of what was found. `seen` came on the pages before."""

    found: list[Found]
    total: int
    seen: int
    next: str | None
    notice: str = ""
    facets: Facets | None = None
    suggestions: list[Suggestion] = field(default_factory=list)

    @cached_property
    def first(self) -> int:
        return self.seen + 1

    @cached_property
    def last(self) -> int:
        return self.seen + len(self.found)


def results(search: PlacementSearch, *, visitor: str = "", with_facets: bool = False) -> Results:
    """Answer a valid search. The order called *fair* is another one for each visitor and day."""
    position = order.position_of(search, visitor=visitor)
    found = search.found()
    limit: int = search.chosen["limit"] or USUAL_LIMIT
    # One more than is shown tells whether there is a page after this.
    ordered = order.from_here_on(found, search, position)[: limit + 1]
    rows = list(_with_dates(ordered, wanted_slots(search.chosen)))
    shown, total = rows[:limit], found.count()
    seen = position.seen + len(shown)
    more = len(rows) > limit
    return Results(
        found=[_found(row) for row in shown],
        total=total,
        seen=position.seen,
        next=order.cursor_after(shown[-1], search, position, seen) if more else None,
        notice=notice_of(search.chosen["near"]),
        facets=facets.counted(search) if with_facets else None,
        suggestions=[] if total else suggestions.suggested(search),
    )


def as_found(placements: QuerySet[Placement]) -> list[Found]:
    """Placements that were not searched for, shown like those that were."""
    return [_found(row) for row in _with_dates(placements, Slot.objects.still_open().with_places())]


def notice_of(place: Place | None) -> str:
    if place is None or place.is_in_england:
        return ""
    return FOR_ENGLAND.format(place=place.label)


def _with_dates(rows: QuerySet[Placement], slots: QuerySet[Slot]) -> QuerySet[Placement]:
    soonest = slots.order_by("starts_on", "ends_on", "id")[:DATES_SHOWN]
    return rows.select_related("provider", "workplace").prefetch_related(
        Prefetch("slots", soonest, to_attr="next_slots")
    )


def _found(row: Placement) -> Found:
    square_metres = getattr(row, "square_metres", None)
    miles = None if square_metres is None else round(miles_of(square_metres), 1)
    return Found(row, row.next_slots, miles)  # type: ignore[attr-defined]  # prefetched
