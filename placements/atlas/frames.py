"""The sheet that a map is drawn on, and where on it a place lies.

A place comes in metres of the national grid. Without tiles a map is the grid itself;
tiles come in another projection, and then everything that lies upon them does too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import asinh, cos, pi, radians, sin, tan

from accounts import grid
from placements.atlas.england import Point

# A phone of 320 pixels has 290 of them for a map: there a unit is a pixel, or a little more.
WIDTH = 288.0
MOST_HEIGHT = 340.0
# Whatever is marked stays so far from the edge that the whole mark is on the sheet.
MARGIN = 16.0
CORNERS_OF_A_CIRCLE = 72

Projection = Callable[[float, float], Point]


def on_the_grid(easting: float, northing: float) -> Point:
    return easting, northing


def in_mercator(easting: float, northing: float) -> Point:
    """As tiles have it: the whole world is one wide and one high, from its north-west corner."""
    latitude, longitude = grid.to_latitude(easting, northing)
    return longitude / 360 + 0.5, asinh(tan(radians(latitude))) / (2 * pi) - 0.5


@dataclass(frozen=True)
class Frame:
    """A part of the country, north up, and how large it is drawn."""

    project: Projection
    # Of the upper left corner, as projected; and how many units of the sheet one of that is.
    left: float
    top: float
    scale: float
    height: float
    width: float = WIDTH

    def place(self, easting: float, northing: float) -> Point:
        x, y = self.project(easting, northing)
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def has(self, point: Point, *, margin: float = 0.0) -> bool:
        x, y = point
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin


def around(places: Iterable[Point], project: Projection) -> Frame:
    """The frame that just holds all of these places."""
    projected = [project(*place) for place in places]
    west, east = min(x for x, _ in projected), max(x for x, _ in projected)
    south, north = min(y for _, y in projected), max(y for _, y in projected)
    scale = min((WIDTH - 2 * MARGIN) / (east - west), (MOST_HEIGHT - 2 * MARGIN) / (north - south))
    return Frame(
        project,
        left=(west + east) / 2 - WIDTH / 2 / scale,
        top=north + MARGIN / scale,
        scale=scale,
        height=(north - south) * scale + 2 * MARGIN,
    )


def circle(middle: Point, metres: float) -> list[Point]:
    """Points of the grid all round: a circle there need not be one in another projection."""
    turns = (2 * pi * step / CORNERS_OF_A_CIRCLE for step in range(CORNERS_OF_A_CIRCLE))
    return [(middle[0] + metres * sin(turn), middle[1] + metres * cos(turn)) for turn in turns]
