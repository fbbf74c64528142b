"""The answer to a search: a page of placements, how many there are, and what else to try."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL
from psycopg import sql

from accounts.postcodes import Place
from placements.models import Placement, Slot
from placements.models.distances import miles_of
from placements.search import cards, facets, order, pooled, statement, suggestions
from placements.search.facets import Facets
from placements.search.filters import USUAL_LIMIT, PlacementSearch
from placements.search.question import Question
from placements.search.statement import Page
from placements.search.suggestions import Suggestion

FOR_ENGLAND = (
    "{place} is not in England. Schools near the border are welcome here, but this service"
    " is for England, and lists few placements elsewhere."
)
# Before the columns of a card: counts, bits, badges, when they were counted, and of the row
# its identifier, key and distance.
IDENTIFIER, KEY, SQUARE, CARD_FROM = 4, 5, 6, 7


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
    # When the nation was counted, where counts are not of this very moment.
    counted_at: datetime | None = None

    @cached_property
    def first(self) -> int:
        return self.seen + 1

    @cached_property
    def last(self) -> int:
        return self.seen + len(self.found)


def results(search: PlacementSearch, *, visitor: str = "", with_facets: bool = False) -> Results:
    """Answer a valid search. The order called *fair* is another one for each visitor and day."""
    position = order.position_of(search, visitor=visitor)
    limit: int = search.chosen["limit"] or USUAL_LIMIT
    page = Page(order.order_of(search, search.question, position), position, limit)
    first, lines, counted_at = _asked(search, page, with_facets=with_facets)
    total, counts = facets.counted(first[0], first[1], first[2] or {})
    shown = lines[:limit]
    seen = position.seen + len(shown)
    more = len(lines) > limit
    return Results(
        found=[_found(row) for row in shown],
        # What is on the page is there, whatever was counted half a minute ago.
        total=max(total, seen + more),
        seen=position.seen,
        next=_next(shown[-1], search, position, seen) if more else None,
        notice=notice_of(search.chosen["near"]),
        facets=counts if with_facets else None,
        suggestions=[] if shown or position.seen else suggestions.suggested(search),
        counted_at=counted_at,
    )


def every(search: PlacementSearch) -> QuerySet[Placement]:
    """All that a valid search finds, in no order: for jobs, not for pages."""
    with connection.cursor() as cursor:
        found = statement.identifiers(search.question).as_string(cursor.connection)
    return Placement.objects.filter(pk__in=RawSQL(found.replace("%", "%%"), ()))  # noqa: S611


def as_found(placements: QuerySet[Placement]) -> list[Found]:
    """Placements that were not searched for, shown like those that were."""
    soonest = Slot.objects.still_open().with_places().order_by("starts_on", "ends_on", "id")
    rows = placements.select_related("provider", "workplace").prefetch_related(
        Prefetch("slots", soonest[: cards.DATES_SHOWN], to_attr="next_slots")
    )
    return [Found(row, row.next_slots, None) for row in rows]


def notice_of(place: Place | None) -> str:
    if place is None or place.is_in_england:
        return ""
    return FOR_ENGLAND.format(place=place.label)


def _asked(
    search: PlacementSearch, page: Page, *, with_facets: bool
) -> tuple[tuple[Any, ...], list[Any], datetime | None]:
    """What was counted, the lines of the page, and when it was counted if not just now."""
    question = search.question
    counted_at = pooled.counted_at() if question.is_told_by_bits else None
    if counted_at is not None and statement.needs_bits(question, with_facets=with_facets):
        rows = _run(statement.by_bits(question, page, with_facets=with_facets))
        if rows[0][1] is not None:
            return rows[0], _whole_page(rows, question, page), counted_at
    # Or the bits are gone, as after a crash: then rows are read until they are back.
    rows = _run(statement.by_rows(question, page, with_facets=with_facets))
    return rows[0], _lines(rows), None


def _whole_page(rows: list[Any], question: Question, page: Page) -> list[Any]:
    """The lines as they came; or, where an index did not lead to all of them, from all rows.

    What is as rare as that is seldom asked: a second statement for it costs less than
    planning for it in every one.
    """
    lines = _lines(rows)
    is_short = len(lines) <= page.limit and statement.follows_one_index(question, page)
    if not is_short and not any(_says_where_it_stopped(row) for row in rows):
        return lines
    return _lines(_run(statement.by_rows(question, page, with_facets=False)))


def _says_where_it_stopped(row: tuple[Any, ...]) -> bool:
    return row[IDENTIFIER] is None and row[KEY] is not None


def _lines(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row[IDENTIFIER] is not None]


def _run(asked: sql.Composed) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(asked)
        rows: list[Any] = cursor.fetchall()
    pooled.learn(rows[0][3])
    return rows


def _found(row: tuple[Any, ...]) -> Found:
    square_metres = row[SQUARE]
    placement, slots = cards.read(row[CARD_FROM:])
    miles = None if square_metres is None else round(miles_of(square_metres), 1)
    return Found(placement, slots, miles)


def _next(
    last: tuple[Any, ...], search: PlacementSearch, position: order.Position, seen: int
) -> str:
    return order.cursor_after(last[KEY], last[IDENTIFIER], search, position, seen=seen)
