"""Filters that are one condition each, over `r`, a row of `placements_searchrow`."""

from collections.abc import Callable
from math import ceil
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from psycopg import sql

from placements import desks, traits
from placements.models import Placement
from placements.search.pieces import Sql, compiled, piece

BADGED = """(
    (r.badges & (
        SELECT coalesce(bit_or(1::bigint << bit), 0)
        FROM placements_searchbadge WHERE code = ANY({codes}))
    ) <> 0
    OR (SELECT count(*) FROM placements_searchbadge) = 63 AND EXISTS (
        SELECT FROM placements_placement AS listed
        WHERE listed.id = r.placement_id AND listed.badges && {codes}
    )
)"""


def _among(placements: QuerySet[Placement]) -> Sql:
    try:
        ids = compiled(placements.order_by().values("pk"))
    except EmptyResultSet:
        # The ORM knows already that there can be none.
        return sql.SQL("false")
    return piece("r.placement_id IN ({ids})", ids=ids)


def _at_own_pace(said: str) -> Sql:
    test = "<> 0" if said == "true" else "= 0"
    return piece(f"(r.traits & {{bit}}) {test}", bit=1 << traits.SELF_PACED)


def _in_reach(hubs: list[Any]) -> Sql:
    reach = Q()
    for hub in hubs:
        reach |= desks.reach_of(hub)
    return _among(Placement.objects.filter(reach))


ALONE: dict[str, Callable[[Any], Sql]] = {
    "self_paced": _at_own_pace,
    "days_max": lambda most: piece("r.days <= {most}", most=most),
    # A score in hundredths; nought, below three ratings, is less than any that can be asked.
    "rating_min": lambda least: piece("r.rating >= {least}", least=ceil(round(least * 100, 6))),
    "provider": lambda ids: _among(Placement.objects.filter(provider__in=ids)),
    "hub": _in_reach,
}
