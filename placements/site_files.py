"""A file of workplaces as the rows that would be pasted from it: see placements.site_rows.

Of a workbook its first sheet is read, and of a formula what it came to when the file was saved.
A file comes from anywhere, so nothing in it is run, followed or believed about its own size.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from openpyxl import load_workbook

from placements.site_rows import LARGEST, MOST_ROWS

# Of the parts of a workbook together, unpacked: a thousand rows are a fiftieth of it.
LARGEST_UNPACKED = 10_000_000
MOST_PARTS = 500
# Beyond the rows that may be sent, so that a file with more is told so; and empty ones between.
MOST_LINES = 2 * MOST_ROWS
MOST_COLUMNS = 100
WORKBOOK, OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What spreadsheets write a CSV file in; the last can read anything.
WRITTEN_IN = ("utf-8-sig", "cp1252", "latin-1")


def rows_in(file: "UploadedFile[Any]") -> str:
    """The text that stands for the file, or a refusal that says what to do about it."""
    if (file.size or 0) > LARGEST:
        raise ValidationError(
            "The file must be smaller than 1MB. Send fewer rows at a time.", code="too_large"
        )
    content = file.read()
    if content.startswith(OLD_OR_LOCKED):
        raise ValidationError(
            "This file is in an older format, or has a password. Save it as .xlsx or .csv"
            " without one.",
            code="not_readable",
        )
    text = _of_workbook(content) if content.startswith(WORKBOOK) else _of_text(content)
    if not text.strip():
        raise ValidationError("The file is empty.", code="empty")
    return text


def _of_text(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16", *WRITTEN_IN) if is_wide else WRITTEN_IN:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    if "\0" in text:
        raise _unreadable()
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _of_workbook(content: bytes) -> str:
    _refuse_unless_small(content)
    try:
        lines = list(_lines(content))
    except Exception as fault:
        # Whatever a broken or hostile workbook makes the library say, it cannot be read.
        raise _unreadable() from fault
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    if out.tell() > LARGEST:
        raise ValidationError("Its cells hold too much. Send fewer rows.", code="too_large")
    return out.getvalue()


def _refuse_unless_small(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except BadZipFile as fault:
        raise _unreadable() from fault
    # What a part says of its size is kept to when it is unpacked.
    if len(sizes) > MOST_PARTS or sum(sizes) > LARGEST_UNPACKED:
        raise ValidationError(
            "The file holds more than a list of workplaces does. Copy the rows into an empty"
            " spreadsheet.",
            code="too_large",
        )


def _lines(content: bytes) -> Iterator[list[str]]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # A sheet may claim to end after its first cell, or to be a million columns wide.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS, values_only=True)
    for cells in islice(rows, MOST_LINES):
        typed = [_typed(cell) for cell in cells]
        # An empty line stays one, so that lines have the numbers that they have in the sheet.
        yield typed if any(typed) else []


def _typed(cell: object) -> str:
    """A cell as somebody would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _unreadable() -> ValidationError:
    return ValidationError(
        "This file cannot be read. Save it as .xlsx or .csv, or paste its rows below.",
        code="not_readable",
    )
