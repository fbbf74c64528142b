"""Distances on the national grid: plain Pythagoras, in whole metres.

Squares are compared with squares, so that every sum is exact and no place is
in or out of a circle by rounding.
"""

from django.db.models import BigIntegerField, Case, F, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from accounts.postcodes import Place
from placements.words import Mode

METRES_IN_A_MILE = 1609.344


def square_metres_from(place: Place) -> Case:
    """The square of a placement's distance; a virtual one is nowhere."""
    east = _whole("workplace__shown_easting") - place.easting
    north = _whole("workplace__shown_northing") - place.northing
    return Case(
        When(mode=Mode.VIRTUAL, then=None),
        default=east * east + north * north,
        output_field=BigIntegerField(),
    )


def _whole(name: str) -> Combinable:
    # The square of a country's width does not fit into four bytes.
    return Cast(F(name), BigIntegerField())


def miles_of(square_metres: int) -> float:
    return float(square_metres**0.5 / METRES_IN_A_MILE)
