"""Marks that would touch become one mark with a number on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import dist, floor

from placements.atlas.england import Point

Cell = tuple[int, int]


@dataclass(frozen=True)
class Cluster:
    """Where the mark is, and which of the points it stands for, by their numbers."""

    at: Point
    members: list[int] = field(default_factory=list)


def clustered(points: Sequence[Point], *, least: float) -> list[Cluster]:
    """Every point in exactly one cluster, no two marks nearer to each other than `least`.

    A mark stands where one of its points does. The first point has a mark, and so has each
    later one that is far enough from all marks before it; then each point goes to the mark
    that is nearest. Marks lie in cells as wide as the least distance, so that only the
    cells next to a point's own need be looked at.
    """
    cells: dict[Cell, list[Cluster]] = {}
    for point in points:
        if all(dist(point, mark.at) >= least for mark in _about(cells, point, least)):
            cells.setdefault(_cell(point, least), []).append(Cluster(point))
    for number, point in enumerate(points):
        nearest = min(_about(cells, point, least), key=lambda mark: dist(point, mark.at))
        nearest.members.append(number)
    return [mark for several in cells.values() for mark in several]


def _cell(point: Point, least: float) -> Cell:
    return floor(point[0] / least), floor(point[1] / least)


def _about(cells: dict[Cell, list[Cluster]], point: Point, least: float) -> list[Cluster]:
    column, row = _cell(point, least)
    near = [(column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return [mark for cell in near for mark in cells.get(cell, ())]
