"""Who on a waiting list may be offered what, and until when. Nothing here locks or writes.

Whoever joined first is next. A group is passed over only by those whom the free places
suit when they do not suit it: all that it asked for or, if it said so, as few as that. Places
that are kept for some suit only those, and among them whoever joined first is next.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import clock, working_days
from accounts.models import Standing
from placements import booking_rules, group_sizes, priority, workplace_days
from placements.booking_rules import END_OF_WORK, WORKING_DAYS_BEFORE_START, Wanted
from placements.models import Booking, Slot
from placements.priority import Room
from placements.states import BookingState
from placements.words import PassReason

WORKING_DAYS_TO_TAKE_UP = 2
# What a host who answers each request has left when the last offer is taken up.
WORKING_DAYS_FOR_HOST = 2


@dataclass(frozen=True)
class Fit:
    """How many of the free places a group is offered, and how many of these were kept for such
    as it; if none, why, and how many there were for it."""

    places: int
    reserved: int = 0
    reason: str = ""
    free: int = 0


def list_ends(slot: Slot) -> datetime:
    """At five on the last day for asking; while there is time to answer, and to prepare."""
    ahead = WORKING_DAYS_BEFORE_START
    if not slot.placement.confirms_at_once:
        ahead += WORKING_DAYS_FOR_HOST
    return _close_of(min(slot.closes_on, working_days.before(slot.starts_on, ahead)))


def take_up_by(slot: Slot) -> datetime:
    """At five on the second working day from now, and never after the list has ended."""
    last = working_days.after(clock.today(), WORKING_DAYS_TO_TAKE_UP)
    return min(_close_of(last), list_ends(slot))


def takes_offers(slot: Slot) -> bool:
    """Whether places that are free now could be booked by a school now."""
    try:
        booking_rules.refuse_unless_open(slot)
    except ValidationError:
        return False
    return clock.now() < list_ends(slot)


def fit(group: Booking, slot: Slot, room: Room) -> Fit:
    """What a group that waits for `slot` gets of the places that are free there."""
    asked, least = group.places_asked, group_sizes.least_offered(group, slot.placement)
    cap = slot.placement.most_places_per_school or asked
    named = 0
    if slot.priority_id is not None:
        students = group.priority_students
        named = priority.named(slot, group.school, places=asked, students=students)
    open_to_it = room.for_group(named)
    open_now = open_to_it if slot.is_open_to_all else min(open_to_it, named)
    free = room.students(open_now, of_kept=min(room.kept, named))
    if reason := _why_none(group, slot, cap, least) or _why_too_few(least, free, room):
        return Fit(0, reason=reason, free=free)
    places = min(free, cap, asked)
    return Fit(places, reserved=room.of_kept(slot.takes(places), named))


def _why_none(group: Booking, slot: Slot, cap: int, least: int) -> str:
    """However many places are free."""
    years = slot.placement.year_groups
    if group.school.standing != Standing.GOOD:
        return PassReason.STANDING
    if group.year_group is not None and years and group.year_group not in years:
        return PassReason.YEAR_GROUP
    return PassReason.CAP if cap < least else ""


def _why_too_few(least: int, free: int, room: Room) -> str:
    if free >= least:
        return ""
    with_kept = room.students(room.anybody + room.kept, of_kept=room.kept)
    return PassReason.RESERVED if with_kept >= least else PassReason.TOO_FEW


def refuse_unless_joinable(slot: Slot, wanted: Wanted) -> None:
    """For a school that would wait, when there are too few places for it now."""
    refuse_unless_list_is_open(slot)
    least = wanted.as_few_as or wanted.places
    if least > (most := workplace_days.capacity(slot)):
        raise ValidationError(
            "These dates have %(places)d places altogether, so a larger group would wait in vain.",
            code="beyond_capacity",
            params={"places": most},
        )


def refuse_unless_list_is_open(slot: Slot) -> None:
    if clock.now() >= list_ends(slot):
        raise ValidationError("The waiting list for these dates has ended.", code="not_open")


def refuse_unless_offered(booking: Booking) -> None:
    if booking.state == BookingState.LAPSED:
        raise ValidationError("The time to take up this offer has passed.", code="lapsed")
    if booking.state != BookingState.OFFERED:
        raise ValidationError("No places are offered to you here now.", code="move_not_allowed")
    if booking.answer_by <= clock.now():
        raise ValidationError("The time to take up this offer has passed.", code="lapsed")
    booking_rules.refuse_unless_relied_on(booking)


def _close_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, END_OF_WORK))
