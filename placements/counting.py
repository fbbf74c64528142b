"""What a place on a date is: for one student, or for a group of up to so many from one school.

A listing says it once, and its dates follow. Nothing that is booked changes its meaning.
"""

from django.core.exceptions import ValidationError
from django.db.models import Max

from placements import counter
from placements.models import Booking, Slot
from placements.models.placements import PlacementQuerySet
from placements.models.slots import SlotQuerySet

MOST_PLACES = 1000


def follow(listings: PlacementQuerySet, largest_group: int | None) -> None:
    """Let the dates to come of these listings, which the caller has locked, count like that."""
    coming = Slot.objects.open().filter(placement__in=listings)
    if not _counted_otherwise(coming, largest_group):
        return
    changing = [slot for slot in counter.lock_all(coming) if slot.largest_group != largest_group]
    _refuse_what_is_booked(changing, largest_group)
    _refuse_smaller_than_a_group(changing, largest_group)
    for slot in changing:
        slot.places = _counted_anew(slot, largest_group)
        slot.largest_group = largest_group
    Slot.objects.bulk_update(changing, ["places", "largest_group"], batch_size=200)


def _counted_otherwise(slots: SlotQuerySet, largest_group: int | None) -> bool:
    if largest_group is None:
        return slots.filter(largest_group__isnull=False).exists()
    return slots.exclude(largest_group__isnull=False, largest_group=largest_group).exists()


def _counted_anew(slot: Slot, largest_group: int | None) -> int:
    """Room for as many students as there was, or for a few fewer."""
    if slot.largest_group is None:
        return slot.places // (largest_group or 1)
    if largest_group is None:
        return min(MOST_PLACES, slot.places * slot.largest_group)
    return slot.places


def _refuse_what_is_booked(changing: list[Slot], largest_group: int | None) -> None:
    booked = Booking.objects.live().filter(slot__in=changing)
    booked_in = set(booked.values_list("slot", flat=True))
    for slot in changing:
        if None in (slot.largest_group, largest_group) and (slot.kept_back or slot.pk in booked_in):
            raise ValidationError(
                "Schools have booked some of your dates, or wait for them, or places are kept for"
                " some. So their places stay what they are. Copy the listing to count otherwise.",
                code="counted_otherwise",
            )
    most = booked.aggregate(most=Max("places"))["most"] or 0
    if largest_group is not None and most > largest_group:
        raise ValidationError(
            "Schools have booked groups of up to %(most)d. Enter %(most)d or more.",
            code="below_booked",
            params={"most": most},
        )


def _refuse_smaller_than_a_group(changing: list[Slot], largest_group: int | None) -> None:
    """One group more than there is room for would be one too many."""
    for slot in changing:
        if slot.largest_group is None and slot.places < (largest_group or 0):
            raise ValidationError(
                "Some of your dates have room for only %(places)d. Enter %(places)d or fewer, or"
                " change those dates first.",
                code="below_booked",
                params={"places": slot.places},
            )
