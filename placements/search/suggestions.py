"""What to try when nothing is found: each with the number that it would really find."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from psycopg import sql

from accounts.govuk.dates import BOXES
from placements.search import spelling
from placements.search.filters import DISTANCES, PlacementSearch
from placements.search.statement import how_many
from placements.words import Mode

Asked = MultiValueDict[str, str]

MOST = 4
# What to leave out, in the order in which it is likeliest to help, and how to say so.
LEAVE_OUT = (
    ("other_dates", ("from", "to"), "on any dates"),
    ("fewer_places", ("places",), "for a smaller group"),
    ("any_length", ("days_max",), "of any length"),
    ("any_adjustments", ("adjustments",), "whatever adjustments are listed"),
    ("any_kind", ("kind",), "of every kind"),
    ("any_sector", ("sector",), "in every sector"),
    ("any_year_group", ("year_group",), "for every year group"),
    ("any_rating", ("rating_min",), "with any rating or none"),
    ("any_badge", ("badge",), "with or without a badge"),
    ("other_words", ("q",), "without those words"),
)


@dataclass(frozen=True)
class Suggestion:
    """Another search near to the one that found nothing."""

    kind: str
    words: str
    query: str
    total: int


@dataclass(frozen=True)
class Candidate:
    """A suggestion that is not counted yet."""

    kind: str
    words: str
    asked: Asked


def suggested(search: PlacementSearch) -> list[Suggestion]:
    """The likeliest others that find something; all of them counted in one statement."""
    candidates = list(_candidates(search))
    offered: dict[str, Suggestion] = {}
    for candidate, total in zip(candidates, _totals(candidates), strict=True):
        # Of the distances the nearest at which there is something, and no more of them.
        if total and candidate.kind not in offered:
            query = urlencode(dict(candidate.asked.lists()), doseq=True)
            offered[candidate.kind] = Suggestion(candidate.kind, candidate.words, query, total)
    return list(offered.values())[:MOST]


def _totals(candidates: list[Candidate]) -> list[int]:
    others = [PlacementSearch(candidate.asked) for candidate in candidates]
    counts: list[sql.Composable] = [
        how_many(other.question) if other.is_valid() else sql.Literal(0) for other in others
    ]
    if not counts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(counts)))
        return list(cursor.fetchone() or [])


def _candidates(search: PlacementSearch) -> Iterator[Candidate]:
    if spelt := spelling.corrected(search.chosen["q"]):
        otherwise = _asked_but_for(search, "q")
        otherwise["q"] = spelt
        yield Candidate("spelling", f"for “{spelt}”", otherwise)
    yield from _wider(search)
    if search.chosen["near"] and search.chosen["mode"] != [Mode.VIRTUAL]:
        virtual = _asked_but_for(search, "near", "within", "sort")
        virtual["mode"] = Mode.VIRTUAL.value
        yield Candidate("virtual", "virtual, from wherever you are", virtual)
    for kind, names, words in LEAVE_OUT:
        if any(search.chosen[name] for name in names):
            yield Candidate(kind, words, _asked_but_for(search, *names))


def _wider(search: PlacementSearch) -> Iterator[Candidate]:
    if not search.chosen["near"]:
        return
    for miles in DISTANCES:
        if miles > search.chosen["within"]:
            wider = _asked_but_for(search, "within")
            wider["within"] = str(miles)
            yield Candidate("wider", f"within {miles} miles", wider)


def _asked_but_for(search: PlacementSearch, *names: str) -> Asked:
    """The same question without some of its parameters, from its first page on."""
    dropped = {*names, "cursor", "facets"}
    boxes = {f"{name}_{box}" for name in names for box in BOXES}
    return MultiValueDict(
        {
            name: [value for value in values if value]
            for name, values in search.data.lists()
            if name in search.parameters and name not in dropped | boxes and any(values)
        }
    )
