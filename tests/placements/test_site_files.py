"""Files of workplaces: whatever an employer's spreadsheet made, and whatever a stranger might."""

from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from placements import site_files, site_rows

HEADINGS = list(site_rows.COLUMNS)
ROW = ["R1", "Branch 1", "2 High Street", "Telford", "TF3 4BX", "14/06/2027", "18/06/2027", "4"]


def file(content, name="workplaces.csv"):
    return SimpleUploadedFile(name, content)


def workbook(*rows, spoil=lambda sheet: None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    spoil(book.active)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content, part, change):
    """The same archive with one of its parts written otherwise."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name)
            after.writestr(name, change(text) if name == part else text)
    return out.getvalue()


def read(content, name="workplaces.xlsx"):
    rows, faults = site_rows.read(site_files.rows_in(file(content, name)))
    assert faults == []
    return rows


def test_a_workbook_says_what_its_rows_would_if_they_were_pasted():
    # A cell has no zone.
    first, last = datetime(2027, 6, 14), date(2027, 6, 18)  # noqa: DTZ001
    as_cells = ["R1", "Branch 1", "2 High Street", "Telford", "TF3 4BX", first, last, 4.0]

    assert read(workbook(HEADINGS, as_cells)) == read(workbook(HEADINGS, ROW))
    (row,) = read(workbook(HEADINGS, as_cells))
    assert (row.starts_on, row.places, row.line) == (date(2027, 6, 14), 4, 2)


def test_lines_have_the_numbers_that_they_have_in_the_sheet():
    rows = read(workbook(HEADINGS, [], ROW, [None, "  "], ["R2", *ROW[1:]]))

    assert [row.line for row in rows] == [3, 5]


def test_of_a_formula_its_value_is_read_and_never_its_words():
    content = workbook(HEADINGS, [*ROW[:7], "=2+2"])
    sheet = "xl/worksheets/sheet1.xml"

    def valued(text):
        return text.replace(b"<f>2+2</f><v />", b"<f>2+2</f><v>4</v>").replace(
            b"<f>2+2</f><v/>", b"<f>2+2</f><v>4</v>"
        )

    assert read(changed(content, sheet, valued))[0].places == 4
    # Saved by a program that does not calculate.
    _, faults = site_rows.read(site_files.rows_in(file(content)))
    assert [(fault.column, fault.typed) for fault in faults] == [("Places", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_csv_file_is_read_however_its_program_wrote_it(encoding, ends):
    lines = [",".join(HEADINGS), ",".join([ROW[0], "Café Zoë", *ROW[2:]])]

    (row,) = read(ends.join(lines).encode(encoding), "list.csv")

    assert row.name == "Café Zoë"


HOSTILE = {
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "not_readable"),
    "no archive": (b"PK\x03\x04 and nothing more", "not_readable"),
    "no text": (b"\x00\x01\x02\x00" * 20, "not_readable"),
    "nothing": (b"  \n ", "empty"),
    "too much": (b"x" * 1_000_001, "too_large"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_list_is_refused_with_what_to_do(kind, refused):
    content, code = HOSTILE[kind]

    with refused(code):
        site_files.rows_in(file(content))


def test_an_archive_that_unpacks_to_far_more_than_it_is_is_not_unpacked(refused):
    bomb = changed(workbook(HEADINGS, ROW), "xl/workbook.xml", lambda text: b" " * 30_000_000)
    assert len(bomb) < 100_000

    with refused("too_large"):
        site_files.rows_in(file(bomb))


def test_entities_are_never_expanded(refused):
    def defining(text):
        _, _, rest = text.partition(b"?>")
        return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + (rest or text)

    content = changed(workbook(HEADINGS, ROW), "xl/worksheets/sheet1.xml", defining)

    with refused("not_readable"):
        site_files.rows_in(file(content))


def test_a_sheet_with_a_cell_in_its_last_corner_is_read_no_further_than_a_list_goes():
    def far_away(sheet):
        sheet.cell(1_048_576, 16_384, "far away")

    assert len(read(workbook(HEADINGS, ROW, spoil=far_away))) == 1


def test_a_workbook_without_a_sheet_that_can_be_read_is_refused(refused):
    content = changed(workbook(HEADINGS), "xl/worksheets/sheet1.xml", lambda text: b"<x")

    with refused("not_readable"):
        site_files.rows_in(file(content))
