"""How a school comes by its places: at once, in its turn, from the waiting list, or instead.

Where nobody waits one statement takes the places and enters the booking. Where somebody does, the
slot is locked: those who waited go first, and whatever they cannot use may be booked.
"""

from contextlib import nullcontext
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts import clock, outbox
from accounts.models import Member, Standing
from placements import (
    booking_rules,
    counter,
    entry,
    group_sizes,
    holding,
    lifecycle,
    notices,
    passing,
    priority,
    waiting,
    waiting_rules,
)
from placements.booking_rules import Wanted
from placements.glance import Glance
from placements.models import Booking, Slot
from placements.states import BookingState


def at_once(seen: Glance, wanted: Wanted, by: Member) -> Booking | None:
    """What nearly everybody meets: nobody waits, and the places are there."""
    if seen.slot.placement.confirms_at_once or wanted.cohort:
        return _with_more_to_do(seen.slot, wanted, by)
    booking = _booking(seen.slot, wanted, by)
    owed = notices.asking(booking, seen.hosts)
    # By itself the statement is a transaction; within one it alone may have to be undone.
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        entered = entry.enter(booking, lifecycle.beginning(booking, by=by), owed)
    if not entered:
        return None
    outbox.ring_for(owed)
    return booking


@transaction.atomic
def _with_more_to_do(slot: Slot, wanted: Wanted, by: Member) -> Booking | None:
    """Where the host has agreed beforehand, or hears of many at once."""
    slot = holding.as_it_is_now(slot.pk)
    booking_rules.refuse_other_dates(slot, wanted.starts_on, wanted.ends_on)
    # Its host may have begun to count groups since it was looked at.
    group_sizes.refuse_large(slot, wanted.places)
    booking = _booking(slot, wanted, by)
    entered = entry.enter(booking, lifecycle.beginning(booking, by=by), ())
    return _ask_host(booking) if entered else None


@transaction.atomic
def in_turn(slot: Slot, wanted: Wanted, by: Member) -> Booking:
    """Under the slot's lock: those who waited first, and then this school, or it waits too."""
    counter.lock_in_order(slot)
    waiting.pass_on(holding.as_it_is_now(slot.pk))
    slot = holding.as_it_is_now(slot.pk)
    booking_rules.refuse_unless_bookable(slot, wanted, by.organisation)
    named = booking_rules.named_of(slot, wanted, by.organisation)
    room = priority.room_in(slot)
    if wanted.places > room.for_students(named):
        return _join(slot, wanted, by)
    passing.record_all(slot)
    booking = _write(slot, wanted, by, reserved=room.of_kept(slot.takes(wanted.places), named))
    counter.begin(booking)
    booking = _ask_host(booking)
    waiting.pass_on_after(booking, room)
    return booking


def _join(slot: Slot, wanted: Wanted, by: Member) -> Booking:
    """Wait as a group; if fewer places would do and these are free, they are offered now."""
    waiting_rules.refuse_unless_joinable(slot, wanted)
    booking = _write(
        slot, wanted, by, state=BookingState.WAITING, answer_by=waiting_rules.list_ends(slot)
    )
    counter.begin(booking)
    waiting.pass_on(holding.as_it_is_now(slot.pk))
    booking.refresh_from_db(fields=["state", "places", "answer_by"])
    if booking.state == BookingState.WAITING:
        notices.waiting_joined(booking)
    return booking


@transaction.atomic
def instead(slot: Slot, called_off: Booking, *, places: int | None = None) -> Booking | None:
    """Hold places for a school that its host has let down, if nobody waits for them here; as
    many as it had, unless more were promised.

    What it wrote for that host, and what its students need, this one reads only once the
    school has taken the places up.
    """
    counter.lock_in_order(slot)
    slot = holding.as_it_is_now(slot.pk)
    wanted = Wanted(
        places=places or called_off.places,
        year_group=called_off.year_group,
        adjustments=(),
        note="",
        once=uuid4(),
        cohort=called_off.cohort,
    )
    if slot.bookings.in_turn().exists() or not waiting_rules.takes_offers(slot):
        return None
    if called_off.school.standing != Standing.GOOD:
        return None
    try:
        booking_rules.refuse_unless_bookable(slot, wanted, called_off.school)
    except ValidationError:
        return None
    named = booking_rules.named_of(slot, wanted, called_off.school)
    room = priority.room_in(slot)
    booking = _write(
        slot,
        wanted,
        called_off.asked_by,
        reserved=room.of_kept(slot.takes(wanted.places), named),
        state=BookingState.OFFERED,
        answer_by=waiting_rules.take_up_by(slot),
        replaces=called_off,
    )
    counter.begin(booking)
    notices.replacement_held(booking)
    waiting.pass_on_after(booking, room)
    return booking


def _write(
    slot: Slot,
    wanted: Wanted,
    by: Member,
    *,
    state: BookingState = BookingState.REQUESTED,
    answer_by: datetime | None = None,
    replaces: Booking | None = None,
    reserved: int = 0,
) -> Booking:
    booking = _booking(slot, wanted, by, state=state, answer_by=answer_by, replaces=replaces)
    booking.reserved = reserved
    booking.save(force_insert=True)
    lifecycle.begin(booking, by=None if replaces else by)
    return booking


def _booking(
    slot: Slot,
    wanted: Wanted,
    by: Member,
    *,
    state: BookingState = BookingState.REQUESTED,
    answer_by: datetime | None = None,
    replaces: Booking | None = None,
) -> Booking:
    return Booking(
        slot=slot,
        school=by.organisation,
        replaces=replaces,
        places=wanted.places,
        places_asked=wanted.places,
        # Nobody is asked, and nothing is kept, where no rule speaks of them.
        priority_students=wanted.priority_students if slot.priority_id else 0,
        as_few_as=wanted.as_few_as,
        state=state,
        year_group=wanted.year_group,
        adjustments=list(wanted.adjustments),
        note=wanted.note,
        once=wanted.once,
        cohort=wanted.cohort,
        asked_by=by,
        asked_at=clock.now(),
        answer_by=answer_by or booking_rules.answer_by(slot),
    )


def _ask_host(booking: Booking) -> Booking:
    if booking.slot.placement.confirms_at_once:
        holding.agree(booking, by=None)
        notices.booking_made(booking)
    else:
        notices.booking_requested(booking)
    return booking
