"""From a search to what is wanted, without anybody in it.

A postcode becomes its outcode. Of the words only those are kept that are words of work: a
name, an address or a number that somebody typed is dropped, and all that stays of it is
that there was something more.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from accounts import clock, postcodes
from accounts.postcodes import Place
from placements.models import Want
from placements.vocabulary import WORDS_OF_WORK

MOST_WORDS = 6
MOST_MONTHS = 12
# Fewer placements than these are little to choose from.
FEW = 3
# Filters that look at somebody's offers rather than for something: finding nothing so is
# not a lack of it.
LOOKS_AT = ("provider", "hub", "badge", "rating_min")
# Miles: the least distance that is offered.
A_SPOT = 1
# An outcode, or a postcode in which one is the first part.
OUTCODE = re.compile(rf"({postcodes.OUTCODE})(\s+[0-9][A-Z]{{2}})?")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    authority: str = ""
    outcode: str = ""
    sectors: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    # As "2027-06-01": a month's first day.
    months: list[str] = field(default_factory=list)
    adjustments: list[str] = field(default_factory=list)
    words: str = ""
    said_more: bool = False

    @property
    def key(self) -> str:
        said = json.dumps(asdict(self), sort_keys=True)
        return hashlib.blake2s(said.encode(), digest_size=16).hexdigest()

    def row(self) -> Want:
        months = [date.fromisoformat(month) for month in self.months]
        return Want(key=self.key, **{**asdict(self), "months": months})

    def kept(self) -> Want:
        """Its row, made if nobody wanted it before."""
        Want.objects.bulk_create([self.row()], ignore_conflicts=True)
        return Want.objects.get(key=self.key)


def of(chosen: Mapping[str, Any]) -> Wanted:
    """What a valid search asks for."""
    words, said_more = words_of_work(chosen["q"])
    return Wanted(
        **where(chosen["near"]),
        sectors=sorted(chosen["sector"]),
        kinds=sorted(chosen["kind"]),
        modes=sorted(chosen["mode"]),
        years=sorted(int(year) for year in chosen["year_group"]),
        months=[month.isoformat() for month in months(chosen["from"], chosen["to"])],
        adjustments=sorted(chosen["adjustments"]),
        words=words,
        said_more=said_more,
    )


def is_in_vain(chosen: Mapping[str, Any], found: int) -> bool:
    """Little was found by looking for something, not at somebody's offers or at one spot."""
    return (
        found < FEW and not any(chosen[name] for name in LOOKS_AT) and not looks_at_a_spot(chosen)
    )


def looks_at_a_spot(chosen: Mapping[str, Any]) -> bool:
    """Nearer than any distance that is offered: a mark on the map was followed."""
    return chosen["near"] is not None and chosen["within"] < A_SPOT


def where(place: Place | None) -> dict[str, str]:
    if place is None:
        return {"authority": "", "outcode": ""}
    known = OUTCODE.fullmatch(place.label)
    return {"authority": place.authority, "outcode": known[1] if known else ""}


def words_of_work(typed: str) -> tuple[str, bool]:
    """Those that are, in the order of the alphabet; and whether there was anything else."""
    said = set(re.findall(r"[^\W_]+", typed.lower()))
    known = {word for word in said if word in WORDS_OF_WORK}
    return " ".join(sorted(known)[:MOST_WORDS]), bool(said - known)


def months(first: date | None, last: date | None) -> list[date]:
    """The months that a span of days touches; a span without an end is its first month."""
    if first is None and last is None:
        return []
    begins = _numbered(first or clock.today())
    ends = _numbered(last) if last else begins
    numbers = range(begins, min(ends + 1, begins + MOST_MONTHS))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _numbered(day: date) -> int:
    """Its month, counted from the beginning of our years."""
    return day.year * 12 + day.month - 1
