"""One text for many workplaces: what a listing says, its sites say too."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Func, Value

from accounts import clock
from placements.models import Placement, Slot
from placements.states import PlacementState

# What each of them has for itself.
OWN = ("workplace",)
# What is closed for good keeps the words it was closed with.
CLOSED = (PlacementState.WITHDRAWN, PlacementState.DECLINED)
WINDOWS = {"opens_days_before", "closes_days_before"}


def pass_on(placement: Placement, names: Iterable[str]) -> None:
    """Let the sites follow what has just changed on the listing whose text they share."""
    shared = [name for name in names if name not in OWN]
    sites = Placement.objects.filter(text_of=placement).exclude(state__in=CLOSED)
    if placement.text_of_id is None and shared and sites.exists():
        values = {name: getattr(placement, name) for name in shared}
        sites.update(**values, changed_at=clock.now())
        if WINDOWS & set(shared):
            _move_windows(placement)


def _move_windows(placement: Placement) -> None:
    coming = Slot.objects.open().filter(placement__text_of=placement)
    coming.update(
        opens_on=_days_before(placement.opens_days_before),
        closes_on=_days_before(placement.closes_days_before),
    )


def _days_before(days: int) -> Func:
    return Func(
        F("starts_on"),
        Value(days),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=models.DateField(),
    )
