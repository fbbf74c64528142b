"""A listing that is offered at many workplaces, as a desk sees it: one row, with places at each."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts import clock
from placements.group_sizes import students
from placements.models import Placement
from placements.states import SlotState


class Whole(NamedTuple):
    """How many workplaces of the desk share a text, and their places on dates to come, each for one
    student."""

    sites: int
    offered: int
    left: int


def as_one(seen: QuerySet[Placement]) -> QuerySet[Placement]:
    """Of those that share a text the listing that it belongs to or, where that lies on another
    desk, the first of its sites here."""
    elsewhere = seen.filter(text_of__isnull=False).exclude(text_of__in=seen.values("pk"))
    first = elsewhere.order_by("text_of", "pk").distinct("text_of").values("pk")
    return seen.filter(Q(text_of=None) | Q(pk__in=first))


def wholes(rows: Iterable[Placement], seen: QuerySet[Placement]) -> dict[UUID, Whole]:
    """What each of these rows stands for, by the row; one query, however many there are."""
    by_text = {row.text_of_id or row.pk: row.pk for row in rows}
    sharing = _sharing(seen, by_text).order_by().annotate(text=Coalesce("text_of_id", "pk"))
    counted: Any = sharing.values("text").annotate(
        workplaces=Count("pk", distinct=True), **_places()
    )
    return {
        by_text[one["text"]]: Whole(one["workplaces"], one["offered"] or 0, one["left"] or 0)
        for one in counted
    }


def sites_of(placement: Placement, seen: QuerySet[Placement]) -> QuerySet[Placement]:
    """All that the desk sees of a text, each with its places."""
    sharing = _sharing(seen, [placement.text_of_id or placement.pk])
    told = sharing.select_related("workplace").annotate(**_places())
    return told.order_by("workplace__town", "workplace__name", "pk")


def _sharing(seen: QuerySet[Placement], texts: Iterable[UUID]) -> QuerySet[Placement]:
    texts = list(texts)
    return seen.filter(Q(pk__in=texts) | Q(text_of__in=texts))


def _places() -> dict[str, Sum]:
    coming = Q(slots__state=SlotState.OPEN, slots__starts_on__gt=clock.today())
    offered, left = F("slots__places"), F("slots__places") - F("slots__taken")
    return {
        "offered": Sum(students(offered, slots="slots__"), filter=coming),
        "left": Sum(students(left, slots="slots__"), filter=coming),
    }
