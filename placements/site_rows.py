"""A spreadsheet of workplaces, read line by line; nothing here asks the database.

Each row is one set of dates at one place, under the employer's own reference. What cannot be
read is a fault with its line, its column, what is wrong and what was typed.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import NamedTuple

from django.core.exceptions import ValidationError

from accounts import postcodes

MOST_ROWS = 1000
LARGEST = 1_000_000
MOST_PLACES = 1000
# The column, and the longest that may stand in it.
COLUMNS: dict[str, int] = {
    "Reference": 40,
    "Workplace": 120,
    "Address": 250,
    "Town": 80,
    "Postcode": 8,
    "First day": 10,
    "Last day": 10,
    "Places": 4,
}
# What the last of them is called instead where each place is for a group of one school.
PLACES, GROUPS = "Places", "Groups"
EXAMPLE = ("TF-01", "Telford branch", "2 High Street", "Telford", "TF3 4BX", "", "", "4")
# A year beyond these is a slip of the hand, and may be more than a date can hold.
YEARS = range(2000, 2101)
DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y")


class Fault(NamedTuple):
    line: int
    column: str
    wrong: str
    typed: str


@dataclass(frozen=True)
class SiteRow:
    """One line that can be read: so many places at one workplace on these dates."""

    line: int
    reference: str
    name: str
    address: str
    town: str
    postcode: str
    starts_on: date
    ends_on: date
    places: int
    # What the column was called that they were read from.
    counted_in: str = PLACES

    @property
    def place(self) -> tuple[str, str]:
        """What tells one workplace from another."""
        return self.postcode, self.name.casefold()

    @property
    def asked(self) -> tuple[date, date, int]:
        return self.starts_on, self.ends_on, self.places


def read(typed: str) -> tuple[list[SiteRow], list[Fault]]:
    """Every row that can be read, and what is wrong with the others."""
    rows: list[SiteRow] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line, cells in _lines(typed):
        wrong = list(_faults(line, cells))
        reference = cells["Reference"]
        earlier = seen.setdefault(reference, line) if reference else line
        if earlier != line:
            words = f"Line {earlier} has the same one"
            wrong.append(Fault(line, "Reference", words, reference))
        faults += wrong
        if not wrong:
            rows.append(_row(line, cells))
    return rows, faults


def columns(counted_in: str) -> list[str]:
    return [counted_in if column == PLACES else column for column in COLUMNS]


def template(counted_in: str = PLACES) -> str:
    """The file to fill in, with one line as an example."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(columns(counted_in))
    writer.writerow(EXAMPLE)
    return "\ufeff" + out.getvalue()


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Cells copied from a spreadsheet have tabs between them, and those of a CSV file commas."""
    if len(text) > LARGEST:
        raise ValidationError(
            "That is more than %(most)d rows can be.", code="too_many", params={"most": MOST_ROWS}
        )
    text = text.removeprefix("\ufeff").strip("\r\n")
    between = "\t" if "\t" in text.partition("\n")[0] else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=between)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        places = _columns(names)
        found = 0
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            found += 1
            if found > MOST_ROWS:
                raise ValidationError(
                    "Send %(most)d rows or fewer at a time.",
                    code="too_many",
                    params={"most": MOST_ROWS},
                )
            yield reader.line_num, {name: _cell(cells, at) for name, at in places.items()}
    except csv.Error as fault:
        raise ValidationError(
            "These rows cannot be read. Copy them from the spreadsheet again.", code="not_rows"
        ) from fault
    if not found:
        raise ValidationError("There are no rows beneath the headings.", code="empty")


def _columns(names: Sequence[str]) -> dict[str, int]:
    counted_in = GROUPS if GROUPS.casefold() in names else PLACES
    if counted_in == GROUPS and PLACES.casefold() in names:
        raise ValidationError(
            "Keep one of the headings Places and Groups, and take the other column out.",
            code="counted_twice",
        )
    wanted = columns(counted_in)
    missing = [column for column in wanted if column.casefold() not in names]
    if missing:
        raise ValidationError(
            "The first row must have these headings: %(missing)s.",
            code="no_columns",
            params={"missing": ", ".join(missing)},
        )
    return {column: names.index(column.casefold()) for column in wanted}


def _cell(cells: Sequence[str], at: int) -> str:
    return " ".join(cells[at].split()) if at < len(cells) else ""


def _faults(line: int, cells: dict[str, str]) -> Iterator[Fault]:
    for column, typed in cells.items():
        if not typed:
            yield Fault(line, column, "Nothing is entered", "")
        elif column not in _READ and len(typed) > COLUMNS[column]:
            yield Fault(line, column, f"Longer than {COLUMNS[column]} characters", typed)
        elif column in _READ and _READ[column][0](typed) is None:
            yield Fault(line, column, _READ[column][1], typed)


def _day(typed: str) -> date | None:
    for pattern in DAYS:
        try:
            day = datetime.strptime(typed, pattern).date()  # noqa: DTZ007 -- a day has no zone.
        except ValueError:
            continue
        return day if day.year in YEARS else None
    return None


def _number(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= 4
    return int(typed) if is_number and 1 <= int(typed) <= MOST_PLACES else None


def _postcode(typed: str) -> str | None:
    return postcodes.normalise(typed) or None


_READ = {
    "Postcode": (_postcode, "Not a full postcode, like SY1 1AA"),
    "First day": (_day, "Not a date, like 14/06/2027"),
    "Last day": (_day, "Not a date, like 14/06/2027"),
    PLACES: (_number, "Not a whole number from 1 to 1000"),
    GROUPS: (_number, "Not a whole number from 1 to 1000"),
}


def _row(line: int, cells: dict[str, str]) -> SiteRow:
    starts_on, ends_on = _day(cells["First day"]), _day(cells["Last day"])
    counted_in = GROUPS if GROUPS in cells else PLACES
    places = _number(cells[counted_in])
    assert starts_on and ends_on and places  # noqa: S101, PT018 -- what is no fault can be read.
    return SiteRow(
        line=line,
        reference=cells["Reference"],
        name=cells["Workplace"],
        address=cells["Address"],
        town=cells["Town"],
        postcode=postcodes.normalise(cells["Postcode"]),
        starts_on=starts_on,
        ends_on=ends_on,
        places=places,
        counted_in=counted_in,
    )
