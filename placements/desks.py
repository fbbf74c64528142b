"""Whose desk a listing lies on.

Areas and hubs are the subject of `brokers`, which stands above this app; it hands its
answer down at start-up, so that listings, notices and ratings can ask without looking up.
"""

import uuid
from collections.abc import Callable

from django.db.models import Q

from accounts.models import Organisation
from placements.models import Placement

_finders: list[Callable[[Placement], Organisation | None]] = []


def answer_with(finder: Callable[[Placement], Organisation | None]) -> None:
    """Let `finder` say whose desk a listing lies on. Called once, at start-up."""
    _finders[:] = [finder]


def desk_of(placement: Placement) -> Organisation | None:
    """The hub accountable for the listing's workplace, or else the national team."""
    return _finders[0](placement) if _finders else None


_reaches: list[Callable[[uuid.UUID], Q]] = []


def reach_with(reach: Callable[[uuid.UUID], Q]) -> None:
    """Let `reach` say which placements lie in a hub's area. Called once, at start-up."""
    _reaches[:] = [reach]


def reach_of(hub_id: uuid.UUID) -> Q:
    """The placements in the area that the hub is accountable for: none, if it has none."""
    return _reaches[0](hub_id) if _reaches else Q(pk__in=[])


_lists: list[Callable[[Organisation, str], Q]] = []


def list_with(answer: Callable[[Organisation, str], Q]) -> None:
    """Let `answer` say what lies on a desk. Called once, at start-up."""
    _lists[:] = [answer]


def lying_on(desk: Organisation, *, via: str = "") -> Q:
    """What lies on this desk: the same answer as `desk_of`, for many.

    `via` leads to the placement from the rows in question: "slot__placement__" from bookings.
    """
    return _lists[0](desk, via) if _lists else Q(pk__in=[])
