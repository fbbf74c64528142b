"""Telling, the day before, that booking opens: those who keep the listing on their shortlist.

Of the openings that the provider or a broker set for these dates, that is. Dates that open so many
days before they begin, as the listing's rule has it, open all the time: nobody waits for those.
Nobody is told of an opening twice. When it moves, or is called off, what was planned for it holds
no more and is not sent; the next round plans what there is now.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone

from accounts import clock, letters, outbox, preferences
from accounts.clock import ENGLAND
from accounts.letters import Letter, Terms
from accounts.models import Message, Organisation
from placements import priority
from placements.models import Booking, Placement, Shortlisted, Slot
from placements.models.slots import SlotQuerySet
from placements.timetable import MORNING

OPENS = "booking_opens"
# Over a long weekend what falls due is said on the working day before.
AHEAD = timedelta(days=7)


def plan() -> None:
    """Owe it to whoever has not been told. Safe to repeat."""
    outbox.owe(_intended())


def register() -> None:
    """Make this letter known to the postman. Called at start-up."""
    terms = partial(Terms, "Scarce places", may_be_stopped=True)
    opens = terms(
        "whoever at a school keeps the listing on their shortlist",
        "booking is about to open, for all or for students whom the school may have",
        due="at nine in the morning, the day before",
        until="it opens",
    )
    letters.register(Letter(OPENS, _words, _still_opens, terms=opens))


def opens_for(slot: Slot, school: Organisation) -> datetime:
    """The first moment at which somebody there may ask."""
    is_early = slot.early_days > 0 and priority.may_be_named(slot, school)
    return slot.first_opening if is_early else slot.opening


def is_promised(slots: Iterable[Slot], school: Organisation | None) -> bool:
    """Whether somebody there, or a visitor's school, would hear of one of these dates."""
    coming = [slot for slot in slots if slot.opening_was_set and not slot.is_open_to_all]
    if school is None:
        return bool(coming)
    coming = [slot for slot in coming if opens_for(slot, school) > clock.now()]
    if not coming:
        return False
    booked = Booking.objects.live().filter(slot__in=coming, school=school)
    return booked.values("slot").distinct().count() < len(coming)


def _intended() -> Iterator[Message]:
    soon: dict[UUID, list[Slot]] = defaultdict(list)
    for slot in _about_to_open():
        soon[slot.placement_id].append(slot)
    booked = _booked(soon)
    keep = Shortlisted.objects.filter(placement__in=soon, member__in=outbox.hearing())
    # What is planned for whoever stopped such mails ends at its turn, and would be planned anew.
    keep = keep.exclude(member__user__in=preferences.stopped_by(OPENS))
    for row in keep.select_related("member__user", "member__organisation__school"):
        school = row.member.organisation
        free = [slot for slot in soon[row.placement_id] if (slot.pk, school.pk) not in booked]
        for moment in {opens_for(slot, school) for slot in free}:
            if clock.now() < moment <= clock.now() + AHEAD:
                yield _message(row, moment)


def _about_to_open() -> Iterable[Slot]:
    today = clock.today()
    first_day = ExpressionWrapper(F("opens_on") - F("early_days"), models.DateField())
    kept = Shortlisted.objects.filter(placement=OuterRef("placement"))
    coming = _set_by_somebody().filter(Exists(kept), opens_on__gte=today)
    return (
        coming.alias(first_day=first_day)
        .filter(first_day__lte=today + AHEAD)
        .select_related("priority")
    )


def _set_by_somebody() -> SlotQuerySet:
    return Slot.objects.published().filter(Q(opens_at__isnull=False) | Q(early_days__gt=0))


def _booked(soon: Mapping[UUID, list[Slot]]) -> set[tuple[UUID, UUID]]:
    slots = [slot.pk for found in soon.values() for slot in found]
    live = Booking.objects.live().filter(slot__in=slots)
    return set(live.values_list("slot_id", "school_id"))


def _message(row: Shortlisted, moment: datetime) -> Message:
    day_before = timezone.localdate(moment, ENGLAND) - timedelta(days=1)
    return outbox.intend(
        OPENS,
        to=row.member.user,
        about=str(row.placement_id),
        due_at=datetime.combine(day_before, MORNING, tzinfo=ENGLAND),
        expires_at=moment,
        key=moment.isoformat(),
    )


def _opening_at(message: Message) -> list[Slot]:
    """The dates that open at the moment until which the message is worth sending."""
    coming = _set_by_somebody().filter(placement=UUID(message.subject))
    slots = coming.select_related("priority").order_by("starts_on", "pk")
    return [slot for slot in slots if message.expires_at in (slot.first_opening, slot.opening)]


def _still_opens(message: Message) -> bool:
    kept = Shortlisted.objects.filter(
        placement=UUID(message.subject), member__user=message.recipient_id
    )
    return kept.exists() and bool(_opening_at(message))


def _words(message: Message) -> Mapping[str, Any]:
    placement = Placement.objects.select_related("provider").get(pk=message.subject)
    return {"placement": placement, "slots": _opening_at(message)}
