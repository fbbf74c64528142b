"""Words on a map, put where they cover nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from placements.atlas.england import Point
from placements.atlas.frames import Frame

# In units of the sheet, a little more than letters need in any face.
LETTER, LINE = 6.0, 12.0
GAP = 5.0
START, MIDDLE, END = "start", "middle", "end"

Box = tuple[float, float, float, float]
# From the point that is meant: where the words begin, which way they go, how far down.
Spot = tuple[float, str, float]

BESIDE: tuple[Spot, ...] = (
    (GAP, START, 4.0),
    (-GAP, END, 4.0),
    (0.0, MIDDLE, -GAP),
    (0.0, MIDDLE, LINE + 1),
)


@dataclass(frozen=True)
class Label:
    """Words, where they are written, and the point that they name."""

    words: str
    x: float
    y: float
    anchor: str
    of: Point


@dataclass
class Lettering:
    """What is on the sheet already, so that no word is written over it."""

    frame: Frame
    taken: list[Box] = field(default_factory=list)

    def keep_free(self, at: Point, radius: float) -> None:
        x, y = at
        self.taken.append((x - radius, y - radius, x + radius, y + radius))

    def write(self, words: str, of: Point, spots: Sequence[Spot] = BESIDE) -> Label | None:
        """The words at the first spot about a point where there is room; or not at all."""
        for along, anchor, down in spots:
            label = Label(words, of[0] + along, of[1] + down, anchor, of)
            box = _box(label)
            if self._is_on_the_sheet(box) and not any(_touch(box, other) for other in self.taken):
                self.taken.append(box)
                return label
        return None

    def _is_on_the_sheet(self, box: Box) -> bool:
        left, top, right, bottom = box
        return left >= 0 and top >= 0 and right <= self.frame.width and bottom <= self.frame.height


def _box(label: Label) -> Box:
    long = len(label.words) * LETTER
    left = label.x - {START: 0.0, MIDDLE: long / 2, END: long}[label.anchor]
    return left, label.y - LINE + 2, left + long, label.y + 2


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
