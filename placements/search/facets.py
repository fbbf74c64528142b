"""How many there would be with each further choice.

A group is counted without its own filter: having ticked *Digital*, a person still
wants to know how many *Construction* would add.
"""

from collections.abc import Callable

from django.db.models import Count, F, Func, QuerySet, TextField

from accounts.words import YEAR_GROUPS
from placements.models import Placement
from placements.search.filters import PlacementSearch, for_year

Counts = dict[str, int]
Facets = dict[str, Counts]


def counted(search: PlacementSearch) -> Facets:
    return {group: count(search.found(without=group)) for group, count in GROUPS.items()}


def _each(column: str) -> Callable[[QuerySet[Placement]], Counts]:
    def count(found: QuerySet[Placement]) -> Counts:
        rows = found.order_by().values(code=F(column)).annotate(n=Count("pk")).order_by("code")
        return {row["code"]: row["n"] for row in rows}

    return count


def _each_within(column: str) -> Callable[[QuerySet[Placement]], Counts]:
    """The same for a column that holds several codes."""

    def count(found: QuerySet[Placement]) -> Counts:
        one = Func(F(column), function="unnest", output_field=TextField())
        rows = found.order_by().values(code=one).annotate(n=Count("pk")).order_by("code")
        return {row["code"]: row["n"] for row in rows}

    return count


def _years(found: QuerySet[Placement]) -> Counts:
    counts = found.aggregate(
        **{str(year): Count("pk", filter=for_year(year)) for year in YEAR_GROUPS}
    )
    return {year: count for year, count in counts.items() if count}


GROUPS: dict[str, Callable[[QuerySet[Placement]], Counts]] = {
    "sector": _each("sector"),
    "mode": _each("mode"),
    "kind": _each("kind"),
    "year_group": _years,
    "adjustments": _each_within("adjustments"),
    "badge": _each_within("badges"),
}
