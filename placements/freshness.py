"""Keeping listings fresh: ask monthly whether they are still right, warn, and then pause.

A provider is asked 30 days after it last said so, reminded 10 days later, and warned a week
before the 60th day, on which the listing pauses by itself. Every step is counted from the one
really taken: after days without a worker nobody is warned and paused at once. One mail tells
a provider of all its listings, and takes along what would fall due within the week.
"""

import time
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts import clock, outbox, quiet_hours
from accounts.clock import ENGLAND
from accounts.models import Member, Organisation
from placements import authority, freshness_notices, lifecycle
from placements.models import Placement, StillRight
from placements.models.finding import PUBLIC
from placements.models.freshness import FAIR_WARNING
from placements.states import PlacementState
from placements.timetable import A_BATCH, MORNING
from placements.words import PauseReason
from placements.written import writing_desk

ASKED_AFTER = timedelta(days=30)
REMINDED_AFTER = timedelta(days=10)
PAUSED_AFTER = timedelta(days=60)
WARNED_AFTER = PAUSED_AFTER - FAIR_WARNING
TAKEN_ALONG = timedelta(days=7)
# A mail is planned at least this long before it goes, so that a morning's mail is whole.
AHEAD = timedelta(hours=1)
# One round ends well within a task's time limit; the next goes on from there.
ROUND = timedelta(seconds=40)


class Answered(NamedTuple):
    """What somebody's answer did: what it paused, and how many it confirmed."""

    paused: list[Placement]
    confirmed: int


def confirm(placements: Collection[UUID], *, by: Member) -> int:
    """Say of several at once that they are still right; say for how many it was asked."""
    return answer(over=(), right=placements, by=by).confirmed


@transaction.atomic
def answer(*, over: Collection[UUID], right: Collection[UUID], by: Member) -> Answered:
    """Take out of sight what is not right any more, and confirm the others, of what was asked."""
    asked = _asked({*over, *right}, by)
    paused = [one for one in asked if one.pk in over]
    confirmed = [one.pk for one in asked if one.pk not in over]
    lifecycle.move_all(paused, PlacementState.PAUSED, by=by)
    Placement.objects.filter(pk__in=confirmed).update(last_confirmed_on=clock.today())
    return Answered(paused, len(confirmed))


def ask_all() -> int:
    """Plan the next morning's questions and warnings; say to how many providers. Safe to repeat."""
    morning = _next_morning()
    return _each_in_turn(_with_something_due(morning.date()), lambda one: _ask(one, morning))


def pause_all() -> int:
    """Pause what was warned of and not confirmed; say for how many providers. Safe to repeat."""
    over = StillRight.objects.filter(pauses_on__lte=clock.today())
    providers = over.order_by("placement__provider").values_list("placement__provider", flat=True)
    return _each_in_turn(providers.distinct(), _pause)


def _asked(placements: Collection[UUID], by: Member) -> list[Placement]:
    """Those of them that are in question, their rows locked."""
    asked = Placement.objects.kept_by(by).in_question().filter(pk__in=placements)
    found = list(_locked(asked).select_related("written_by"))
    if not all(authority.may_write_listing(by, placement) for placement in found):
        raise PermissionDenied
    return found


def step_on(placement: Placement, asked: StillRight | None, day: date) -> str:
    """The field of the question that `day` writes; none on most days."""
    confirmed_on = placement.last_confirmed_on
    if confirmed_on is None:
        return ""
    if asked is None or asked.confirmed_on != confirmed_on:
        return "asked_on" if day >= confirmed_on + ASKED_AFTER else ""
    if asked.warned_on:
        return ""
    if day >= _warning_due(asked):
        return "warned_on"
    return "reminded_on" if _is_to_remind(asked, day) else ""


def _warning_due(asked: StillRight) -> date:
    """Never sooner after the question than if it had been asked in time."""
    return max(asked.confirmed_on, asked.asked_on - ASKED_AFTER) + WARNED_AFTER


def _is_to_remind(asked: StillRight, day: date) -> bool:
    return asked.reminded_on is None and day >= asked.asked_on + REMINDED_AFTER


def _with_something_due(day: date) -> QuerySet[Placement, UUID]:
    """The providers of what `step_on` has a step for."""
    stale = Placement.objects.published().filter(last_confirmed_on__lte=day - ASKED_AFTER)
    unasked = Q(still_right=None) | ~Q(still_right__confirmed_on=F("last_confirmed_on"))
    to_remind = Q(
        still_right__warned_on=None,
        still_right__reminded_on=None,
        still_right__asked_on__lte=day - REMINDED_AFTER,
    )
    to_warn = Q(
        still_right__warned_on=None,
        still_right__asked_on__lte=day - WARNED_AFTER + ASKED_AFTER,
        last_confirmed_on__lte=day - WARNED_AFTER,
    )
    due = stale.filter(unasked | to_remind | to_warn)
    return due.order_by("provider").values_list("provider", flat=True).distinct()


