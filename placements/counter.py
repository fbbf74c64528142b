"""The only code that writes `slot.taken`, the count of places that are spoken for.

Locks are taken in one order everywhere: placement, then slot, then booking. Taking
places shares the placement's lock, so whoever pauses, suspends or withdraws a listing
either comes first, and nothing is taken, or waits until the booking is written.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import Standing
from placements.models import Booking, Slot
from placements.states import HOLDS_PLACES, PlacementState, SlotState

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
  AND slot.taken + %(places)s <= slot.places
"""


def take(slot: Slot, places: int) -> bool:
    """Speak for places if they are there and may be booked; say whether it was done."""
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


def constraint_of(clash: IntegrityError) -> str:
    """The name of the constraint that a write ran into."""
    diagnosis = getattr(clash.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


class Miscount(NamedTuple):
    slot: UUID
    taken: int
    held: int


def miscounted() -> list[Miscount]:
    """Slots whose counter is not the sum of their bookings. There must never be one."""
    of_bookings = Sum("bookings__places", filter=Q(bookings__state__in=HOLDS_PLACES))
    held = Coalesce(of_bookings, Value(0), output_field=models.IntegerField())
    wrong = Slot.objects.annotate(held=held).exclude(taken=F("held")).order_by("pk")
    return [Miscount(*row) for row in wrong.values_list("pk", "taken", "held")]
