"""A listing that is offered at many workplaces, as its provider and a desk see it: one row."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Min, Q, Sum

from accounts import clock
from placements.group_sizes import students
from placements.models import Placement
from placements.models.listed import TEXT, URGENT
from placements.models.placements import PlacementQuerySet
from placements.states import PlacementState, SlotState


class Whole(NamedTuple):
    """How many workplaces of the desk share a text, and their places on dates to come, each for one
    student."""

    sites: int
    offered: int
    left: int


class Kept(NamedTuple):
    """What a provider has of a text: its workplaces, how many are in which state, what comes there."""

    dates_to_come: int
    next_on: date | None
    requests: int
    changes: str | None
    states: dict[str, int]

    @property
    def sites(self) -> int:
        return sum(self._standing.values())

    @property
    def foremost(self) -> PlacementState:
        """The state by which it is ranked: `PlacementQuerySet.most_urgent_first`."""
        ranked: tuple[PlacementState, ...] = (*URGENT, *PlacementState)
        return next(one for one in ranked if one in self.states)

    @property
    def in_words(self) -> list[str]:
        """How many workplaces are in each state, in the order in which a listing comes through them."""
        return [
            f"{self._standing[one]} {one.label.lower()}"
            for one in PlacementState
            if one in self._standing
        ]

    @property
    def _standing(self) -> dict[str, int]:
        """Without those that were withdrawn, unless all of them were."""
        withdrawn = PlacementState.WITHDRAWN
        left = {state: number for state, number in self.states.items() if state != withdrawn}
        return left or self.states


class Asked(NamedTuple):
    """What a provider is asked about a text: at which workplaces, and since and until when."""

    dates_to_come: int
    next_on: date | None
    each: list[UUID]
    confirmed_on: date
    pauses_on: date | None

    @property
    def sites(self) -> int:
        return len(self.each)


def as_one(seen: PlacementQuerySet) -> PlacementQuerySet:
    """Of those that share a text the listing that it belongs to or, where that is not among them,
    the first of its sites."""
    elsewhere = seen.filter(text_of__isnull=False).exclude(text_of__in=seen.values("pk"))
    first = elsewhere.order_by("text_of", "pk").distinct("text_of").values("pk")
    return seen.filter(Q(text_of=None) | Q(pk__in=first))


def wholes(rows: Iterable[Placement], seen: PlacementQuerySet) -> dict[UUID, Whole]:
    """What each of these rows stands for, by the row; one query, however many there are."""
    by_text = _texts_of(rows)
    counted: Any = _by_text(seen, by_text).annotate(
        workplaces=Count("pk", distinct=True), **places()
    )
    return {
        by_text[one["text"]]: Whole(one["workplaces"], one["offered"] or 0, one["left"] or 0)
        for one in counted
    }


def kept(rows: Iterable[Placement], seen: PlacementQuerySet) -> dict[UUID, Kept]:
    """What its provider has of each of these rows, by the row; two queries, however many there are."""
    by_text = _texts_of(rows)
    states: dict[UUID, dict[str, int]] = {text: {} for text in by_text}
    in_states = _by_text(seen, by_text).values_list("text", "state").annotate(number=Count("pk"))
    for text, state, number in in_states:
        states[text][state] = number
    return {
        by_text[text]: Kept(**comes, states=states[text])
        for comes in _by_text(seen, by_text).with_what_comes()
        for text in [comes.pop("text")]
    }


def asked(rows: Iterable[Placement], seen: PlacementQuerySet) -> dict[UUID, Asked]:
    """What each of these rows, of those in question, stands for; one query, however many there are."""
    by_text = _texts_of(rows)
    counted: Any = _by_text(seen, by_text).with_what_comes()
    counted = counted.annotate(
        each=ArrayAgg("pk", distinct=True),
        confirmed_on=Min("last_confirmed_on"),
        pauses_on=Min("still_right__pauses_on"),
    )
    return {by_text[one["text"]]: Asked(*(one[name] for name in Asked._fields)) for one in counted}


def sites_by_row(rows: Iterable[Placement], seen: PlacementQuerySet) -> dict[UUID, list[Placement]]:
    """All that each of these rows stands for, in order; one query, however many there are."""
    by_text = _texts_of(rows)
    found: dict[UUID, list[Placement]] = {row: [] for row in by_text.values()}
    sharing = _sharing(seen, by_text).select_related("workplace")
    for site in sharing.order_by("workplace__town", "workplace__name", "pk"):
        found[by_text[site.text_of_id or site.pk]].append(site)
    return found


def texts(rows: Collection[UUID]) -> set[UUID]:
    """The listings whose texts these rows show, which may be the rows themselves; and what is none."""
    found = Placement.objects.filter(pk__in=rows).annotate(text=TEXT)
    known = dict(found.values_list("pk", "text"))
    return {known.get(row, row) for row in rows}


def behind(rows: Iterable[UUID], seen: PlacementQuerySet) -> PlacementQuerySet:
    """All that is seen of the texts that these rows stand for."""
    texts = Placement.objects.filter(pk__in=rows).annotate(text=TEXT).values("text")
    return seen.filter(Q(pk__in=texts) | Q(text_of__in=texts))


def sites_of(placement: Placement, seen: PlacementQuerySet) -> PlacementQuerySet:
    """All that is seen of a text, each with its places."""
    sharing = _sharing(seen, [placement.text_of_id or placement.pk])
    told = sharing.select_related("workplace").annotate(**places())
    return told.order_by("workplace__town", "workplace__name", "pk")


def places() -> dict[str, Sum]:
    """The places of a listing's dates to come, and how many of them are left."""
    coming = Q(slots__state=SlotState.OPEN, slots__starts_on__gt=clock.today())
    offered, left = F("slots__places"), F("slots__places") - F("slots__taken")
    return {
        "offered": Sum(students(offered, slots="slots__"), filter=coming),
        "left": Sum(students(left, slots="slots__"), filter=coming),
    }


def _texts_of(rows: Iterable[Placement]) -> dict[UUID, UUID]:
    return {row.text_of_id or row.pk: row.pk for row in rows}


def _by_text(seen: PlacementQuerySet, texts: Iterable[UUID]) -> Any:
    sharing = _sharing(seen, texts).order_by()
    return sharing.annotate(text=TEXT).values("text")


def _sharing(seen: PlacementQuerySet, texts: Iterable[UUID]) -> PlacementQuerySet:
    texts = list(texts)
    return seen.filter(Q(pk__in=texts) | Q(text_of__in=texts))
