"""What a school may take where the dates it asked for are full: real ones, few, the likest first."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from uuid import UUID

from django.core.cache import caches
from django.db.models import Q, QuerySet
from django.utils.datastructures import MultiValueDict

from accounts import grid
from accounts.models import Organisation
from placements import search
from placements.models import Placement, Slot
from placements.search import PlacementSearch
from placements.states import LIVE
from placements.words import Mode

MOST = 5
# Placements looked at elsewhere, for some have dates that cannot be asked for yet.
LOOKED_AT = 20
MILES = 25
# Seconds.
REMEMBERED = 10


def instead_of(
    slot: Slot, *, places: int, school: Organisation, year_group: int | None = None
) -> list[Slot]:
    """Other dates of the same placement; then its sector, near by, or virtual as it is."""
    free = _bookable(places, school)
    same = sorted(
        free.filter(placement=slot.placement_id).exclude(pk=slot.pk), key=_by_nearness(slot)
    )[:MOST]
    if len(same) == MOST:
        return same
    found = [one for one in _alike(slot, places, year_group) if one != slot.placement_id]
    return (same + _one_of_each(found, free, slot))[:MOST]


def _bookable(places: int, school: Organisation) -> QuerySet[Slot]:
    """Slots that the school could have this moment."""
    capped = Q(placement__most_places_per_school__lt=places)
    mine = Q(bookings__school=school, bookings__state__in=LIVE)
    open_now = Slot.objects.published().taking_bookings().with_places(places)
    return open_now.exclude(capped).exclude(mine).select_related("placement__provider")


def _by_nearness(slot: Slot) -> Callable[[Slot], tuple[timedelta, date, UUID]]:
    """The nearest dates first."""
    return lambda other: (abs(other.starts_on - slot.starts_on), other.starts_on, other.pk)


def _alike(slot: Slot, places: int, year_group: int | None) -> list[UUID]:
    """Placements of the same sector, in the order of a search for them.

    Remembered for a moment: when dates are full, many are told so at once. Whether a place
    is there is asked each time.
    """
    key = f"alike:{slot.placement_id}:{places}:{year_group}"
    known: list[UUID] | None = caches["memory"].get(key)
    if known is None:
        known = _searched_for(slot.placement, places, year_group)
        caches["memory"].set(key, known, timeout=REMEMBERED)
    return known


def _searched_for(placement: Placement, places: int, year_group: int | None) -> list[UUID]:
    asked = {"sector": placement.sector, "places": str(places), "limit": str(LOOKED_AT)}
    if year_group:
        asked["year_group"] = str(year_group)
    if placement.is_virtual or placement.workplace is None:
        asked["mode"] = Mode.VIRTUAL
    else:
        # Where it is shown to lie: somebody's home is no more exact than that.
        workplace = placement.workplace
        where = grid.to_latitude(workplace.shown_easting, workplace.shown_northing)
        asked |= {"near": "{:.5f},{:.5f}".format(*where), "within": str(MILES), "sort": "distance"}
    wanted = PlacementSearch(MultiValueDict({name: [value] for name, value in asked.items()}))
    if not wanted.is_valid():
        return []
    return [found.placement.pk for found in search.results(wanted).found]


def _one_of_each(placements: Iterable[UUID], free: QuerySet[Slot], slot: Slot) -> list[Slot]:
    order = list(placements)
    nearest: dict[UUID, Slot] = {}
    for one in sorted(free.filter(placement__in=order), key=_by_nearness(slot)):
        nearest.setdefault(one.placement_id, one)
    return [nearest[pk] for pk in order if pk in nearest]
