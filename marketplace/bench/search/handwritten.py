"""The hand-written search: built, asked, and read back as the product answers."""

import struct
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from re import split
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.words import YEAR_GROUPS, Sector
from marketplace.bench.search.questions import Asked
from placements.words import Adjustment, Kind, Mode
from ratings.models import Badge

Counts = dict[str, dict[str, int]]

PIECES = Path(__file__).with_suffix(".sql")
GROUPS = ("sector", "mode", "kind", "year_group", "adjustments", "badge")
ALL = -1


@dataclass(frozen=True)
class Answer:
    """A page, how many there are, and how many with each further choice."""

    ids: list[UUID]
    total: int
    counts: Counts


class Handwritten:
    """The search by hand, on the nation that is there when it is built."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.pieces = pieces()
        self.badges = list(Badge.objects.order_by("code").values_list("code", flat=True))
        self.codes = [
            *((0, code) for code in Sector.values),
            *((1, code) for code in Mode.values),
            *((2, code) for code in Kind.values),
            *((3, str(year)) for year in YEAR_GROUPS),
            *((4, code) for code in Adjustment.values),
            *((5, code) for code in self.badges),
        ]

    def build(self) -> None:
        given: dict[str, Any] = {
            "today": self.today,
            "sectors": list(Sector.values),
            "modes": list(Mode.values),
            "kinds": list(Kind.values),
            "adjustments": list(Adjustment.values),
            "badges": self.badges,
        }
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS handwritten CASCADE")
            for statement in self.pieces["build"].split(";\n"):
                cursor.execute(statement, given)

    def rarest(self, words: list[str]) -> str:
        with connection.cursor() as cursor:
            cursor.execute(self.pieces["rare"], {"words": words})
            return str(cursor.fetchone()[0])

    def statement(self, asked: Asked) -> str:
        return f"{self.pieces[asked.name]}\n{self.pieces['finish']}"

    def ask(self, asked: Asked) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.statement(asked), {**asked.by_hand, "today": self.today})
            return list(cursor.fetchall())

    def read(self, rows: list[tuple[Any, ...]]) -> Answer:
        counts: dict[int, int] = {}
        counted, pooled = rows[0][:2]
        total = self._add_lines(counts, bytes(counted or b""))
        for choice, number in struct.iter_unpack(">hi", bytes(pooled or b"")):
            counts[choice] = counts.get(choice, 0) + number
        grouped: Counts = {group: {} for group in GROUPS}
        for choice, number in sorted(counts.items()):
            if choice != ALL and number:
                group, code = self.codes[choice]
                grouped[GROUPS[group]][code] = number
        return Answer([row[2] for row in rows if row[2]], counts.get(ALL, total), grouped)

    def _add_lines(self, counts: dict[int, int], told: bytes) -> int:
        """Take apart the grouping sets; the lines that fail no filter make the total."""
        total = 0
        for grouped, fails, value, number in struct.iter_unpack(">hhii", told):
            first, last = _CHOICES[grouped]
            for bit in range(last - first):
                group = self.codes[first + bit][0]
                if value >> bit & 1 and fails in (0, 1 << group):
                    counts[first + bit] = counts.get(first + bit, 0) + number
            total += number if grouped == _BY_TRAITS and not fails else 0
        return total


_BY_TRAITS = 0b0111
# Which choices the bits of a column are, by the number that PostgreSQL gives its grouping.
_CHOICES = {_BY_TRAITS: (0, 28), 0b1011: (28, 35), 0b1101: (35, 45), 0b1110: (45, 53)}


def pieces() -> dict[str, str]:
    parts = split(r"^-- name: (\w+)\n", PIECES.read_text(encoding="utf-8"), flags=8)[1:]
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
