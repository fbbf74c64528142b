"""One text for many workplaces: what a listing says, its sites say too."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Func, Q, Value, When

from accounts import clock
from placements import consents, counting, listing_rules, waiting
from placements.models import Booking, Placement, Slot
from placements.states import CLOSED

# What each of them has for itself.
OWN = ("workplace",)
WINDOWS = {"opens_days_before", "closes_days_before"}


def pass_on(placement: Placement, names: Iterable[str]) -> None:
    """Let the sites follow what has just changed on the listing whose text they share."""
    shared = [name for name in names if name not in OWN]
    # What is closed keeps the words it was closed with.
    sites = Placement.objects.filter(text_of=placement).exclude(state__in=CLOSED)
    if placement.text_of_id is None and shared and sites.exists():
        values = {name: getattr(placement, name) for name in shared}
        told_otherwise = _told_otherwise(sites, values)
        with waiting.passing_on_days_left(sites, shared):
            sites.update(**values, changed_at=clock.now())
        consents.ask_anew(Booking.objects.filter(slot__placement__in=told_otherwise))
        if "largest_group" in shared:
            counting.follow(sites, placement.largest_group)
        if WINDOWS & set(shared):
            _move_windows(placement)
        # Whom this lets go, goes; and a list ends with the days for asking.
        waiting.pass_on_each(sites)


def _told_otherwise(sites: "models.QuerySet[Placement]", values: Mapping[str, Any]) -> list[UUID]:
    """Sites of which parents were told something else."""
    told = {name: value for name, value in values.items() if name in consents.TOLD_TO_PARENTS}
    differs = [~Q(**{name: value}) for name, value in told.items()]
    if not differs:
        return []
    return list(sites.filter(reduce(or_, differs)).values_list("pk", flat=True))


def _move_windows(placement: Placement) -> None:
    """As `slots.open_and_close` does, for all at once."""
    coming = Slot.objects.open().filter(placement__text_of=placement)
    closes_on = _days_before(placement.closes_days_before)
    too_late = coming.filter(opens_at__isnull=False, opens_on__gt=closes_on)
    for slot in too_late.filter(opens_at__gt=clock.now())[:1]:
        announced, slot.opens_at = slot.opens_at, None
        listing_rules.refuse_lost_opening(slot, announced)
    too_late.update(opens_at=None)
    by_rule = When(opens_at__isnull=True, then=_days_before(placement.opens_days_before))
    coming.update(opens_on=Case(by_rule, default=F("opens_on")), closes_on=closes_on)
    late = coming.filter(reserved_until__gte=F("closes_on"))
    late.update(reserved_until=F("closes_on") - timedelta(days=1))
    kept = coming.filter(kept_back__gt=0, reserved_until__gte=clock.today())
    opens = ExpressionWrapper(F("opens_on") - F("early_days"), models.DateField())
    for slot in kept.filter(reserved_until__lt=opens)[:1]:
        listing_rules.refuse_opening_after_release(slot)


def _days_before(days: int) -> Func:
    return Func(
        F("starts_on"),
        Value(days),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=models.DateField(),
    )
