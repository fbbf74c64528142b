"""Asking both sides to look back: the day after, a week later and once more; then silence.

A school is asked for two things, how it went and a rating for its peers, in one mail each time:
what it has given it is not asked for again.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from accounts import clock, links
from accounts.letters import Entered, Letter, Terms, register
from accounts.models import Message
from placements import reminders, timetable
from placements.found_notices import EMPLOYERS
from placements.models import Booking, Slot
from placements.states import BookingState
from placements.timetable import GOES_AHEAD, Prompt
from ratings.models import Debrief, DebriefSide, RollCall, Side
from ratings.notices import LOOK_BACK

FOUND = "found_debrief"
SIDES = {
    "debrief_to_school": DebriefSide.SCHOOL,
    "debrief_to_host": DebriefSide.HOST,
    FOUND: DebriefSide.HOST,
}
READERS = {
    "debrief_to_school": "the school",
    "debrief_to_host": "the host",
    FOUND: "an employer that a student found",
}
A_DAY_LATER, A_WEEK_LATER, TWO_WEEKS_LATER = 1, 8, 15
# How long a host may answer by the link in its mail.
ANSWERED_WITHIN = timedelta(days=30)


def after_the_end(slot: Slot, days: int) -> date:
    return slot.ends_on + timedelta(days=days)


PROMPTS = [
    Prompt(
        kind,
        to_school=side == DebriefSide.SCHOOL,
        falls_on=partial(after_the_end, days=days),
        worth_sending_for=timedelta(days=6),
        key=key,
        to_found=kind == FOUND,
    )
    for kind, side in SIDES.items()
    for key, days in (
        ("prompt", A_DAY_LATER),
        ("nudge", A_WEEK_LATER),
        ("last", TWO_WEEKS_LATER),
    )
]


def begin() -> None:
    """Called once, at start-up."""
    timetable.also(*PROMPTS)
    for kind, side in SIDES.items():
        by_link, has_account = side == DebriefSide.HOST, kind != FOUND
        when = "a booking has ended, and it has not looked back yet"
        terms = Terms(
            "Before and after a placement",
            READERS[kind],
            when if by_link else f"{when}, or has not rated it",
            due="at nine in the morning of the day after the last, and twice more, a week apart",
            until="six days",
            # Who has no account is asked three times at most, each time by itself.
            may_be_stopped=has_account,
            together="placements to look back on" if has_account else "",
        )
        told = with_link if by_link else words
        entered = Entered() if has_account else EMPLOYERS
        register(Letter(kind, told, still_holds, terms=terms, entered=entered))


def words(message: Message) -> Mapping[str, Any]:
    booking = reminders.booking_of(message)
    since = clock.today() - booking.slot.ends_on
    return {
        "booking": booking,
        "slot": booking.slot,
        "placement": booking.slot.placement,
        "called": _is_called(booking),
        "asked_before": since >= timedelta(days=A_WEEK_LATER),
        "last": since >= timedelta(days=TWO_WEEKS_LATER),
        "written": _is_written(booking, SIDES[message.kind]),
        "rated": _is_rated(booking),
    }


def _is_written(booking: Booking, side: DebriefSide) -> bool:
    return Debrief.objects.filter(booking=booking, side=side).exists()


def _is_rated(booking: Booking) -> bool:
    return booking.ratings.filter(side=Side.SCHOOL).exists()


def _is_to_rate(booking: Booking) -> bool:
    """What a student found is on no list from which another school could choose it."""
    is_listed = not booking.slot.placement.provider.is_found
    return is_listed and booking.state == BookingState.COMPLETED and not _is_rated(booking)


def _is_called(booking: Booking) -> bool:
    """Of what goes ahead, a host that said nobody came has taken it back."""
    called = RollCall.objects.filter(booking=booking)
    return called.exclude(came=0, host_counted=0).exists()


def with_link(message: Message) -> Mapping[str, Any]:
    told = words(message)
    token = links.make(
        LOOK_BACK,
        email=message.email,
        user=message.recipient,
        subject=message.subject,
        lives=ANSWERED_WITHIN,
    )
    return {**told, "token": token}


def still_holds(message: Message) -> bool:
    """It took place, that side has something left to say, and the reader belongs to it."""
    booking = reminders.booking_of(message)
    side = SIDES[message.kind]
    return (
        booking.state in GOES_AHEAD
        and booking.slot.ends_on < clock.today()
        and (
            not _is_written(booking, side) or (side == DebriefSide.SCHOOL and _is_to_rate(booking))
        )
        and reminders.is_for(message, booking)
    )
