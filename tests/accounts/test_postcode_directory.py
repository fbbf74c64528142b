import csv
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts import postcode_directory, postcodes
from accounts.models import Outcode, Postcode
from accounts.postcodes import Place

pytestmark = pytest.mark.django_db

PLAIN = {
    "pcd": "SY1 1AA",
    "pcds": "SY1 1AA",
    "dointr": "198001",
    "doterm": "",
    "oslaua": "E06000051",
    "oseast1m": "349250",
    "osnrth1m": "0312600",
    "ctry": "E92000001",
    "rgn": "E12000005",
    "lsoa11": "E01028960",
    "lsoa21": "E01028961",
    "ru11ind": "C1",
    "imd": "12345",
    "lat": "52.70800",
    "long": "-2.75200",
}
# The names of later editions.
RENAMED = {
    "pcd7": "SY1 1AA",
    "pcds": "SY1 1AA",
    "doterm": "",
    "lad25cd": "E06000051",
    "east1m": "349250",
    "north1m": "312600",
    "ctry25cd": "E92000001",
    "rgn25cd": "E12000005",
    "lsoa21cd": "E01028961",
    "ruc21ind": "UN1",
    "imd20ind": "12345",
    "lat": "52.708",
    "long": "-2.752",
}


@pytest.fixture
def directory(tmp_path):
    def write(*rows, plain=PLAIN):
        path = tmp_path / "directory.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(plain))
            writer.writeheader()
            writer.writerows({**plain, **row} for row in rows)
        return path

    return write


def test_a_postcode_is_read_with_its_facts(directory):
    report = postcode_directory.load(directory({}))

    row = Postcode.objects.get()
    assert (report.read, report.kept, dict(report.skipped)) == (1, 1, {})
    assert (row.code, row.easting, row.northing) == ("SY11AA", 349_250, 312_600)
    assert (row.authority, row.region, row.country) == ("E06000051", "E12000005", "E")
    assert (row.small_area, row.rural_code) == ("E01028961", "C1")
    assert (row.deprivation_rank, row.ended_on) == (12_345, None)


def test_a_later_edition_is_read_by_its_own_names(directory):
    postcode_directory.load(directory({}, plain=RENAMED))

    row = Postcode.objects.get()
    assert (row.code, row.easting, row.authority) == ("SY11AA", 349_250, "E06000051")
    assert (row.region, row.country, row.small_area) == ("E12000005", "E", "E01028961")
    assert (row.rural_code, row.deprivation_rank) == ("UN1", 12_345)


def test_a_loaded_directory_places_exactly_and_its_outcodes_in_their_middle(directory):
    postcode_directory.load(
        directory(
            {},
            {"pcds": "SY1 1AB", "oseast1m": "349350"},
            {"pcds": "SY1 1AC", "oseast1m": "9", "doterm": "199912"},
        )
    )

    assert postcodes.find("sy11aa") == Place(
        "SY1 1AA", 349_250, 312_600, "E06000051", "E", is_approximate=False
    )
    # Neither of these is in the directory, so both are placed by what is.
    middle = (349_300, 312_600, "E06000051", "E")
    assert postcodes.find("SY1") == Place("SY1", *middle, is_approximate=True)
    assert postcodes.find("SY1 9ZZ") == Place("SY1 9ZZ", *middle, is_approximate=True)


def test_a_postcode_that_ended_says_when_and_is_still_found(directory):
    postcode_directory.load(directory({"doterm": "200506"}))

    assert Postcode.objects.get().ended_on == date(2005, 6, 1)
    assert postcodes.find("SY1 1AA").easting == 349_250
    assert not Outcode.objects.exists()


def test_northern_ireland_is_placed_by_latitude_because_its_grid_is_another(directory):
    belfast = {
        "pcds": "BT1 5GS",
        "oseast1m": "333800",
        "osnrth1m": "374000",
        "ctry": "N92000002",
        "oslaua": "N09000003",
        "rgn": "N99999999",
        "lat": "54.59650",
        "long": "-5.93010",
    }

    postcode_directory.load(directory(belfast))

    row = Postcode.objects.get()
    assert (row.country, row.region) == ("N", "")
    assert abs(row.easting - 146_000) < 1_000
    assert abs(row.northing - 529_500) < 1_500


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"pcds": "nonsense"}, "not a postcode"),
        ({"oseast1m": "", "osnrth1m": "", "lat": "99.999999", "long": "0.0"}, "its place is not known"),
        ({"oseast1m": "", "lat": "", "long": ""}, "its place is not known"),
        ({"oseast1m": "800000"}, "it lies nowhere on the grid"),
        ({"ctry": "L93000001", "oslaua": "L99999999", "lat": "49.18", "long": "-2.1"}, "its place is not known"),
    ],
)  # fmt: skip
def test_what_is_passed_over_is_reported_with_its_reason(directory, facts, reason):
    report = postcode_directory.load(directory(facts, {"pcds": "TF1 1AA"}))

    assert dict(report.skipped) == {reason: 1}
    assert [row.code for row in Postcode.objects.all()] == ["TF11AA"]


def test_loading_twice_changes_nothing_and_a_newer_edition_changes_what_it_says(directory):
    postcode_directory.load(directory({}, {"pcds": "TF1 1AA"}))
    postcode_directory.load(directory({}, {"pcds": "TF1 1AA"}))

    postcode_directory.load(directory({"oslaua": "E06000020"}))

    assert dict(Postcode.objects.values_list("code", "authority")) == {
        "SY11AA": "E06000020",
        "TF11AA": "E06000051",
    }


def test_of_a_postcode_used_again_the_living_row_counts(directory):
    postcode_directory.load(
        directory({"doterm": "199001", "oseast1m": "1"}, {}, {"doterm": "199501", "oseast1m": "2"})
    )

    assert Postcode.objects.get().easting == 349_250


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "cut_short"),
        ("<!DOCTYPE html>\n<html>", "not_the_directory"),
        ("a,b\n1,2\n", "not_the_directory"),
        ("pcds,doterm\nSY1 1AA,\n", "not_the_directory"),
        (",".join(PLAIN) + "\n" + ",".join(PLAIN.values()) + "\nSY1 1AB,SY1", "cut_short"),
    ],
)
def test_what_is_no_directory_is_refused_and_nothing_of_it_applied(tmp_path, refused, words, code):
    path = tmp_path / "directory.csv"
    path.write_text(words, encoding="utf-8")

    with refused(code):
        postcode_directory.load(path)

    assert not Postcode.objects.exists()


def test_the_command_says_what_became_of_the_file(directory, capsys):
    call_command("load_postcodes", directory({}, {"pcds": "x"}))

    said = capsys.readouterr().out
    assert "2 rows read, 1 kept." in said
    assert "1 passed over, not a postcode: x" in said


def test_the_command_says_plainly_why_it_loads_nothing(tmp_path):
    (tmp_path / "page.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(CommandError, match="This is not the directory"):
        call_command("load_postcodes", tmp_path / "page.csv")
