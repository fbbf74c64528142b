"""Reading in the ONS Postcode Directory: where each postcode lies.

Nearly three million rows, so they are copied into a table of their own first and merged
from there in one statement. The whole file is applied, or nothing of it. A postcode that
ended is kept with its date, because people go on using it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts import extracts, grid, postcodes
from accounts.extracts import Progress, Report, Row, Skip

TELL_EVERY = 100_000
# Every year's edition names some columns anew: "oslaua", then "lad25cd".
COLUMNS = {
    "postcode": r"pcds|pcd|pcd2|pcd7|pcd8",
    "ended": r"doterm",
    "easting": r"oseast1m|east1m",
    "northing": r"osnrth1m|north1m",
    "latitude": r"lat",
    "longitude": r"long",
    "authority": r"oslaua|laua|lad\d\dcd",
    "region": r"rgn|rgn\d\dcd",
    "country": r"ctry|ctry\d\dcd",
    "small_area": r"lsoa21|lsoa21cd|lsoa11|lsoa11cd",
    "rural_code": r"ru21ind|ruc21ind|ru11ind|ruc11ind",
    "deprivation": r"imd|imd\d\d(?:ind)?",
}
NEEDED = ("postcode", "ended")
# The countries that lie on the national grid, by the first letter of their codes.
ON_THE_GRID = "EWSM"


class Line(NamedTuple):
    """One postcode as the table keeps it, in the table's order."""

    code: str
    easting: int
    northing: int
    authority: str
    region: str
    country: str
    small_area: str
    rural_code: str
    deprivation_rank: int | None
    ended_on: date | None


FIELDS = ", ".join(Line._fields)
MAKE = f"""
CREATE TEMPORARY TABLE read_in AS SELECT {FIELDS} FROM accounts_postcode WITH NO DATA
"""  # noqa: S608 -- our own names.
COPY = f"COPY read_in ({FIELDS}) FROM STDIN"
SET = ", ".join(f"{name} = EXCLUDED.{name}" for name in Line._fields if name != "code")
MERGE = f"""
INSERT INTO accounts_postcode ({FIELDS})
SELECT DISTINCT ON (code) {FIELDS} FROM read_in ORDER BY code, ended_on DESC NULLS FIRST
ON CONFLICT (code) DO UPDATE SET {SET}
"""  # noqa: S608 -- our own names.
OUTCODES = """
DELETE FROM accounts_outcode;
INSERT INTO accounts_outcode (code, easting, northing, authority, country)
SELECT left(code, -3), round(avg(easting)), round(avg(northing)),
       mode() WITHIN GROUP (ORDER BY authority), mode() WITHIN GROUP (ORDER BY country)
FROM accounts_postcode WHERE ended_on IS NULL GROUP BY 1
"""


@transaction.atomic
def load(path: Path, *, progress: Progress | None = None) -> Report:
    """Apply the file."""
    extracts.take_turns("postcode_directory")
    report = Report()
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
        with cursor.copy(COPY) as copy:
            for line in _lines(path, report, progress):
                copy.write_row(line)
        cursor.execute(MERGE)
        cursor.execute(OUTCODES)
        cursor.execute("DROP TABLE read_in")
    return report


def _lines(path: Path, report: Report, progress: Progress | None) -> Iterator[Line]:
    read = None
    for row in extracts.rows_of(path, needs=(), report=report):
        read = read or _reader(row)
        if progress and report.read % TELL_EVERY == 0:
            progress(report.read)
        try:
            yield _line(read(row))
        except Skip as skip:
            report.skip(str(skip), read(row)["postcode"])
        else:
            report.kept += 1


def _reader(row: Row) -> Callable[[Row], dict[str, str]]:
    """From a row by the file's names to one by ours; the first row tells which they are."""
    names = {ours: _named(pattern, row) for ours, pattern in COLUMNS.items()}
    missing = [ours for ours in NEEDED if not names[ours]]
    if not (names["easting"] and names["northing"]) and not (names["latitude"]):
        missing.append("easting and northing, or latitude and longitude")
    if missing:
        raise ValidationError(
            "This is not the directory: it has no column for %(missing)s.",
            code="not_the_directory",
            params={"missing": " or for ".join(missing)},
        )
    return lambda row: {ours: row[name] if name else "" for ours, name in names.items()}


def _named(pattern: str, names: Iterable[str]) -> str:
    """The file's name for it; of several, the one that the pattern puts first."""
    by_choice = (
        name for one in pattern.split("|") for name in names if re.fullmatch(one, name.lower())
    )
    return next(by_choice, "")


def _line(row: dict[str, str]) -> Line:
    code = postcodes.normalise(row["postcode"]).replace(" ", "")
    if not code:
        raise Skip("not a postcode")
    country = _pseudo(row["country"])[:1] or row["authority"][:1]
    easting, northing = _point(row, country)
    return Line(
        code=code,
        easting=easting,
        northing=northing,
        authority=_pseudo(row["authority"]),
        region=_pseudo(row["region"]),
        country=country,
        small_area=_pseudo(row["small_area"]),
        rural_code=row["rural_code"][:4],
        deprivation_rank=_whole(row["deprivation"]) or None,
        ended_on=_month(row["ended"]),
    )


def _pseudo(code: str) -> str:
    """A code of nine characters; nothing for the ones that stand for "none" (W99999999)."""
    sound = re.fullmatch(r"[A-Z][0-9]{8}", code) and not code.endswith("99999999")
    return code if sound else ""


def _point(row: dict[str, str], country: str) -> tuple[int, int]:
    """Northern Ireland has a grid of its own in this file, so it is placed by latitude."""
    easting, northing = _whole(row["easting"]), _whole(row["northing"])
    if not (easting and northing and country in ON_THE_GRID):
        easting, northing = _from_latitude(row)
    if not (0 < easting < 700_000 and 0 < northing < 1_300_000):
        raise Skip("it lies nowhere on the grid")
    return easting, northing


def _from_latitude(row: dict[str, str]) -> tuple[int, int]:
    with suppress(ValueError):
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        if postcodes.is_on_the_grid(latitude, longitude):
            return grid.from_latitude(latitude, longitude)
    raise Skip("its place is not known")


def _whole(words: str) -> int:
    return int(words) if re.fullmatch(r"[0-9]{1,9}", words) else 0


def _month(words: str) -> date | None:
    """200506, or 2005-06: the month in which it ended."""
    parts = re.fullmatch(r"(\d{4})-?(0[1-9]|1[0-2]).*", words)
    return date(int(parts[1]), int(parts[2]), 1) if parts else None
