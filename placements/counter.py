"""The only code that writes `slot.taken`, the count of places that are spoken for,
`slot.kept_back`, of those that are kept for some, and `slot.waiting`, of groups on its list.

Locks are taken in one order everywhere: placement, then slot, then booking. Taking
places shares the placement's lock, so whoever pauses, suspends or withdraws a listing
either comes first, and nothing is taken, or waits until the booking is written.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, models
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import Standing
from placements import workplace_days
from placements.models import Booking, Slot
from placements.models.keeping import places_of
from placements.models.slots import SlotQuerySet
from placements.states import HOLDS_PLACES, ON_LIST, PlacementState, SlotState

# A part of the statement that enters a booking, so that deciding and writing cannot come
# apart: it speaks for places if they may be booked and nobody waits. When another booking
# has the slot, PostgreSQL waits for it and asks the whole condition again. The check
# constraint on the slot stands behind it.
TOOK = """
listing AS (
    SELECT placement.id
    FROM placements_placement AS placement
    JOIN accounts_organisation AS provider ON provider.id = placement.provider_id
    WHERE placement.id = %(placement)s
      AND placement.state = %(published)s
      AND placement.suspended_at IS NULL
      AND provider.standing = %(good)s
    FOR SHARE OF placement
),
took AS (
    UPDATE placements_slot AS slot
    SET taken = slot.taken + %(places)s, in_groups = slot.in_groups + %(in_groups)s::integer
    FROM listing
    WHERE slot.id = %(slot)s
      AND slot.placement_id = listing.id
      AND slot.state = %(open)s
      AND slot.starts_on = %(starts_on)s
      AND slot.ends_on = %(ends_on)s
      AND %(today)s < slot.starts_on
      AND %(today)s BETWEEN slot.opens_on AND slot.closes_on
      AND (slot.opens_at IS NULL OR slot.opens_at <= %(now)s)
      AND slot.waiting = 0
      AND NOT slot.shares_days
      AND slot.kept_back = 0
      AND slot.taken + %(places)s <= slot.places
      AND slot.largest_group IS NOT DISTINCT FROM %(largest_group)s::smallint
    RETURNING slot.id
)
"""

# Whoever books a slot with a list, with places that are kept for some, or with days that it
# shares with others, does it in turn, and so under its lock, and whoever books several for all
# of their places; the listings are shared first, as above.
SHARE = "SELECT FROM placements_placement WHERE id = ANY(%s) ORDER BY id FOR SHARE"


def wanted(slot: Slot, students: int) -> dict[str, Any]:
    """What `TOOK` has to be given: the slot as the rules were asked about it."""
    return {
        "slot": slot.pk,
        "placement": slot.placement_id,
        "starts_on": slot.starts_on,
        "ends_on": slot.ends_on,
        "places": slot.takes(students),
        "in_groups": _in_groups(slot, students),
        "largest_group": slot.largest_group,
        "today": clock.today(),
        "now": clock.now(),
        "published": PlacementState.PUBLISHED.value,
        "good": Standing.GOOD.value,
        "open": SlotState.OPEN.value,
    }


def give_back(booking: Booking, places: int) -> None:
    """Let others have places that `booking` held, kept ones last. The caller has locked the slot."""
    units = booking.slot.takes(booking.places - places)
    kept = max(0, booking.reserved - units)
    booking.reserved -= kept
    _add(booking, places=units - booking.units, students=-places, groups=0, kept=kept)


def hold_more(booking: Booking, places: int, *, reserved: int) -> None:
    """Places that are free, some of them kept ones, for whoever holds some already. The caller
    has locked the slot."""
    units = booking.slot.takes(booking.places + places)
    _add(booking, places=units - booking.units, students=places, groups=0, kept=-reserved)


def keep(slot: Slot, places: int) -> None:
    """Set places aside, of those that are free. The caller has locked the slot."""
    held = slot.bookings.holding_places().aggregate(of=Coalesce(Sum("reserved"), 0))["of"]
    slot.reserved, slot.kept_back = max(places, held), max(0, places - held)
    slot.save(update_fields=["reserved", "kept_back"])


def follow_share(slot: Slot) -> None:
    """Let what is kept stay a share of the places, of which there are more or fewer now; of those
    that are free, but where fewer were kept before. The caller has locked the slot, and saves it."""
    if slot.reserved_share is None or not slot.keeps_places:
        return
    booked = slot.reserved - slot.kept_back
    share = max(0, places_of(slot.reserved_share, slot.places) - booked)
    free = slot.places - slot.taken
    slot.kept_back = min(share, max(free, min(slot.kept_back, share)))
    slot.reserved = booked + slot.kept_back


def release_if_due(slot: UUID) -> None:
    """Let anybody have what was kept until a day that is over. The caller has locked the slot."""
    over = Slot.objects.due_for_release().filter(pk=slot)
    over.update(reserved=F("reserved") - F("kept_back"), kept_back=0)


def lock_in_order(*slots: Slot) -> None:
    """Lock slots for whoever will take their places: their listings are shared before."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE, [list({slot.placement_id for slot in slots})])
    lock_all(Slot.objects.filter(pk__in=[slot.pk for slot in slots]))


