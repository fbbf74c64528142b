"""Stored counts for the whole nation: for each choice of a filter, a bit for each placement.

Counting what a search leaves is then a matter of ANDs over strings of bits rather than of
reading rows. They are made anew every half minute, so that national counts may be that
old; what lies near a place is always counted from the rows themselves. A small nation is
too, and has no bitmaps.
"""

import struct
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg import sql

from accounts import clock
from accounts.words import YEAR_GROUPS, Sector
from placements import traits
from placements.models import SearchRow, Slot
from placements.words import Adjustment, Kind, Mode

Bits = NDArray[np.bool_]
Whole = NDArray[np.int64]
Bitmap = tuple[str, int, Bits]

# Below this many placements rows are counted as quickly.
WORTH_IT = 20_000
# Lengths grow by steps, so that one placement more does not lengthen every bitmap.
STEP = 4096
# How far ahead each day has a bitmap of its own; what comes after shares one.
DAYS_AHEAD = 450
MOST_FREE = 30
TENTHS = range(10, 51)

ROWS = """
COPY (
    SELECT ordinal::int8, traits::int8, years::int8, adjustments::int8, badges, days::int8,
        rating::int8
    FROM placements_searchrow
) TO STDOUT (FORMAT BINARY)
"""
ROW_NAMES = ("ordinal", "traits", "years", "adjustments", "badges", "days", "rating")

SLOTS = sql.SQL("""
COPY (
    SELECT kept.ordinal::int8, (slot.starts_on - DATE '1970-01-01')::int8,
        (slot.ends_on - DATE '1970-01-01')::int8,
        least(
            coalesce(slot.largest_group, slot.places - slot.taken - slot.kept_back),
            slot.days_left - slot.kept_back * coalesce(slot.largest_group, 1)
        )::int8
    FROM ({slots}) AS slot
    JOIN placements_searchrow AS kept ON kept.placement_id = slot.placement_id
) TO STDOUT (FORMAT BINARY)
""")
SLOT_NAMES = ("ordinal", "first", "last", "free")

# Most of them are what they were, and are not written again.
REPLACE = """
WITH gone AS (
    DELETE FROM placements_searchbits AS stored
    WHERE NOT EXISTS (
        SELECT FROM fresh WHERE (fresh.kind, fresh.value) = (stored.kind, stored.value)
    )
)
INSERT INTO placements_searchbits AS stored (kind, value, bits, counted_at)
SELECT kind, value, bits, now() FROM fresh
ON CONFLICT (kind, value) DO UPDATE SET bits = excluded.bits, counted_at = now()
WHERE stored.bits <> excluded.bits OR stored.kind = 'all'
"""


