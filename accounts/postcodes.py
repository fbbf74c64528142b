"""Where a place is: a postcode, an outcode, a town, or a latitude and longitude.

The directory of postcodes answers when it is loaded. Otherwise, and for whatever it does
not hold, the small table in `accounts.gazetteer` does, and says that it is approximate.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from accounts import gazetteer, grid
from accounts.models import Outcode, Postcode

# Longer words than any place's are no place.
LONGEST = 60
OUTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
FULL = re.compile(rf"({OUTCODE})([0-9][A-Z]{{2}})")
# "SY1 1": an outcode and the first digit of what follows; only its space tells it from SY11.
SECTOR = re.compile(rf"({OUTCODE})\s+[0-9]")
COORDINATES = re.compile(r"(-?\d{1,2}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,2}(?:\.\d{1,12})?)")
# Degrees that hold all of the United Kingdom, and the grid that does.
LATITUDES, LONGITUDES = (49.8, 60.9), (-8.7, 1.8)


@dataclass(frozen=True)
class Place:
    """A point on the national grid, in metres, and what is known of it."""

    label: str
    easting: int
    northing: int
    # The local authority's nine characters; empty when it is not known.
    authority: str
    # E, W, S, N (Northern Ireland) or M (Isle of Man); empty when it is not known.
    country: str
    is_approximate: bool

    @property
    def is_in_england(self) -> bool:
        """True too when nothing is known: nobody is turned away for our ignorance."""
        return self.country in {"E", ""}


def normalise(postcode: str) -> str:
    """The postcode as it is printed ("SY1 1AA"), or nothing if it is none."""
    parts = FULL.fullmatch(_squeezed(postcode))
    return f"{parts[1]} {parts[2]}" if parts else ""


def outcode_of(postcode: str) -> str:
    return normalise(postcode).partition(" ")[0]


def area_of(postcode: str) -> str:
    """The letters that a postcode or outcode begins with: "SY"."""
    letters = re.match(r"[A-Z]{1,2}(?=[0-9])", _squeezed(postcode))
    return letters[0] if letters else ""


def find(words: str) -> Place | None:
    """The place that somebody means by `words`, or nothing."""
    words = " ".join(words.split())
    if not words or len(words) > LONGEST:
        return None
    return _by_coordinates(words) or _by_postcode(words) or _by_name(words)


def find_all(written: Collection[str]) -> dict[str, Place]:
    """Where full postcodes lie, all asked at once; those that nobody knows are left out."""
    exactly = Postcode.objects.in_bulk([one.replace(" ", "") for one in written])
    outcodes = Outcode.objects.in_bulk([outcode_of(one) for one in written])
    found = {}
    for one in written:
        row, outcode = exactly.get(one.replace(" ", "")), outcode_of(one)
        place = _exactly(one, row) if row else _around(outcode, outcodes.get(outcode), label=one)
        if place is not None:
            found[one] = place
    return found


def is_on_the_grid(latitude: float, longitude: float) -> bool:
    """Whether the point lies about where the United Kingdom does."""
    south, north = LATITUDES
    west, east = LONGITUDES
    return south <= latitude <= north and west <= longitude <= east


def _squeezed(words: str) -> str:
    return re.sub(r"[\s.\-]", "", words[:LONGEST]).upper()


def _by_coordinates(words: str) -> Place | None:
    pair = COORDINATES.fullmatch(words)
    if pair is None:
        return None
    latitude, longitude = float(pair[1]), float(pair[2])
    if not is_on_the_grid(latitude, longitude):
        return None
    easting, northing = grid.from_latitude(latitude, longitude)
    label = f"{latitude:.4f}, {longitude:.4f}"
    return Place(label, easting, northing, "", "", is_approximate=False)


def _by_postcode(words: str) -> Place | None:
    if full := normalise(words):
        return _in_directory(full) or _by_outcode(outcode_of(full), label=full)
    sector = SECTOR.fullmatch(words.upper())
    outcode = sector[1] if sector else _squeezed(words)
    if not re.fullmatch(OUTCODE, outcode):
        return None
    return _by_outcode(outcode, label=outcode)


def _in_directory(full: str) -> Place | None:
    row = Postcode.objects.filter(code=full.replace(" ", "")).first()
    if row is None:
        return None
    return _exactly(full, row)


def _exactly(full: str, row: Postcode) -> Place:
    return Place(full, row.easting, row.northing, row.authority, row.country, is_approximate=False)


def _by_outcode(outcode: str, *, label: str) -> Place | None:
    return _around(outcode, Outcode.objects.filter(code=outcode).first(), label=label)


def _around(outcode: str, row: Outcode | None, *, label: str) -> Place | None:
    if row is not None:
        place = (row.easting, row.northing, row.authority, row.country)
        return Place(label, *place, is_approximate=True)
    if known := gazetteer.OUTCODES.get(outcode):
        _town, east, north, authority = known
        return Place(label, east * 100, north * 100, authority, authority[0], is_approximate=True)
    if area := gazetteer.POSTCODE_AREAS.get(area_of(outcode)):
        _town, east, north, country = area
        return Place(label, east * 1000, north * 1000, "", country, is_approximate=True)
    return None


def _by_name(words: str) -> Place | None:
    name = _plain(words)
    for town, (east, north, authority) in gazetteer.TOWNS.items():
        if name in {_plain(town), _plain(town.partition(",")[0])}:
            place = (east * 100, north * 100, authority, authority[0])
            return Place(town, *place, is_approximate=True)
    for town, east, north, country in gazetteer.POSTCODE_AREAS.values():
        if name == _plain(town):
            return Place(town, east * 1000, north * 1000, "", country, is_approximate=True)
    return None


def _plain(words: str) -> str:
    return re.sub(r"[^a-z]", "", words.lower())
