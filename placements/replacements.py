"""A host has called off what was agreed: other places, held for the school before it asks.

That they are owed is written with the cancellation, so a worker that is down makes them
late and loses none. The nearest dates that the group could have are held as an offer, which
the school takes up or turns down like one from a waiting list, and which lapses like one. Where
there is little time left, virtual placements are a stand-by.
"""

from copy import copy
from dataclasses import replace
from datetime import timedelta

from django.db import IntegrityError

from accounts import clock
from placements import alternatives, arrivals, changes, counter, lateness
from placements.alternatives import Wish
from placements.models import Booking, Slot

# A placement half a year later is another plan, which the school makes for itself.
NEAR = timedelta(days=14)
A_WEEK = timedelta(days=7)
ONE_FOR_EACH = "placements_booking_replaces_id_key"
ONE_FOR_SLOT = "one_live_booking_per_school_and_slot"


def hold_owed() -> int:
    """Settle what is owed, and say for how many bookings places are held."""
    owed = Booking.objects.filter(replacement_owed=True).order_by("pk")
    sides = owed.select_related(
        "school", "cohort", "asked_by__organisation", "slot__placement__workplace"
    )
    return sum(_hold_for(booking) for booking in sides)


def instead_of(booking: Booking, *, within: timedelta | None = None) -> list[Slot]:
    """Dates that the school could have in place of these, the likest first."""
    promised = changes.promised(booking)
    if promised.first_day <= clock.today():
        return []
    wish = Wish(
        places=promised.places,
        year_group=booking.year_group,
        adjustments=tuple(booking.adjustments),
        within=within,
    )
    wanted = copy(booking.slot)
    wanted.starts_on, wanted.ends_on = promised.first_day, promised.last_day
    found = alternatives.instead_of(wanted, school=booking.school, wish=wish)
    if lateness.is_late(promised.first_day):
        near = replace(wish, within=NEAR)
        online = alternatives.stand_by(wanted, school=booking.school, wish=near)
        found += [slot for slot in online if slot not in found]
    return found


def _hold_for(booking: Booking) -> bool:
    held = any(_held(slot, booking) for slot in _near(booking))
    # Only now: had we died before, the next round would find the offer already there.
    Booking.objects.filter(pk=booking.pk).update(replacement_owed=False)
    return held


def _held(slot: Slot, booking: Booking) -> bool:
    try:
        places = changes.promised(booking).places
        return arrivals.instead(slot, booking, places=places) is not None
    except IntegrityError as clash:
        # Another worker was as quick, or the school booked these dates this very moment.
        if counter.constraint_of(clash) not in (ONE_FOR_EACH, ONE_FOR_SLOT):
            raise
        return False


def _near(booking: Booking) -> list[Slot]:
    """The same week first, and of one week the likest; what is only a stand-by last."""
    wanted, before = changes.promised(booking).first_day, booking.replaces
    # Whoever let this school down before is not asked again.
    shunned = before.slot.placement_id if before else None
    near = [one for one in instead_of(booking, within=NEAR) if one.placement_id != shunned]
    was_online = booking.slot.placement.is_virtual

    def likeness(slot: Slot) -> tuple[bool, int]:
        is_stand_by = slot.placement.is_virtual and not was_online
        return is_stand_by, abs(slot.starts_on - wanted) // A_WEEK

    return sorted(near, key=likeness)