@transaction.atomic
def _ask(provider: UUID, morning: datetime) -> bool:
    """Write the steps of all its listings, and owe one mail about them to each reader."""
    day = morning.date()
    rows = Placement.objects.published().filter(
        provider=provider, last_confirmed_on__lte=day - ASKED_AFTER + TAKEN_ALONG
    )
    placements = list(_locked(rows).select_related("provider", "written_by__organisation"))
    questions = StillRight.objects.in_bulk([placement.pk for placement in placements])
    steps = [(one, questions.get(one.pk)) for one in placements]
    if not any(step_on(placement, asked, day) for placement, asked in steps):
        return False
    taken = [_taken(placement, asked, day) for placement, asked in steps]
    StillRight.objects.bulk_create(
        [asked for asked in taken if asked],
        update_conflicts=True,
        unique_fields=["placement"],
        update_fields=["confirmed_on", "asked_on", "reminded_on", "warned_on", "pauses_on"],
    )
    asked_about = [one for one, asked in zip(placements, taken, strict=True) if asked]
    for reader in _readers(asked_about):
        freshness_notices.asked(reader, due_at=morning)
    return True


def _taken(placement: Placement, asked: StillRight | None, day: date) -> StillRight | None:
    """The question after the day's step, or after one that would fall within the week."""
    confirmed_on = placement.last_confirmed_on
    step = step_on(placement, asked, day) or _step_to_take_along(placement, asked, day)
    if confirmed_on is None or not step:
        return None
    if asked is None or step == "asked_on":
        return StillRight(placement=placement, confirmed_on=confirmed_on, asked_on=day)
    setattr(asked, step, day)
    if step == "warned_on":
        # A warning of a Saturday is read on Monday: its week is counted from there.
        warned = quiet_hours.sent_on(day)
        asked.pauses_on = max(confirmed_on + PAUSED_AFTER, warned + FAIR_WARNING)
    return asked


def _step_to_take_along(placement: Placement, asked: StillRight | None, day: date) -> str:
    """A question or a warning may come early; a reminder leaves its reader the time."""
    step = step_on(placement, asked, day + TAKEN_ALONG)
    return "" if step == "reminded_on" else step


@transaction.atomic
def _pause(provider: UUID) -> bool:
    """Pause its listings whose day has come; what was answered or hidden is forgotten."""
    rows = Placement.objects.filter(provider=provider, still_right__pauses_on__lte=clock.today())
    placements = list(_locked(rows).select_related("provider", "written_by__organisation"))
    questions = StillRight.objects.in_bulk([placement.pk for placement in placements])
    public = set(Placement.objects.filter(PUBLIC, pk__in=questions).values_list("pk", flat=True))
    unanswered = [
        one
        for one in placements
        if one.pk in public and one.last_confirmed_on == questions[one.pk].confirmed_on
    ]
    for placement in unanswered:
        lifecycle.move(placement, PlacementState.PAUSED, by=None, reason=PauseReason.NOT_CONFIRMED)
    StillRight.objects.filter(pk__in=questions).delete()
    for reader in _readers(unanswered):
        freshness_notices.paused(reader, due_at=_next_morning())
    return bool(unanswered)


def _readers(placements: Collection[Placement]) -> list[Organisation]:
    """Its provider; a desk that wrote for one who has nobody here."""
    if not placements:
        return []
    provider = next(iter(placements)).provider
    if outbox.working_for(provider):
        return [provider]
    desks = (writing_desk(placement) for placement in placements)
    return list({desk.pk: desk for desk in desks if desk}.values())


def _locked(rows: QuerySet[Placement]) -> QuerySet[Placement]:
    """The rows as they are now, in the order of all locks, kept until the transaction ends."""
    return rows.select_for_update(no_key=True, of=("self",)).order_by("pk")


def _next_morning() -> datetime:
    soonest = clock.now() + AHEAD
    morning = datetime.combine(timezone.localdate(soonest, ENGLAND), MORNING, tzinfo=ENGLAND)
    if morning >= soonest:
        return morning
    return datetime.combine(morning.date() + timedelta(days=1), MORNING, tzinfo=ENGLAND)


def _each_in_turn(providers: QuerySet[Any, UUID], do: Callable[[UUID], bool]) -> int:
    until = time.monotonic() + ROUND.total_seconds()
    done = 0
    for provider in providers.iterator(chunk_size=A_BATCH):
        if time.monotonic() > until:
            break
        done += do(provider)
    return done
