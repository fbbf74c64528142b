"""What to try when nothing is found: each with the number that it would really find."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from accounts.govuk.dates import BOXES
from placements.search.filters import DISTANCES, PlacementSearch
from placements.words import Mode

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


Asked = MultiValueDict[str, str]


def suggested(search: PlacementSearch) -> list[Suggestion]:
    offered: list[Suggestion] = []
    for kind, words, asked in _candidates(search):
        if total := _total(asked):
            query = urlencode(dict(asked.lists()), doseq=True)
            offered.append(Suggestion(kind, words, query, total))
        if len(offered) == MOST:
            break
    return offered


def _total(asked: Asked) -> int:
    other = PlacementSearch(asked)
    return other.found().count() if other.is_valid() else 0


def _candidates(search: PlacementSearch) -> Iterator[tuple[str, str, Asked]]:
    yield from _wider(search)
    if search.chosen["near"] and search.chosen["mode"] != [Mode.VIRTUAL]:
        virtual = _asked_but_for(search, "near", "within", "sort")
        virtual["mode"] = Mode.VIRTUAL.value
        yield "virtual", "virtual, from wherever you are", virtual
    for kind, names, words in LEAVE_OUT:
        if any(search.chosen[name] for name in names):
            yield kind, words, _asked_but_for(search, *names)


def _wider(search: PlacementSearch) -> Iterator[tuple[str, str, Asked]]:
    """The nearest of the usual distances at which there is something, and no more of them."""
    if not search.chosen["near"]:
        return
    for miles in DISTANCES:
        if miles <= search.chosen["within"]:
            continue
        wider = _asked_but_for(search, "within")
        wider["within"] = str(miles)
        if _total(wider):
            yield "wider", f"within {miles} miles", wider
            return


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
