"""Reminders to both sides: a week before a booking starts, and the day before."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts import clock, reading
from accounts.clock import ENGLAND
from accounts.letters import Entered, Letter, Terms, register
from accounts.models import Member, Message, Organisation
from accounts.statements import Question
from placements import contacts, timetable, urgency
from placements.found_notices import EMPLOYERS, is_asked_at
from placements.models import Booking, Slot
from placements.states import BookingState
from placements.timetable import Prompt
from placements.words import Mode


def before_the_start(slot: Slot, days: int) -> date:
    return slot.starts_on - timedelta(days=days)


def reminders(kind: str, *, to_school: bool, to_found: bool = False) -> list[Prompt]:
    return [
        Prompt(
            kind,
            to_school=to_school,
            to_found=to_found,
            falls_on=partial(before_the_start, days=7),
            worth_sending_for=timedelta(days=3),
            key="week",
        ),
        Prompt(
            kind,
            to_school=to_school,
            to_found=to_found,
            falls_on=partial(before_the_start, days=1),
            # "Tomorrow" is true until that night.
            worth_sending_for=timedelta(hours=14),
            key="day",
        ),
    ]


FOUND = "found_reminder"
PROMPTS = [
    *reminders("reminder_to_school", to_school=True),
    *reminders("reminder_to_host", to_school=False),
    *reminders(FOUND, to_school=False, to_found=True),
]


READERS = {
    "reminder_to_school": "the school",
    "reminder_to_host": "the host",
    FOUND: "an employer that a student found",
}


def begin() -> None:
    """Called once, at start-up."""
    timetable.also(*PROMPTS)
    for kind, reader in READERS.items():
        has_account = kind != FOUND
        terms = Terms(
            "Before and after a placement",
            reader,
            "a booking that goes ahead is about to begin",
            due="at nine in the morning, a week and a day before the first day",
            until="three days; until that night, on the day before",
            together="placements start soon" if has_account else "",
            # Whoever joined, or was told other dates, too late for the working day before.
            urgent=urgency.BEFORE_NEWS,
            is_urgent=begins_before_news,
        )
        entered = Entered() if has_account else EMPLOYERS
        register(Letter(kind, words, still_holds, terms=terms, entered=entered))


@reading.once
def booking_of(message: Message) -> Booking:
    found = _BOOKING.first(pk=UUID(message.subject))
    if found is None:
        raise Booking.DoesNotExist
    return found


def _booking(pk: UUID) -> QuerySet[Booking]:
    return Booking.objects.filter(pk=pk).select_related(
        "school", "asked_by__user", "slot__placement__provider", "slot__placement__workplace"
    )


_BOOKING = Question(_booking, pk=UUID)


def words(message: Message) -> dict[str, Any]:
    booking = booking_of(message)
    slot = booking.slot
    days_to_go = (slot.starts_on - clock.today()).days
    told = {
        "booking": booking,
        "slot": slot,
        "placement": slot.placement,
        "days_to_go": days_to_go,
        "is_last": is_last(message, slot),
        "is_virtual": slot.placement.mode == Mode.VIRTUAL,
    }
    # Whoever has an account reads it on the booking's page.
    return {**told, "asker": contacts.at_school(booking)} if message.kind == FOUND else told


def is_last(message: Message, slot: Slot) -> bool:
    """Its time runs into the day before the start, however early a weekend and holidays have it
    sent. Tried again by hand it has no end, and says everything."""
    ends = message.expires_at
    return ends is None or timezone.localdate(ends, ENGLAND) >= before_the_start(slot, 1)


def begins_before_news(message: Message) -> bool:
    return urgency.begins_before_news(booking_of(message).slot)


def still_holds(message: Message) -> bool:
    """The booking goes ahead, has not begun, and the reader still belongs to a side of it."""
    booking = booking_of(message)
    goes_ahead = booking.state in (BookingState.ACCEPTED, BookingState.CONFIRMED)
    return goes_ahead and booking.slot.starts_on > clock.today() and is_for(message, booking)


def is_for(message: Message, booking: Booking) -> bool:
    """It goes to somebody of that side; or where a host that a student found is written to now."""
    if message.recipient_id is not None:
        return works_for(message, side_of(message, booking))
    placement = booking.slot.placement
    return placement.provider.is_found and is_asked_at(message.email, placement)


def side_of(message: Message, booking: Booking) -> Organisation:
    to_school = message.kind.endswith("_to_school")
    return booking.school if to_school else booking.slot.placement.provider


def works_for(message: Message, organisation: Organisation) -> bool:
    """Whoever has no account works for nobody."""
    person = message.recipient_id
    return person is not None and _MEMBER.first(user=person, of=organisation.pk) is not None


def _member(user: int, of: UUID) -> QuerySet[Member]:
    return Member.objects.active().filter(user=user, organisation=of)


_MEMBER = Question(_member, user=int, of=UUID)
