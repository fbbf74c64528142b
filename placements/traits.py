"""Which bit of a search row stands for which choice.

The order is that of the words themselves, and the view `placements_searchsource` has it
too: a test holds the two against each other.
"""

from datetime import date
from typing import Any

from accounts import clock
from accounts.words import YEAR_GROUPS, Sector
from placements.words import Adjustment, Kind, Mode

SECTORS, MODES, KINDS = list(Sector.values), list(Mode.values), list(Kind.values)
ADJUSTMENTS = list(Adjustment.values)
SECTOR_FROM = 0
MODE_FROM = len(SECTORS)
KIND_FROM = MODE_FROM + len(MODES)
SELF_PACED = KIND_FROM + len(KINDS)
# 1970-01-05, the first Monday of what the days count.
MONDAY = 4
WEEKS = 64


def mask(group: str, codes: list[str]) -> int:
    """The bits of any of these choices, in the column of their group."""
    return sum(1 << bit_of(group, code) for code in set(codes))


def bit_of(group: str, code: str) -> int:
    if group == "year_group":
        return int(code) - YEAR_GROUPS[0]
    first, codes = _GROUPS[group]
    return first + codes.index(code)


def value_of(group: str, code: str) -> int:
    """The same choice as the bitmaps number it."""
    return int(code) if group == "year_group" else _GROUPS[group][1].index(code)


def code_of(group: str, value: int) -> str:
    return str(value) if group == "year_group" else _GROUPS[group][1][value]


def day_of(day: date) -> int:
    return (day - clock.EPOCH).days


def weeks_of(days: Any) -> Any:
    """The week's number of a day, or of an array of days."""
    return (days - MONDAY) // 7


def week_mask(weeks: range) -> int:
    """One bit for each week, modulo 64, as PostgreSQL's signed eight bytes hold them."""
    if len(weeks) >= WEEKS:
        return -1
    bits = sum(1 << number for number in {week % WEEKS for week in weeks})
    return bits - (1 << WEEKS) if bits >> (WEEKS - 1) else bits


_GROUPS: dict[str, tuple[int, list[str]]] = {
    "sector": (SECTOR_FROM, SECTORS),
    "mode": (MODE_FROM, MODES),
    "kind": (KIND_FROM, KINDS),
    "adjustments": (0, ADJUSTMENTS),
}


def codes(group: str) -> list[str]:
    return _GROUPS[group][1]
