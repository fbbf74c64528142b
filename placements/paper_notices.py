"""What is told of a booking's paper: that it is complete, and what a start lacks."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from accounts import letters, outbox
from accounts.letters import Letter, Terms
from accounts.models import Message
from placements import checklist, desks, untold, urgency
from placements.models import Booking
from placements.states import AGREED, BookingState
from placements.words import WithoutIt


def confirmed(booking: Booking) -> None:
    for organisation in (booking.school, booking.slot.placement.provider):
        outbox.post_to("booking_confirmed", organisation=organisation, about=booking)


def missing(booking: Booking) -> None:
    """To both sides, once for one start."""
    for organisation in (booking.school, booking.slot.placement.provider):
        outbox.post_to(
            "papers_missing", organisation=organisation, about=booking, key=_start(booking)
        )


def escalated(booking: Booking) -> None:
    """To the desk that the listing lies on, once for one start."""
    if desk := desks.desk_of(booking.slot.placement):
        outbox.post_to("papers_escalated", organisation=desk, about=booking, key=_start(booking))


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "Papers and checks")
    complete = terms("both sides", "a booking has all that its start needs", may_be_stopped=True)
    letters.register(Letter("booking_confirmed", _about, _is_complete, terms=complete))
    for kind, reader in {"papers_missing": "both sides", "papers_escalated": "the desk"}.items():
        lacking = terms(
            reader,
            "something that a start needs is missing",
            due="three working days before the first day",
            urgent=urgency.BEFORE_NEWS,
            is_urgent=_begins_before_news,
        )
        letters.register(Letter(kind, _about, _is_still_missing, terms=lacking))


def _start(booking: Booking) -> str:
    return booking.slot.starts_on.isoformat()


def _booking(message: Message) -> Booking:
    found = Booking.objects.select_related(
        "school", "briefing", "slot__placement__provider", "slot__placement__workplace"
    )
    return found.get(pk=message.subject)


def _begins_before_news(message: Message) -> bool:
    return urgency.begins_before_news(_booking(message).slot)


def _is_complete(message: Message) -> bool:
    booking = _booking(message)
    is_to_come = booking.state == BookingState.CONFIRMED and not booking.slot.is_past
    return is_to_come and not checklist.missing(checklist.of(booking))


def _is_still_missing(message: Message) -> bool:
    booking = _booking(message)
    is_to_come = booking.state in AGREED and not booking.slot.is_past
    return is_to_come and bool(checklist.missing(checklist.of(booking)))


def _about(message: Message) -> Mapping[str, Any]:
    booking = _booking(message)
    lines = checklist.missing(checklist.of(booking))
    return {
        "booking": booking,
        "slot": booking.slot,
        "placement": booking.slot.placement,
        "lines": lines,
        "is_nameless": untold.is_untold(booking.slot.placement),
        "may_not_start": any(line.without == WithoutIt.BLOCKS for line in lines),
    }
