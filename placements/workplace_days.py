"""Days that all listings at one workplace share, where it says how many students it can have.

Whoever locks a slot that shares its days locks these next, with one lock for the workplace, so
that what is read of them stays true until the end of the transaction. `placements.counter`
does so; triggers count, and the constraint stands behind them.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q

from accounts import clock, phrases
from accounts.models import Workplace
from placements.models import Placement, Slot, WorkplaceDay
from placements.models.placements import PlacementQuerySet
from placements.models.slots import SlotQuerySet
from placements.states import SlotState
from placements.words import TakesPart

# What decides whose days a listing's students share.
WHERE = frozenset({"workplace", "mode", "takes_part"})
# The constraint behind it all.
LAST_GUARD = "a_workplace_is_never_overfilled"
# In one order everywhere, for whoever books at several.
HOLD = """
SELECT placements_hold_days(place) FROM (
    SELECT DISTINCT placement.workplace_id AS place
    FROM placements_slot AS slot
    JOIN placements_placement AS placement ON placement.id = slot.placement_id
    WHERE slot.id = ANY(%s) AND slot.shares_days
    ORDER BY place
) AS shared
"""
HOLD_PLACES = """
SELECT placements_hold_days(place) FROM (
    SELECT DISTINCT place FROM unnest(%s::uuid[]) AS place ORDER BY place
) AS shared
"""
MISCOUNTED = """
WITH booked AS (
    SELECT placement.workplace_id, day::date AS day, sum(
        CASE WHEN slot.largest_group IS NULL THEN slot.taken ELSE slot.in_groups END
    ) AS held
    FROM placements_slot AS slot
    JOIN placements_placement AS placement ON placement.id = slot.placement_id,
    generate_series(slot.starts_on, slot.ends_on, '1 day') AS day
    WHERE slot.shares_days
    GROUP BY placement.workplace_id, day::date
)
SELECT workplace_id, day, coalesce(counted.taken, 0), coalesce(booked.held, 0)
FROM booked FULL JOIN placements_workplaceday AS counted USING (workplace_id, day)
WHERE coalesce(counted.taken, 0) <> coalesce(booked.held, 0)
ORDER BY workplace_id, day
"""
NUMBER = "SELECT most_a_day FROM accounts_workplace WHERE id = %s FOR SHARE"
# Open dates that share no days, though their workplace says how many it can have.
UNSHARED = """
SELECT id FROM placements_slot
WHERE NOT shares_days AND state = %s AND ends_on >= %s
  AND placements_most_a_day(placement_id) IS NOT NULL
ORDER BY id
"""


class Miscount(NamedTuple):
    workplace: UUID
    day: date
    taken: int
    held: int


def hold(*slots: UUID) -> None:
    """Lock the days of these slots. The caller has locked the slots."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(slots)])


def hold_both(listings: PlacementQuerySet, to: Workplace | None) -> None:
    """Lock the dates of listings that go, and then the days that they leave and those that they
    come to: of two that change places neither waits for days of which the other waits for these.

    The listings come first, as everywhere: who books shares a listing and then waits for a date.
    """
    list(listings.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))
    going = Slot.objects.filter(
        Q(shares_days=True) | Q(state=SlotState.OPEN, ends_on__gte=clock.today()),
        placement__in=listings,
    )
    list(going.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    leaving = listings.filter(workplace__most_a_day__isnull=False)
    places = set(leaving.values_list("workplace", flat=True))
    if to and to.most_a_day is not None:
        places.add(to.pk)
    with connection.cursor() as cursor:
        cursor.execute(HOLD_PLACES, [list(places)])


def hold_number(workplace: Workplace) -> None:
    """Nobody states another number until the end of the transaction, in which a listing comes.

    Who states one does not see the listing yet, and would count none of its students. Before
    the listing is locked: whoever changes a workplace locks in this order.
    """
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, [workplace.pk])
        [[workplace.most_a_day]] = cursor.fetchall()


def elsewhere(slot: Slot) -> SlotQuerySet:
    """Other dates at the same workplace for which somebody waits."""
    others = _waited_for().exclude(pk=slot.pk)
    return others.filter(placement__workplace__placements=slot.placement_id)


