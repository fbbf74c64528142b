"""How many there would be with each further choice.

A group is counted without its own filter: having ticked *Digital*, a person still
wants to know how many *Construction* would add.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from accounts.words import YEAR_GROUPS
from placements import traits
from placements.search import pooled
from placements.search.pooled import GROUPS
from placements.search.statement import (
    BY_ADJUSTMENTS,
    BY_BADGES,
    BY_TRAITS,
    BY_YEARS,
    FAILS_ONE,
)

Counts = dict[str, int]
Facets = dict[str, Counts]
Badges = dict[str, str]

OF_ROWS = struct.Struct(">hhqi")
OF_BITS = struct.Struct(">hii")
# Which groups a column of the rows tells of.
TOLD_BY = {
    BY_TRAITS: ("sector", "mode", "kind"),
    BY_YEARS: ("year_group",),
    BY_ADJUSTMENTS: ("adjustments",),
    BY_BADGES: ("badge",),
}


def counted(rows: bytes | None, bits: bytes | None, badges: Badges) -> tuple[int, Facets]:
    """The total and the facets, from the rows that were counted and from stored bits."""
    found = {group: Counter[str]() for group in GROUPS}
    total = _of_rows(rows or b"", badges, found) + _of_bits(bits or b"", badges, found)
    return total, {group: dict(sorted(counts.items())) for group, counts in found.items()}


def _of_rows(told: bytes, badges: Badges, found: dict[str, Counter[str]]) -> int:
    total = 0
    for by, fails, value, number in OF_ROWS.iter_unpack(told):
        if by == BY_TRAITS and not fails:
            total += number
        for group in TOLD_BY[by]:
            if not fails or fails - FAILS_ONE == GROUPS.index(group):
                for code in _codes(group, value, badges):
                    found[group][code] += number
    return total


def _of_bits(told: bytes, badges: Badges, found: dict[str, Counter[str]]) -> int:
    total = 0
    for group_number, value, number in OF_BITS.iter_unpack(told):
        if group_number == pooled.TOTAL:
            total = number
        elif number:
            group = GROUPS[group_number - 1]
            found[group][_code(group, value, badges)] += number
    return total


def _codes(group: str, value: int, badges: Badges) -> Iterator[str] | tuple[str, ...]:
    if group == "badge":
        return (badges[str(bit)] for bit in _bits(value))
    return _known_codes(group, value)


@lru_cache(maxsize=4096)
def _known_codes(group: str, value: int) -> tuple[str, ...]:
    """The choices of one group that a column's bits stand for."""
    codes = [str(year) for year in YEAR_GROUPS] if group == "year_group" else traits.codes(group)
    return tuple(code for code in codes if value >> traits.bit_of(group, code) & 1)


def _bits(value: int) -> Iterator[int]:
    return (bit for bit in range(value.bit_length()) if value >> bit & 1)


def _code(group: str, value: int, badges: Badges) -> str:
    return badges[str(value)] if group == "badge" else traits.code_of(group, value)