def lock(slot: UUID) -> Slot:
    """A slot's row, and the days that it shares with others."""
    held = Slot.objects.select_for_update(no_key=True).get(pk=slot)
    if held.shares_days:
        workplace_days.hold(held.pk)
    return held


def lock_all(slots: SlotQuerySet) -> list[Slot]:
    """Slots in the order in which they are locked everywhere, and then the days they share."""
    held = list(slots.order_by("pk").select_for_update(no_key=True, of=("self",)))
    if sharing := [slot.pk for slot in held if slot.shares_days]:
        workplace_days.hold(*sharing)
    return held


def begin(booking: Booking) -> None:
    """Count what has just been made. The caller has locked the slot, and knows it fits."""
    _add(
        booking,
        places=_held(booking, booking.state),
        students=_students(booking, booking.state),
        groups=_listed(booking.state),
        kept=-_reserved(booking, booking.state),
    )


def follow(booking: Booking, came_from: str) -> None:
    """Count what a move has changed. The caller has locked the slot."""
    _add(
        booking,
        places=_held(booking, booking.state) - _held(booking, came_from),
        students=_students(booking, booking.state) - _students(booking, came_from),
        groups=_listed(booking.state) - _listed(came_from),
        kept=_reserved(booking, came_from) - _reserved(booking, booking.state),
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
    kept_back: int
    unbooked: int
    in_groups: int
    grouped: int


def miscounted() -> list[Miscount]:
    """Slots whose counters are not what their bookings say. There must never be one."""
    holding = Q(bookings__state__in=HOLDS_PLACES)
    of_students = When(largest_group__isnull=True, then=F("bookings__places"))
    held = _whole(Sum(Case(of_students, default=Value(1)), filter=holding))
    in_group = holding & Q(largest_group__isnull=False)
    grouped = _whole(Sum("bookings__places", filter=in_group))
    unbooked = F("reserved") - _whole(Sum("bookings__reserved", filter=holding))
    listed = Count("bookings", filter=Q(bookings__state__in=ON_LIST))
    counted = Slot.objects.annotate(held=held, listed=listed, unbooked=unbooked, grouped=grouped)
    right = {"taken": F("held"), "waiting": F("listed"), "kept_back": F("unbooked")}
    wrong = counted.exclude(**right, in_groups=F("grouped")).order_by("pk")
    return [Miscount(*row) for row in wrong.values_list("pk", *Miscount._fields[1:])]


def _whole(added: Sum) -> Coalesce:
    return Coalesce(added, Value(0), output_field=models.IntegerField())


def _held(booking: Booking, state: str) -> int:
    return booking.units if state in HOLDS_PLACES else 0


def _students(booking: Booking, state: str) -> int:
    return booking.places if state in HOLDS_PLACES else 0


def _in_groups(slot: Slot, students: int) -> int:
    return 0 if slot.largest_group is None else students


def _reserved(booking: Booking, state: str) -> int:
    return booking.reserved if state in HOLDS_PLACES else 0


def _listed(state: str) -> int:
    return int(state in ON_LIST)


def _add(booking: Booking, *, places: int, students: int, groups: int, kept: int) -> None:
    if places or students or groups or kept:
        Slot.objects.filter(pk=booking.slot_id).update(
            taken=F("taken") + places,
            in_groups=F("in_groups") + _in_groups(booking.slot, students),
            waiting=F("waiting") + groups,
            kept_back=F("kept_back") + kept,
        )
    if kept > 0:
        release_if_due(booking.slot_id)
