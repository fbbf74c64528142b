"""The pictures of somebody else's map that lie beneath ours, where a deployer has named them."""

from dataclasses import dataclass
from math import ceil, floor, log2

from placements.atlas.frames import Frame

# A tile is drawn so many units wide or up to twice as wide: sharp, and few of them.
LEAST_WIDTH = 72.0
DEEPEST = 18


@dataclass(frozen=True)
class Tile:
    href: str
    x: float
    y: float
    size: float


def beneath(frame: Frame, address: str) -> list[Tile]:
    """The tiles that cover a frame, which is in the tiles' projection."""
    zoom = max(0, min(DEEPEST, floor(log2(frame.scale / LEAST_WIDTH))))
    size = frame.scale / 2**zoom
    # Ours goes up from nought in the middle; theirs goes down from the top.
    left, top = frame.left * 2**zoom, (-frame.top) * 2**zoom
    columns = range(floor(left), ceil(left + frame.width / size))
    rows = range(floor(top), ceil(top + frame.height / size))
    return [
        Tile(
            address.format(z=zoom, x=column, y=row),
            (column - left) * size,
            (row - top) * size,
            size,
        )
        for row in rows
        for column in columns
    ]
