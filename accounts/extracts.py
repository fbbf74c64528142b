"""Reading the large files that public registers are published as.

Columns are found by their names, whatever their order and however many there are. What
is no such file at all (empty, a web page, cut short) is refused before anything is
applied; a single bad row is passed over and counted, with its reason.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import connection

Row = Mapping[str, str]
Progress = Callable[[int], None]
EXAMPLES = 5
CHUNK = 1 << 20


class Skip(Exception):  # noqa: N818 -- it says what to do, and is nobody's fault.
    """This row is passed over, for the reason given."""


@dataclass
class Report:
    """What became of a file."""

    read: int = 0
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def skip(self, reason: str, which: str) -> None:
        self.skipped[reason] += 1
        some = self.examples.setdefault(reason, [])
        if len(some) < EXAMPLES:
            some.append(which)


def rows_of(path: Path, *, needs: Iterable[str], report: Report) -> Iterator[Row]:
    """Each row by its columns' names, as the file is read."""
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        reader = csv.reader(file)
        try:
            names = _header(reader, set(needs))
            yield from _aligned(reader, names, report)
        except csv.Error as fault:
            raise ValidationError(
                "Line %(line)s cannot be read: %(fault)s.",
                code="not_readable",
                params={"line": reader.line_num, "fault": fault},
            ) from fault


def encoding_of(path: Path) -> str:
    """The registers come in Windows-1252; whatever is sound UTF-8 is taken as that."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def take_turns(name: str) -> None:
    """Refuse while another process loads the same register. Holds to the transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [name])
        [free] = cursor.fetchone()
        if not free:
            raise ValidationError("It is being loaded already.", code="being_loaded")
        # One long statement is the point here; on a page it would be a fault.
        cursor.execute("SET LOCAL statement_timeout = 0")


def _header(reader: Iterator[list[str]], needs: set[str]) -> list[str]:
    names = [name.strip() for name in next(reader, [])]
    missing = needs - set(names)
    if missing:
        raise ValidationError(
            "This is not the file expected: it has no column %(missing)s.",
            code="not_the_register",
            params={"missing": " or ".join(sorted(missing))},
        )
    return names


def _aligned(reader: Iterator[list[str]], names: list[str], report: Report) -> Iterator[Row]:
    """Rows that have a cell for each column. A last row that has not is half a download."""
    short = False
    for cells in reader:
        if not cells:
            continue
        report.read += 1
        short = len(cells) < len(names)
        if len(cells) == len(names):
            yield dict(
                zip(names, (cell.replace("\x00", "").strip() for cell in cells), strict=True)
            )
        else:
            report.skip("its cells do not match the columns", cells[0])
    if short or not report.read:
        raise ValidationError("The file is empty or cut short.", code="cut_short")
