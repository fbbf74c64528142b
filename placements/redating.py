"""Moving dates that schools have booked: each of them is asked to keep its places or to leave.

What hangs on the dates follows in the same transaction: the days for asking, reminders, parents'
consents, how long a request or a list may wait. Calendars and the checklist read the dates.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock, phrases
from accounts.models import Member
from placements import (
    booking_rules,
    bookings,
    change_notices,
    changes,
    consents,
    holding,
    lifecycle,
    slots,
    timetable,
    waiting,
)
from placements.changes import Agreed
from placements.models import Booking, Slot
from placements.states import AGREED, BookingState
from placements.words import CancelReason


def move(
    slot: Slot, *, starts_on: date, ends_on: date, reason: str, by: Member, comment: str = ""
) -> int:
    """Move the dates, and ask everybody who had booked them; say how many schools are asked."""
    booking_rules.refuse_unless_due(reason, comment, CancelReason)
    # In transactions of its own: what has run out is gone, also if the dates cannot move.
    bookings.settle_if_due(slot)
    with transaction.atomic():
        slot = slots.locked(slot, by)
        slots.refuse_unless_to_come(slot)
        before = (slot.starts_on, slot.ends_on)
        if (starts_on, ends_on) == before:
            raise ValidationError("These are the dates as they are now.", code="same_dates")
        slots.move_booked(slot, starts_on, ends_on)
        _refuse_too_close(min(before[0], starts_on))
        booked = _in_time(slot)
        change_notices.waiting_redated([one for one in booked if one.is_on_list])
        relied = [one for one in booked if not one.is_on_list]
        _follow(slot, relied)
        lifecycle.remark(relied, f"Moved from {phrases.date_range(*before)}", by=by)
        changed = {one: Agreed(one.places, *before) for one in relied}
        changes.ask(changed, reason=reason, comment=comment, by=by)
        consents.ask_anew(Booking.objects.filter(slot=slot))
        waiting.follow_dates(slot)
        waiting.pass_on(slot)
    return len(relied)


def _in_time(slot: Slot) -> list[Booking]:
    """What is live on dates that have moved, but for what ran out while we waited for them."""
    live = list(holding.locked(Booking.objects.live().filter(slot=slot).order_by("pk")))
    for booking in live:
        if booking.is_unanswered:
            bookings.lapse(booking)
    return [booking for booking in live if booking.is_live]


def _follow(slot: Slot, relied: list[Booking]) -> None:
    timetable.replan([booking for booking in relied if booking.state in AGREED])
    requested = Booking.objects.filter(slot=slot, state=BookingState.REQUESTED)
    requested.update(answer_by=booking_rules.answer_by(slot))


def _refuse_too_close(first_day: date) -> None:
    if changes.decide_by(first_day) <= clock.now():
        raise ValidationError(
            "It is too close to the first day for schools to say whether they can come."
            " Cancel these dates instead.",
            code="too_close",
        )
