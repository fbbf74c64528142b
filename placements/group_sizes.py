"""How large a school's group may be, and how small. Nothing here locks or writes."""

from django.core.exceptions import ValidationError
from django.db.models import F, IntegerField
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce

from placements.models import Booking, Placement, Slot


def refuse_beyond_cap(placement: Placement, places: int) -> None:
    cap = placement.most_places_per_school
    if cap is not None and places > cap:
        raise ValidationError(
            "One school can have at most %(cap)d of the places on these dates.",
            code="over_cap",
            params={"cap": cap},
        )


def refuse_large(slot: Slot, students: int) -> None:
    if slot.largest_group is not None and students > slot.largest_group:
        raise ValidationError(
            "This host takes groups of up to %(largest)d students, one from each school.",
            code="group_too_large",
            params={"largest": slot.largest_group},
        )


def refuse_small(placement: Placement, places: int, as_few_as: int | None) -> None:
    fewest = placement.fewest_places_per_school or 1
    if places < fewest:
        raise ValidationError(
            "This host takes groups of %(fewest)d or more from one school.",
            code="group_too_small",
            params={"fewest": fewest},
        )
    if as_few_as is not None and as_few_as < fewest:
        raise ValidationError(
            "This host takes groups of %(fewest)d or more, so no fewer places would do.",
            code="as_few_as",
            params={"fewest": fewest},
        )


def students(places: F | CombinedExpression, *, slots: str = "") -> CombinedExpression:
    """How many could come on so many places, each of them for one student or for a group;
    `slots` leads to the dates they are of."""
    return places * Coalesce(Cast(f"{slots}largest_group", IntegerField()), 1)


def least_offered(group: Booking, placement: Placement) -> int:
    """The fewest places that a group on a list is offered: of use to it, and to the host, who may
    have raised the limit since it joined.

    A group that is smaller than that altogether keeps the limit that it joined under. It was let
    onto the list, and would wait in vain; so it is offered all that it asked for, or nothing.
    """
    fewest = placement.fewest_places_per_school or 1
    return max(group.least, min(fewest, group.places_asked))


def refuse_too_few_left(booking: Booking, left: int) -> None:
    """What a school gives back must not leave a group that could not have asked; one that its
    host has made smaller is as small as the host would have it."""
    fewest = booking.slot.placement.fewest_places_per_school or 1
    if left < fewest <= booking.places:
        raise ValidationError(
            "This host takes groups of %(fewest)d or more from one school, and %(left)d would be"
            " left. Give fewer places back, or cancel the booking.",
            code="group_too_small",
            params={"fewest": fewest, "left": left},
        )
