"""The search's parameters as the API's description tells them: made from its filters."""

from typing import Any

from django_filters import ChoiceFilter
from drf_spectacular.utils import OpenApiParameter

from placements.search import PlacementSearch
from placements.search import filters as kinds
from placements.search.filters import DATES

# The words of each; a filter without any cannot be described, and fails.
MEANINGS = {
    "q": "Words of the listing or of its provider's name.",
    "near": "A postcode, an outcode, a town, or `latitude,longitude`. Virtual ones ignore it.",
    "within": "Miles from `near`; 10 unless said.",
    "mode": "How it happens.",
    "self_paced": "Virtual ones that students take at their own pace, or all others.",
    "kind": "The rung of the ladder of opportunity.",
    "sector": "The technical route.",
    "year_group": "A year group that it is meant for.",
    "from": "An open slot with free places ends on or after this day.",
    "to": "The same slot starts on or before this day.",
    "days_max": "Lasts no longer than this many days.",
    "places": "Free places needed in one slot.",
    "adjustments": "Offers any of these.",
    "badge": "Its provider holds any of these badges.",
    "rating_min": "Rated at least this, by three or more.",
    "provider": "Listed by this organisation.",
    "hub": "In the area that this Careers Hub is accountable for.",
    "sort": "The order; `relevance` with words, `distance` with a place, else `soonest`.",
    "limit": "Items on one page; 20 unless said.",
    "cursor": "The `next` of the page before, with the same filters.",
    "facets": "Whether to count what each further choice would find.",
}


def described() -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, schema_of(name, asked), description=MEANINGS[name])
        for name, asked in PlacementSearch.base_filters.items()
    ]


def schema_of(name: str, asked: Any) -> dict[str, Any]:
    if name in DATES:
        return {"type": "string", "format": "date"}
    if isinstance(asked, kinds.AnyOf):
        return _several({"type": "string", "enum": _codes(asked)})
    if isinstance(asked, kinds.Identifiers):
        return _several({"type": "string", "format": "uuid"})
    if isinstance(asked, kinds.Codes):
        return _several({"type": "string"})
    if isinstance(asked, ChoiceFilter):
        return {"type": "string", "enum": _codes(asked)}
    return _one(asked)


def _one(asked: Any) -> dict[str, Any]:
    extra = asked.extra
    if isinstance(asked, kinds.WholeNumber | kinds.Number):
        kind = "integer" if isinstance(asked, kinds.WholeNumber) else "number"
        return {"type": kind, "minimum": extra["min_value"], "maximum": extra["max_value"]}
    return {"type": "string", "maxLength": extra["max_length"]}


def _several(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": one}


def _codes(asked: Any) -> list[str]:
    return [code for code, _ in asked.extra["choices"]]
