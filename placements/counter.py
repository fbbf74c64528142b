"""The only code that writes `slot.taken`, the count of places that are spoken for, and
`slot.waiting`, the count of groups on its list.

Locks are taken in one order everywhere: placement, then slot, then booking. Taking
places shares the placement's lock, so whoever pauses, suspends or withdraws a listing
either comes first, and nothing is taken, or waits until the booking is written.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, models
from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import Standing
from placements.models import Booking, Slot
from placements.states import HOLDS_PLACES, ON_LIST, PlacementState, SlotState

# One statement, so that deciding and writing cannot come apart. When another booking
# has the slot, PostgreSQL waits for it and asks the whole condition again. The check
# constraint on the slot stands behind it.
TAKE = """
WITH listing AS (
    SELECT placement.id
    FROM placements_placement AS placement
    JOIN accounts_organisation AS provider ON provider.id = placement.provider_id
    WHERE placement.id = %(placement)s
      AND placement.state = %(published)s
      AND placement.suspended_at IS NULL
      AND provider.standing = %(good)s
    FOR SHARE OF placement
)
UPDATE placements_slot AS slot
SET taken = slot.taken + %(places)s
FROM listing
WHERE slot.id = %(slot)s
  AND slot.placement_id = listing.id
  AND slot.state = %(open)s
  AND %(today)s < slot.starts_on
  AND %(today)s BETWEEN slot.opens_on AND slot.closes_on
  AND slot.waiting = 0
  AND NOT slot.shares_days
  AND slot.taken + %(places)s <= slot.places
"""

# Whoever books a slot with a list, or one that shares its days with others, does it in turn, and
# so under its lock, and whoever books several for all of their places; the listings are shared
# first, as above.
SHARE = "SELECT FROM placements_placement WHERE id = ANY(%s) ORDER BY id FOR SHARE"


def take(slot: Slot, places: int) -> bool:
    """Speak for places if they may be booked and nobody waits; say whether it was done."""
    wanted: dict[str, Any] = {
        "slot": slot.pk,
        "placement": slot.placement_id,
        "places": places,
        "today": clock.today(),
        "published": PlacementState.PUBLISHED.value,
        "good": Standing.GOOD.value,
        "open": SlotState.OPEN.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, wanted)
        written: int = cursor.rowcount
    return written == 1


def give_back(booking: Booking, places: int) -> None:
    """Let others have places that `booking` held. The caller has locked the slot."""
    Slot.objects.filter(pk=booking.slot_id).update(taken=F("taken") - places)


def lock_in_order(*slots: Slot) -> None:
    """Lock slots for whoever will take their places: their listings are shared before."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE, [list({slot.placement_id for slot in slots})])
    rows = Slot.objects.filter(pk__in=[slot.pk for slot in slots]).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def begin(booking: Booking) -> None:
    """Count what has just been made. The caller has locked the slot, and knows it fits."""
    _add(booking, places=_held(booking, booking.state), groups=_listed(booking.state))


def follow(booking: Booking, came_from: str) -> None:
    """Count what a move has changed. The caller has locked the slot."""
    _add(
        booking,
        places=_held(booking, booking.state) - _held(booking, came_from),
        groups=_listed(booking.state) - _listed(came_from),
    )


def constraint_of(clash: IntegrityError) -> str:
    """The name of the constraint that a write ran into."""
    diagnosis = getattr(clash.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


class Miscount(NamedTuple):
    slot: UUID
    taken: int
    held: int
    waiting: int
    listed: int


def miscounted() -> list[Miscount]:
    """Slots whose counters are not what their bookings say. There must never be one."""
    of_bookings = Sum("bookings__places", filter=Q(bookings__state__in=HOLDS_PLACES))
    held = Coalesce(of_bookings, Value(0), output_field=models.IntegerField())
    listed = Count("bookings", filter=Q(bookings__state__in=ON_LIST))
    counted = Slot.objects.annotate(held=held, listed=listed)
    wrong = counted.exclude(taken=F("held"), waiting=F("listed")).order_by("pk")
    return [Miscount(*row) for row in wrong.values_list("pk", *Miscount._fields[1:])]


def _held(booking: Booking, state: str) -> int:
    return booking.places if state in HOLDS_PLACES else 0


def _listed(state: str) -> int:
    return int(state in ON_LIST)


def _add(booking: Booking, *, places: int, groups: int) -> None:
    if places or groups:
        Slot.objects.filter(pk=booking.slot_id).update(
            taken=F("taken") + places, waiting=F("waiting") + groups
        )
