"""From what somebody typed to a question that the database understands."""

import re

from django.contrib.postgres.search import SearchQuery

from placements.models import Placement

LANGUAGE = "english"


def understood(typed: str) -> SearchQuery:
    """The words as they stand; or, where nobody says those, words that begin like them.

    Quotation marks, a minus before a word and "or" mean what they do elsewhere on the web.
    """
    as_typed = SearchQuery(typed, search_type="websearch", config=LANGUAGE)
    beginnings = _beginnings(typed)
    if not beginnings or Placement.objects.published().matching(as_typed).exists():
        return as_typed
    return SearchQuery(beginnings, search_type="raw", config=LANGUAGE)


def _beginnings(typed: str) -> str:
    """`bak sho` as `bak:* & sho:*`: only letters and figures, so that it is always a query."""
    return " & ".join(f"{word}:*" for word in re.findall(r"[^\W_]+", typed)[:10])
