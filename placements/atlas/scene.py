"""A map of what was found: the country, rings of distance, towns, and a mark for each place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import atan2, hypot, pi

from accounts import phrases
from placements.atlas import frames, tiles
from placements.atlas.clusters import clustered
from placements.atlas.england import Outline, Point, england, neighbours, towns
from placements.atlas.frames import Frame
from placements.atlas.labels import LINE, MIDDLE, Label, Lettering
from placements.atlas.tiles import Tile
from placements.models.distances import METRES_IN_A_MILE
from placements.search.places import Located

# A mark is 26 units wide, which is more than 24 pixels on the narrowest phone.
RADIUS = 13.0
APART = 2 * RADIUS + 2
RINGS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50)
A_SMALLER_RING = 0.6
# How words stand to the line of a ring.
BENEATH, ABOVE, UPON = (0.0, MIDDLE, LINE + 1), (0.0, MIDDLE, -4.0), (0.0, MIDDLE, 4.0)
# A circle that is wider than this is drawn only as far as there is something in it.
WIDE_MILES = 100.0
MOST_TOWNS, MOST_TOWNS_NEAR = 16, 8
WAYS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True)
class Circle:
    """A place, and how many miles about it are looked at."""

    easting: int
    northing: int
    miles: float

    @property
    def middle(self) -> Point:
        return self.easting, self.northing

    def way_to(self, there: Point) -> str:
        """How far off it is, and which way: "6 miles north-west"."""
        east, north = there[0] - self.easting, there[1] - self.northing
        off = hypot(east, north) / METRES_IN_A_MILE
        if off < 1:
            return phrases.miles(off)
        # Clockwise from the north, in eighths of the whole round.
        return f"{phrases.miles(off)} {WAYS[round(atan2(east, north) / (pi / 4)) % len(WAYS)]}"


@dataclass(frozen=True)
class Mark:
    """One thing, or several so near to one another that they share a mark."""

    x: float
    y: float
    things: list[Located]

    @property
    def town(self) -> str:
        """Where most of them are."""
        return Counter(thing.town for thing in self.things).most_common(1)[0][0]

    @property
    def is_in_one_town(self) -> bool:
        return len({thing.town for thing in self.things}) == 1

    @cached_property
    def middle(self) -> Point:
        many = len(self.things)
        return (
            sum(thing.easting for thing in self.things) / many,
            sum(thing.northing for thing in self.things) / many,
        )

    @property
    def reach(self) -> float:
        """How many metres it is from the middle to the farthest of them."""
        east, north = self.middle
        return max(hypot(thing.easting - east, thing.northing - north) for thing in self.things)


@dataclass(frozen=True)
class Scene:
    """All there is to draw, in units of the sheet, from the bottom to the top."""

    width: float
    height: float
    marks: list[Mark]
    tiles: list[Tile] = field(default_factory=list)
    neighbours: str = ""
    england: str = ""
    rings: list[str] = field(default_factory=list)
    # How far out each ring is; where its label found no room, this is all that says so.
    ring_miles: list[float] = field(default_factory=list)
    distances: list[Label] = field(default_factory=list)
    towns: list[Label] = field(default_factory=list)
    home: Point | None = None


def drawn(things: Sequence[Located], circle: Circle | None = None, *, tiles_at: str = "") -> Scene:
    """The map of these about a place, or of all England; upon tiles, where their address is given."""
    frame = frames.around(
        _held(things, circle), frames.in_mercator if tiles_at else frames.on_the_grid
    )
    marks, lettering = _marks(things, frame), Lettering(frame)
    for mark in marks:
        lettering.keep_free((mark.x, mark.y), RADIUS)
    rings = _rings(circle) if circle else []
    labels = [_distance(circle, miles, lettering) for miles in rings] if circle else []
    return Scene(
        frame.width,
        frame.height,
        marks,
        tiles=tiles.beneath(frame, tiles_at) if tiles_at else [],
        neighbours="" if tiles_at else _outlined(neighbours(), frame),
        england="" if tiles_at else _outlined(england(), frame),
        rings=[_ring(circle, miles, frame) for miles in rings] if circle else [],
        ring_miles=rings,
        distances=[label for label in labels if label],
        towns=[] if tiles_at else _towns(lettering, MOST_TOWNS_NEAR if circle else MOST_TOWNS),
        home=frame.place(*circle.middle) if circle else None,
    )


def _held(things: Sequence[Located], circle: Circle | None) -> list[Point]:
    """What the frame must hold: the circle and all that is in it, or the country."""
    points: list[Point] = [(thing.easting, thing.northing) for thing in things]
    if circle is None:
        return points + [point for outline in england() for point in outline]
    return points + frames.circle(circle.middle, _drawn_miles(circle) * METRES_IN_A_MILE)


def _drawn_miles(circle: Circle) -> float:
    return min(circle.miles, WIDE_MILES)


def _marks(things: Sequence[Located], frame: Frame) -> list[Mark]:
    points = [frame.place(thing.easting, thing.northing) for thing in things]
    marks = [
        Mark(*cluster.at, [things[number] for number in cluster.members])
        for cluster in clustered(points, least=APART)
    ]
    # As one reads: from the top down.
    return sorted(marks, key=lambda mark: (mark.y, mark.x))


def _rings(circle: Circle) -> list[float]:
    """The rim of what is asked, and a smaller ring for a measure."""
    rim = _drawn_miles(circle)
    return [*[miles for miles in RINGS if miles <= rim * A_SMALLER_RING][-1:], rim]


def _ring(circle: Circle, miles: float, frame: Frame) -> str:
    return _path(frames.circle(circle.middle, miles * METRES_IN_A_MILE), frame)


def _distance(circle: Circle, miles: float, lettering: Lettering) -> Label | None:
    """At the top of its ring or at the bottom, or else somewhere along its line."""
    words, metres = f"{miles:g} {'mile' if miles == 1 else 'miles'}", miles * METRES_IN_A_MILE
    line = [lettering.frame.place(*corner) for corner in frames.circle(circle.middle, metres)]
    places = [(line[0], BENEATH), (line[len(line) // 2], ABOVE), *((at, UPON) for at in line)]
    written = (lettering.write(words, at, [spot]) for at, spot in places)
    return next(filter(None, written), None)


def _towns(lettering: Lettering, most: int) -> list[Label]:
    written: list[Label] = []
    for name, place in towns().items():
        at = lettering.frame.place(*place)
        if lettering.frame.has(at) and (label := lettering.write(name, at)):
            written.append(label)
        if len(written) == most:
            break
    return written


def _outlined(outlines: Sequence[Outline], frame: Frame) -> str:
    return "".join(_path(outline, frame) for outline in outlines)


def _path(points: Sequence[Point], frame: Frame) -> str:
    placed = (frame.place(*point) for point in points)
    return f"M{' '.join(f'{x:.1f} {y:.1f}' for x, y in placed)}Z"
