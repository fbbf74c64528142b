"""A search that somebody asks again, answered with the page that was just drawn.

A newsletter or a lesson sends a whole class to one address at once. For a second they read
one page, provided that it is the very page anybody would read: whoever brings a cookie may
be signed in, or have a shortlist, and whoever asks for an order of their own gets it.
"""

from dataclasses import dataclass
from hashlib import blake2b

from django.core.cache import BaseCache, caches
from django.http import HttpRequest
from django.utils.http import urlencode

# The one order that is another for each visitor.
OF_ONES_OWN = "fair"


@dataclass(frozen=True)
class Answer:
    """A page as it was drawn, and what is to be noted of the search each time it is read."""

    page: bytes
    note: str = ""


def again(request: HttpRequest) -> Answer | None:
    """The answer to the same search of a moment ago, if this asker may have it."""
    if not _is_anybody(request):
        return None
    found: Answer | None = _kept().get(_question(request))
    return found


def keep(request: HttpRequest, answer: Answer) -> None:
    """Remember an answer for the next who asks, if it is what anybody would read."""
    if _is_anybody(request):
        _kept().set(_question(request), answer)


def _is_anybody(request: HttpRequest) -> bool:
    return not request.COOKIES and OF_ONES_OWN not in request.GET.getlist("sort")


def _question(request: HttpRequest) -> str:
    asked = urlencode(sorted(request.GET.lists()), doseq=True)
    return blake2b(asked.encode(), digest_size=16).hexdigest()


def _kept() -> BaseCache:
    return caches["memory"]
