"""The panel of filters beside the results: counts, chips, and what must be mended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse

from accounts.govuk.dates import BOXES
from accounts.phrases import long_date, plural
from accounts.postcodes import Place
from placements.badges import Names
from placements.search import Found, PlacementSearch, Results, hints
from placements.search.filters import DISTANCES, USUAL_MILES

Chip = tuple[str, str, str]
LISTS = ("mode", "kind", "year_group", "sector", "adjustments", "badge")


@dataclass
class Rung:
    """One rung of the ladder of opportunity, with what a provider offers on it."""

    label: str
    offers: list[Found] = field(default_factory=list)


def with_usual_choices(asked: QueryDict) -> QueryDict:
    """What the page shows as chosen where nobody has chosen."""
    shown = asked.copy()
    if not shown.get("within"):
        shown["within"] = f"{USUAL_MILES:g}"
    return shown


def address(
    asked: QueryDict, *, without: tuple[str, ...] = (), value: str = "", cursor: str = ""
) -> str:
    """The same search without a filter (or one value of it), from its first page or another."""
    query = asked.copy()
    query.pop("cursor", None)
    for name in without:
        query.setlist(name, [one for one in query.getlist(name) if value and one != value])
        for box in BOXES:
            query.pop(f"{name}_{box}", None)
    if "near" in without:
        # Said and left empty, so that a school's own place is not put in again.
        query["near"] = ""
    if cursor:
        query["cursor"] = cursor
    return f"{reverse('placements:search')}?{query.urlencode()}"


def hinted(searched: PlacementSearch, asked: QueryDict) -> list[tuple[str, str]]:
    """Each filter that the words suggest, and the search with it in their stead."""
    offered = []
    for hint in hints(searched):
        query = asked.copy()
        query.pop("cursor", None)
        query["q"] = hint.words
        query.appendlist(hint.name, hint.value)
        offered.append((hint.label, f"{reverse('placements:search')}?{query.urlencode()}"))
    return offered


def surface_hidden_errors(form: forms.Form) -> None:
    """What is wrong in a part of the address that has no box is said at the top."""
    for hidden in form.hidden_fields():
        for error in list(hidden.errors):
            form.add_error(None, str(error))


def offer_with_counts(searched: PlacementSearch, found: Results, names: Names) -> None:
    """Say beside each choice how many there are, and offer the distance that was asked for."""
    fields, counts = searched.form.fields, found.facets or {}
    for name in LISTS:
        if name == "badge":
            fields[name].offer(_badges(searched, counts.get(name, {}), names))
            continue
        fields[name].choices = [
            (code, f"{label} ({counts.get(name, {}).get(code, 0)})")
            for code, label in fields[name].choices
        ]
    if (miles := searched.chosen["within"]) not in DISTANCES:
        given = searched.form["within"].value()
        fields["within"].widget.choices = [
            (given, f"{miles:g} miles"),
            *fields["within"].widget.choices,
        ]


def _badges(
    searched: PlacementSearch, counts: dict[str, int], names: Names
) -> list[tuple[str, str]]:
    known = sorted({*counts, *searched.chosen["badge"]})
    return [(code, f"{names[code]} ({counts.get(code, 0)})") for code in known]


def chips(searched: PlacementSearch, asked: QueryDict, names: Names) -> list[Chip]:
    """Every filter that is on, in words, and the address without it."""
    on: list[Chip] = []
    for name, value in searched.chosen.items():
        label = str(searched.filters[name].label)
        for words, one in _worded(searched, name, value, names):
            without = ("near", "within") if name == "near" else (name,)
            on.append((label, words, address(asked, without=without, value=one)))
    return on


def _worded(
    searched: PlacementSearch, name: str, value: Any, names: Names
) -> Iterator[tuple[str, str]]:
    """A filter's values as a person would say them, each with how the address spells it."""
    if value in (None, "", []) or name in ("within", "sort", "limit", "cursor", "facets"):
        return
    if isinstance(value, list):
        labels = names if name == "badge" else _labels(searched, name)
        yield from ((labels[str(one)], str(one)) for one in value)
    else:
        yield _sentence(searched, name, value), ""


def _labels(searched: PlacementSearch, name: str) -> dict[str, str]:
    """What a code is called; an identifier's chip says only what it stands for."""
    labels = dict(searched.filters[name].extra.get("choices", ()))
    return labels or {
        str(one): f"One {_label(searched, name)} only" for one in searched.chosen[name]
    }


def _label(searched: PlacementSearch, name: str) -> str:
    return str(searched.filters[name].label)


def _sentence(searched: PlacementSearch, name: str, value: Any) -> str:
    if isinstance(value, Place):
        within = searched.chosen["within"]
        return f"Within {within:g} {'mile' if within == 1 else 'miles'} of {value.label}"
    if isinstance(value, date):
        return f"{searched.filters[name].label} {long_date(value)}"
    said: str = _SENTENCES[name](value)
    return said


_SENTENCES: dict[str, Any] = {
    "q": lambda words: f"“{words}”",
    "places": lambda count: f"{plural(count, 'place')} or more",
    "days_max": lambda count: f"{plural(count, 'day')} at most",
    "rating_min": lambda mark: f"Rated {mark:g} or more",
    "self_paced": lambda said: "At own pace" if said == "true" else "At set times",
}
