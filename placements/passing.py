"""Whoever is passed over on a waiting list reads why: it is written down for each. The caller has
locked the slot."""

from collections.abc import Iterable

from accounts import clock
from placements import group_sizes, holding, priority, waiting_rules
from placements.models import Booking, PassedOver, Slot
from placements.priority import Room


def record_all(slot: Slot) -> None:
    """Somebody books of free places that nobody on the list can use."""
    record(holding.locked(slot.bookings.in_turn()), slot, priority.room_in(slot))


def record(passed: Iterable[Booking], slot: Slot, room: Room) -> None:
    now = clock.now()
    fits = [(group, waiting_rules.fit(group, slot, room)) for group in passed]
    PassedOver.objects.bulk_create(
        PassedOver(
            booking=group,
            at=now,
            reason=fit.reason,
            free=fit.free,
            needed=group_sizes.least_offered(group, slot.placement),
        )
        for group, fit in fits
    )
