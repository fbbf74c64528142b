"""A search that is kept: how it is written down, and what came out for it since.

Whoever keeps a search knows it by its address alone, and asks here.
"""

from datetime import datetime
from urllib.parse import parse_qs

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from placements.models import Placement
from placements.search.filters import PlacementSearch
from placements.search.results import every

MOST_PARAMETERS = 100
# How results are shown, and not what is asked.
SHOWN = frozenset({"cursor", "limit", "facets", "sort"})


def asked(query: str) -> PlacementSearch:
    """The search that an address stands for; refused, where it is none."""
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as fault:
        raise _refused() from fault
    search = PlacementSearch(MultiValueDict(given))
    if not search.is_valid():
        raise _refused()
    return search


def as_kept(query: str) -> str:
    """The same question, always spelt the same way, without what is only about showing it."""
    search = asked(query)
    spelt = [
        (name, sorted({value for value in values if value}) or [""])
        for name, values in sorted(search.data.lists())
        if name in search.parameters - SHOWN
    ]
    # A place said and left empty means everywhere; any other empty box means nothing.
    return urlencode(
        [(name, said) for name, said in spelt if said != [""] or name == "near"], doseq=True
    )


def published_between(query: str, since: datetime, until: datetime) -> QuerySet[Placement]:
    """What matches now and was first published from `since` on and before `until`."""
    fresh = every(asked(query)).filter(published_at__gte=since, published_at__lt=until)
    return fresh.order_by("-published_at", "pk")


def _refused() -> ValidationError:
    return ValidationError("This search cannot be read. Search again.", code="search_invalid")
