"""What a school may take where the dates it asked for are full: real ones, few, the likest first."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.core.cache import caches
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.datastructures import MultiValueDict

from accounts import grid
from accounts.models import Organisation
from placements import search
from placements.models import Booking, Slot
from placements.search import PlacementSearch
from placements.words import Mode

MOST = 5
MOST_ONLINE = 2
# Placements looked at elsewhere, for some have dates that cannot be asked for yet.
LOOKED_AT = 20
MILES = 25
# Seconds.
REMEMBERED = 10


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What would do in place of some dates; with `within`, also of the same kind, and near them."""

    places: int
    year_group: int | None = None
    adjustments: tuple[str, ...] = ()
    within: timedelta | None = None
    # Online instead, of whatever sector and kind: better than nothing, for a few days' notice.
    online: bool = False


def stand_by(slot: Slot, *, school: Organisation, wish: Wish) -> list[Slot]:
    """Virtual placements near the dates, for a school with little time to find others."""
    online = replace(wish, online=True)
    found = [one for one in _alike(slot, online) if one != slot.placement_id]
    return _one_of_each(found, _bookable(slot, online, school), slot)[:MOST_ONLINE]


def instead_of(slot: Slot, *, school: Organisation, wish: Wish) -> list[Slot]:
    """Other dates of the same placement; then its sector, near by, or virtual as it is."""
    free = _bookable(slot, wish, school)
    same = sorted(
        free.filter(placement=slot.placement_id).exclude(pk=slot.pk), key=_by_nearness(slot)
    )[:MOST]
    if len(same) == MOST:
        return same
    found = [one for one in _alike(slot, wish) if one != slot.placement_id]
    return (same + _one_of_each(found, free, slot))[:MOST]


def _bookable(slot: Slot, wish: Wish, school: Organisation) -> QuerySet[Slot]:
    """Slots that the school could have this moment."""
    capped = Q(placement__most_places_per_school__lt=wish.places)
    mine = Booking.objects.live().filter(slot=OuterRef("pk"), school=school)
    free = Slot.objects.published().taking_bookings().with_places(wish.places)
    if wish.within:
        near = (slot.starts_on - wish.within, slot.starts_on + wish.within)
        free = free.filter(starts_on__range=near)
    for_more = Q(placement__fewest_places_per_school__gt=wish.places)
    found = free.exclude(capped).exclude(for_more).exclude(Exists(mine))
    return found.select_related("placement__provider")


def _by_nearness(slot: Slot) -> Callable[[Slot], tuple[timedelta, date, UUID]]:
    """The nearest dates first."""
    return lambda other: (abs(other.starts_on - slot.starts_on), other.starts_on, other.pk)


def _alike(slot: Slot, wish: Wish) -> list[UUID]:
    """Placements of the same sector, in the order of a search for them.

    Remembered for a moment: when dates are full, many are told so at once. Whether a place
    is there is asked each time.
    """
    asked = _asked_for(slot, wish)
    key = "alike:" + hashlib.blake2s(repr(sorted(asked.items())).encode()).hexdigest()
    known: list[UUID] | None = caches["memory"].get(key)
    if known is None:
        wanted = PlacementSearch(MultiValueDict(asked))
        found = search.results(wanted).found if wanted.is_valid() else []
        known = [one.placement.pk for one in found]
        caches["memory"].set(key, known, timeout=REMEMBERED)
    return known


def _asked_for(slot: Slot, wish: Wish) -> dict[str, list[str]]:
    """The question, as an address would ask it."""
    placement = slot.placement
    asked = {
        "sector": [placement.sector],
        "places": [str(wish.places)],
        "limit": [str(LOOKED_AT)],
        "adjustments": list(wish.adjustments),
    }
    if wish.within:
        first, last = slot.starts_on - wish.within, slot.starts_on + wish.within
        asked |= {"from": [str(first)], "to": [str(last)]}
    if wish.year_group:
        asked["year_group"] = [str(wish.year_group)]
    if wish.online:
        del asked["sector"]
        return asked | {"mode": [Mode.VIRTUAL]}
    if placement.is_virtual or placement.workplace is None:
        asked["mode"] = [Mode.VIRTUAL]
    else:
        # Where it is shown to lie: somebody's home is no more exact than that.
        workplace = placement.workplace
        where = grid.to_latitude(workplace.shown_easting, workplace.shown_northing)
        asked["near"] = ["{:.5f},{:.5f}".format(*where)]
        asked |= {"within": [str(MILES)], "sort": ["distance"]}
    if wish.within:
        asked.setdefault("mode", [Mode.IN_PERSON, Mode.HYBRID])
        asked["kind"] = [placement.kind]
    return asked


def _one_of_each(placements: Iterable[UUID], free: QuerySet[Slot], slot: Slot) -> list[Slot]:
    order = list(placements)
    nearest: dict[UUID, Slot] = {}
    for one in sorted(free.filter(placement__in=order), key=_by_nearness(slot)):
        nearest.setdefault(one.placement_id, one)
    return [nearest[pk] for pk in order if pk in nearest]