@transaction.atomic
def count_anew() -> int:
    """Make the bitmaps of the nation as it is now; say how many placements they hold."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Two of us at once would do the same work twice; the second goes home.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('placements_searchbits'))")
        if cursor.fetchone() != (True,):
            return 0
        many = SearchRow.objects.count()
        if many < WORTH_IT:
            cursor.execute("DELETE FROM placements_searchbits")
            return many
        rows = _read(ROWS, ROW_NAMES)
        length = -(-(int(rows["ordinal"].max()) + 1) // STEP) * STEP
        slots = _read(_slots(), SLOT_NAMES)
        _write(chain(_of_rows(rows, length), _of_slots(slots, length)), length)
        cursor.execute("UPDATE placements_searchbits SET value = %s WHERE kind = 'all'", [many])
    return many


def _slots() -> sql.Composed:
    had = Slot.objects.still_open().with_places().order_by()
    text, given = had.values(
        *("placement_id", "starts_on", "ends_on"),
        *("places", "largest_group", "taken", "kept_back", "days_left"),
    ).query.sql_with_params()
    with connection.cursor() as cursor:
        return SLOTS.format(slots=sql.SQL(cursor.mogrify(text, given)))


def _read(copied: Any, names: tuple[str, ...]) -> dict[str, Whole]:
    """Whole numbers as PostgreSQL copies them: for each its length and eight bytes."""
    parts = [
        (f"length_{name}", ">i4") if i % 2 == 0 else (name, ">i8") for name in names for i in (0, 1)
    ]
    told = BytesIO()
    with connection.cursor() as cursor, cursor.copy(copied) as copy:
        for block in copy:
            told.write(block)
    # A header of 19 bytes comes first, and two bytes at the end say that it is one.
    read = np.frombuffer(told.getvalue()[19:-2], dtype=[("fields", ">i2"), *parts])
    return {name: read[name].astype(np.int64) for name in names}


def _of_rows(rows: dict[str, Whole], length: int) -> Iterator[Bitmap]:
    def those(chosen: Bits) -> Bits:
        return _those(rows["ordinal"][chosen], length)

    def each(kind: str, column: str, bits_of: list[tuple[int, int]]) -> Iterator[Bitmap]:
        for value, bit in bits_of:
            yield kind, value, those((rows[column] >> bit & 1).astype(np.bool_))

    yield "all", 0, _those(rows["ordinal"], length)
    yield from each("sector", "traits", _numbered(len(Sector), traits.SECTOR_FROM))
    yield from each("mode", "traits", _numbered(len(Mode), traits.MODE_FROM))
    yield from each("kind", "traits", _numbered(len(Kind), traits.KIND_FROM))
    yield from each("self_paced", "traits", [(1, traits.SELF_PACED)])
    yield from each("year_group", "years", [(year, year - YEAR_GROUPS[0]) for year in YEAR_GROUPS])
    yield from each("adjustments", "adjustments", _numbered(len(Adjustment), 0))
    badges = np.bitwise_or.reduce(rows["badges"], initial=0)
    yield from each("badge", "badges", [(bit, bit) for bit in range(63) if badges >> bit & 1])
    for days in np.unique(rows["days"]):
        yield "days", int(days), those(rows["days"] == days)
    for tenth in TENTHS:
        yield "rated", tenth, those(rows["rating"] >= tenth * 10)


def _numbered(many: int, first: int) -> list[tuple[int, int]]:
    return [(number, first + number) for number in range(many)]


def _of_slots(slots: dict[str, Whole], length: int) -> Iterator[Bitmap]:
    """Where a slot with free places touches a day, a week, and all that comes later."""
    today = traits.day_of(clock.today())
    first, last, where = slots["first"], slots["last"], slots["ordinal"]
    monday = int(traits.weeks_of(today)) * 7 + traits.MONDAY
    for begins in range(monday, today + DAYS_AHEAD, 7):
        touches = (first < begins + 7) & (last >= begins)
        of_week = first[touches], last[touches], where[touches]
        for day in range(begins, begins + 7):
            yield "day", day, _those(of_week[2][(of_week[0] <= day) & (of_week[1] >= day)], length)
        yield "week", int(traits.weeks_of(begins)), _those(of_week[2], length)
    yield "later", begins + 7, _those(where[last >= begins + 7], length)
    most = np.zeros(length, dtype=np.int64)
    np.maximum.at(most, where, slots["free"])
    for free in range(1, MOST_FREE + 1):
        yield "free", free, most >= free


def _those(ordinals: Whole, length: int) -> Bits:
    bits = np.zeros(length, dtype=np.bool_)
    bits[ordinals] = True
    return bits


def _write(bitmaps: Iterable[Bitmap], length: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE fresh (kind varchar(20), value integer, bits bit varying)"
        )
        # A value moves from table to table as it is stored, and one that is compressed would be
        # unpacked again by every search.
        cursor.execute("ALTER TABLE fresh ALTER bits SET STORAGE EXTERNAL")
        with cursor.copy("COPY fresh FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0))
            for kind, value, bits in bitmaps:
                copy.write(_as_copied(kind.encode(), value, np.packbits(bits).tobytes(), length))
            copy.write(struct.pack(">h", -1))
        cursor.execute(REPLACE)
        cursor.execute("DROP TABLE fresh")


def _as_copied(kind: bytes, value: int, packed: bytes, length: int) -> bytes:
    head = struct.pack(f">hi{len(kind)}sii", 3, len(kind), kind, 4, value)
    return head + struct.pack(">ii", 4 + len(packed), length) + packed