def waited_for_at(workplaces: Iterable[UUID]) -> SlotQuerySet:
    """Dates there for which somebody waits."""
    return _waited_for().filter(placement__workplace__in=workplaces)


def shared_by(listings: PlacementQuerySet) -> list[UUID]:
    """The workplaces whose days dates of these listings share."""
    sharing = Slot.objects.filter(shares_days=True, placement__in=listings)
    return list(sharing.values_list("placement__workplace", flat=True).distinct())


def _waited_for() -> SlotQuerySet:
    return Slot.objects.filter(shares_days=True, waiting__gt=0).order_by("pk")


def capacity(slot: Slot) -> int:
    """How large a group can be that comes on these dates, when nobody else does."""
    days = WorkplaceDay.objects.filter(workplace__placements=slot.placement_id)
    most = days.values_list("most", flat=True).first() if slot.shares_days else None
    return slot.most_for_one if most is None else min(slot.most_for_one, most)


def fullest(slot: Slot) -> WorkplaceDay | None:
    """The day that leaves least room on these dates; of several the first."""
    days = WorkplaceDay.objects.filter(
        workplace__placements=slot.placement_id, day__range=(slot.starts_on, slot.ends_on)
    )
    return min(days.order_by("day"), key=lambda day: day.left, default=None)


def refuse_unless_room(slot: Slot, starts_on: date, ends_on: date) -> None:
    """Other dates for what is booked; the caller holds the days."""
    if not slot.shares_days:
        return
    days = WorkplaceDay.objects.filter(workplace__placements=slot.placement_id)
    for day in days.filter(day__range=(starts_on, ends_on)).order_by("day"):
        own = slot.students if slot.starts_on <= day.day <= slot.ends_on else 0
        if day.left + own < slot.students:
            booked = phrases.plural(slot.students, "place")
            raise ValidationError(
                f"{why_full(day)} Schools have booked {booked} here.",
                code="workplace_full",
            )


def refuse_unless_welcome(listing: Placement) -> None:
    """Whom a listing has booked goes with it to another workplace, if that has room for them."""
    place = listing.workplace
    is_there = not listing.is_virtual and listing.takes_part in ("", TakesPart.WORKPLACE)
    if place is None or place.most_a_day is None or not is_there:
        return
    coming = listing.slots.filter(state=SlotState.OPEN, ends_on__gte=clock.today(), taken__gt=0)
    # Those that share its days already are counted.
    booked = booked_by_day(coming.exclude(shares_days=True, placement__workplace=place))
    counted = {day.day: day for day in WorkplaceDay.objects.filter(workplace=place)}
    for on, students in sorted(booked.items()):
        day = counted.get(on) or WorkplaceDay(workplace=place, day=on, most=place.most_a_day)
        if day.left < students:
            raise ValidationError(
                f"{why_full(day)} Schools have booked {phrases.plural(students, 'place')} here.",
                code="workplace_full",
            )


def booked_by_day(slots: Iterable[Slot]) -> Counter[date]:
    booked: Counter[date] = Counter()
    for slot in slots:
        for ahead in range((slot.ends_on - slot.starts_on).days + 1):
            booked[slot.starts_on + timedelta(days=ahead)] += slot.students
    return booked


def why_full(day: WorkplaceDay) -> str:
    on = phrases.long_date(day.day)
    if not day.left:
        return f"This workplace is full on {on}, over all that is offered there."
    left = f"{phrases.plural(day.left, 'place')} {'is' if day.left == 1 else 'are'} left"
    return f"This workplace is nearly full on {on}: {left} that day."


def miscounted() -> list[Miscount]:
    """Days whose count is not what the slots there say. There must never be one."""
    with connection.cursor() as cursor:
        cursor.execute(MISCOUNTED)
        return [Miscount(*row) for row in cursor.fetchall()]


def unshared() -> list[UUID]:
    """Dates to come whose students are counted on no day, and should be. There must never be one."""
    with connection.cursor() as cursor:
        cursor.execute(UNSHARED, [SlotState.OPEN, clock.today()])
        return [slot for (slot,) in cursor.fetchall()]
