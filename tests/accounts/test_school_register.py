import csv
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts import clock, school_register
from accounts.models import School
from accounts.school_rows import NEEDS, domain_of
from tests.factories import SchoolFactory

pytestmark = pytest.mark.django_db

PLAIN = {
    "URN": "900100",
    "LA (code)": "893",
    "EstablishmentNumber": "4001",
    "EstablishmentName": "Stiperstones School",
    "TypeOfEstablishment (code)": "34",
    "TypeOfEstablishment (name)": "Academy converter",
    "EstablishmentTypeGroup (code)": "10",
    "EstablishmentStatus (code)": "1",
    "CloseDate": "",
    "PhaseOfEducation (name)": "Secondary",
    "StatutoryLowAge": "11",
    "StatutoryHighAge": "16",
    "PercentageFSM": "18.44",
    "Trusts (code)": "1701",
    "Trusts (name)": "The Long Mynd Trust",
    "UKPRN": "10012345",
    "Town": "Shrewsbury",
    "Postcode": "sy50aa",
    "SchoolWebsite": "http://www.stiperstones.example.org/home",
    "DistrictAdministrative (code)": "E06000051",
    "UrbanRural (code)": "E1",
    "Easting": "340000",
    "Northing": "305000",
}


@pytest.fixture
def extract(tmp_path):
    def write(*rows, encoding="cp1252", columns=None, end="\r\n"):
        columns = columns or list(PLAIN)
        path = tmp_path / "extract.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator=end, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({**PLAIN, **row} for row in rows)
        return path

    return write


def test_a_school_is_read_with_its_facts(extract):
    report = school_register.load(extract({}))

    school = School.objects.get()
    assert (report.read, report.kept, dict(report.skipped)) == (1, 1, {})
    assert (school.urn, school.name, school.town) == ("900100", "Stiperstones School", "Shrewsbury")
    assert (school.postcode, school.authority) == ("SY5 0AA", "E06000051")
    assert (school.easting, school.northing) == (340_000, 305_000)
    assert (school.low_age, school.high_age, school.is_special) == (11, 16, False)
    assert (school.type_code, school.type_group_code) == ("34", "10")
    assert str(school.free_school_meals_percent) == "18.4"
    assert (school.website, school.domain) == (PLAIN["SchoolWebsite"], "stiperstones.example.org")
    assert (school.trust_code, school.trust_name) == ("1701", "The Long Mynd Trust")
    assert school.closed_on is None


def test_loading_twice_changes_nothing_but_when(extract):
    path = extract({}, {"URN": "900101", "SchoolWebsite": ""})
    school_register.load(path)
    before = list(School.objects.order_by("urn").values())

    school_register.load(path)

    after = list(School.objects.order_by("urn").values())
    for row in before + after:
        del row["loaded_at"]
    assert after == before


def test_a_school_that_changed_is_changed_and_keeps_its_own_row(extract):
    school_register.load(extract({}))
    before = School.objects.get()

    school_register.load(extract({"EstablishmentName": "Stiperstones Academy"}))

    after = School.objects.get()
    assert (after.pk, after.name) == (before.pk, "Stiperstones Academy")


def test_any_vintage_is_read_by_its_columns_names(extract):
    old = [*reversed(NEEDS), "Something (name)", "Town"]

    school_register.load(extract({"TypeOfEstablishment (code)": "02"}, columns=old))

    school = School.objects.get()
    assert (school.type_code, school.town, school.website) == ("2", "Shrewsbury", "")


@pytest.mark.parametrize(
    ("encoding", "end"), [("cp1252", "\r\n"), ("utf-8", "\n"), ("utf-8-sig", "\n")]
)
def test_accents_survive_either_encoding_and_either_line_end(extract, encoding, end):
    name = "École Saint-Éloi (£)"

    school_register.load(extract({"EstablishmentName": name}, encoding=encoding, end=end))

    assert School.objects.get().name == name


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"URN": "x"}, "its number is not one"),
        ({"TypeOfEstablishment (code)": "25"}, "not a school or college of England"),
        ({"TypeOfEstablishment (code)": "30"}, "not a school or college of England"),
        ({"TypeOfEstablishment (code)": "37"}, "not a school or college of England"),
        ({"EstablishmentStatus (code)": "02"}, "not open"),
        ({"EstablishmentStatus (code)": "4"}, "not open"),
        ({"EstablishmentName": " "}, "it has no name"),
        ({"StatutoryLowAge": "3", "StatutoryHighAge": "11"}, "it has none of Years 7 to 13"),
        ({"StatutoryLowAge": "19", "StatutoryHighAge": "99"}, "it has none of Years 7 to 13"),
        ({"StatutoryLowAge": "", "PhaseOfEducation (name)": "Primary"}, "its ages are not known"),
    ],
)
def test_what_is_passed_over_is_reported_with_its_reason(extract, facts, reason):
    report = school_register.load(extract({"URN": "900199"}, facts))

    assert dict(report.skipped) == {reason: 1}
    assert report.examples == {reason: [facts.get("URN", "900100")]}
    assert [school.urn for school in School.objects.all()] == ["900199"]


@pytest.mark.parametrize(
    "facts",
    [
        {"StatutoryLowAge": "9", "StatutoryHighAge": "13"},
        {"StatutoryLowAge": "16", "StatutoryHighAge": "99"},
        {"StatutoryLowAge": "2", "StatutoryHighAge": "19", "PhaseOfEducation (name)": "Not applicable"},
        {"StatutoryLowAge": "", "PhaseOfEducation (name)": "All through"},
        {"StatutoryLowAge": "", "PhaseOfEducation (name)": "Middle Deemed Secondary"},
        {"EstablishmentStatus (code)": "3"},
    ],
)  # fmt: skip
def test_ages_decide_who_has_years_7_to_13(extract, facts):
    assert school_register.load(extract(facts)).kept == 1


@pytest.mark.parametrize(
    "facts",
    [{"EstablishmentTypeGroup (code)": "5"}, {"TypeOfEstablishment (code)": "07"}, {"TypeOfEstablishment (code)": "44"}],
)  # fmt: skip
def test_special_schools_are_known_as_such(extract, facts):
    school_register.load(extract(facts))

    assert School.objects.get().is_special


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("http://www.stcuthberts.sch.uk/", "stcuthberts.sch.uk"),
        ("www.st.rbkc.sch.uk", "st.rbkc.sch.uk"),
        ("http;//www.priory.example.org", "priory.example.org"),
        ("Hhtp:www.priory.example.org/about us", "priory.example.org"),
        ("https://PRIORY.example.org?x=1", "priory.example.org"),
        ("office@priory.example.org", "priory.example.org"),
        ("head@gmail.com", ""),
        ("https://www.facebook.com/priory", ""),
        ("https://priory.wordpress.com", ""),
        ("www.shropshire.gov.uk/schools/priory", ""),
        ("not yet", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_a_website_gives_the_domain_that_proves_somebody_belongs(website, domain):
    assert domain_of(website) == domain


def test_a_domain_that_several_schools_share_proves_nothing(extract):
    school_register.load(
        extract({}, {"URN": "900101"}, {"URN": "900102", "SchoolWebsite": "own.example.org"})
    )

    assert dict(School.objects.values_list("urn", "domain")) == {
        "900100": "",
        "900101": "",
        "900102": "own.example.org",
    }


def test_a_school_without_a_grid_reference_is_placed_by_its_postcode(extract):
    facts = {
        "Easting": "",
        "Northing": "",
        "DistrictAdministrative (code)": "9999",
        "Postcode": "SY1 1AA",
    }

    school_register.load(extract(facts))

    school = School.objects.get()
    assert (school.easting, school.northing, school.authority) == (350_000, 314_200, "E06000051")


def test_percentages_that_are_withheld_are_unknown(extract):
    school_register.load(extract({"PercentageFSM": ".."}))

    assert School.objects.get().free_school_meals_percent is None


def test_a_school_that_closed_is_marked_and_kept(extract):
    school_register.load(extract({}))

    closed = {"EstablishmentStatus (code)": "2", "CloseDate": "31-08-2026"}
    school_register.load(extract(closed, {"URN": "900199"}))

    assert School.objects.get(urn="900100").closed_on == date(2026, 8, 31)


def test_a_school_that_opens_again_is_open(extract):
    SchoolFactory(urn="900100", closed_on=date(2026, 8, 31))

    school_register.load(extract({}))

    assert School.objects.get().closed_on is None


def test_what_is_missing_from_a_whole_register_has_closed_and_from_a_part_has_not(extract):
    many = [{"URN": str(900200 + n), "SchoolWebsite": ""} for n in range(40)]
    school_register.load(extract({}, *many))

    school_register.load(extract(*many))
    still_open = School.objects.open().filter(urn="900100").exists()
    school_register.load(extract(*many), whole=True)

    assert still_open
    assert School.objects.get(urn="900100").closed_on == clock.today()


def test_a_whole_register_that_lacks_too_many_is_refused_whole(extract, refused):
    many = [{"URN": str(900200 + n), "SchoolWebsite": ""} for n in range(40)]
    school_register.load(extract(*many))

    with refused("too_many_missing"):
        school_register.load(extract(*many[:30], {"URN": "900300"}), whole=True)

    assert School.objects.open().count() == 40
    assert not School.objects.filter(urn="900300").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "not_the_register"),
        ("<!DOCTYPE html><html><body>Service unavailable</body></html>", "not_the_register"),
        ("URN,Name\n900100,Somewhere\n", "not_the_register"),
        (",".join(PLAIN) + "\n", "cut_short"),
        (",".join(PLAIN) + "\n" + ",".join(PLAIN.values()) + "\n900101,893,40", "cut_short"),
        (",".join(PLAIN) + "\n" + ",".join(PLAIN.values()) + '\n900101,"' + "x" * 200_000, "not_readable"),
    ],
)  # fmt: skip
def test_what_is_no_register_is_refused_and_nothing_of_it_applied(tmp_path, refused, words, code):
    path = tmp_path / "extract.csv"
    path.write_text(words, encoding="utf-8")

    with refused(code):
        school_register.load(path)

    assert not School.objects.exists()


def test_one_row_out_of_step_is_passed_over_and_the_rest_applied(tmp_path):
    path = tmp_path / "extract.csv"
    good = ",".join(PLAIN.values())
    path.write_text(f"{','.join(PLAIN)}\n900101,too,few\n{good}\n", encoding="utf-8")

    report = school_register.load(path)

    assert dict(report.skipped) == {"its cells do not match the columns": 1}
    assert report.kept == 1


def test_a_number_that_comes_twice_counts_once(extract):
    report = school_register.load(extract({}, {"EstablishmentName": "Another"}))

    assert report.skipped["its number came before"] == 1
    assert School.objects.get().name == "Stiperstones School"


def test_the_command_says_what_became_of_the_file(extract, capsys):
    call_command("load_school_register", extract({}, {"URN": "x"}))

    said = capsys.readouterr().out
    assert "2 rows read, 1 kept." in said
    assert "1 passed over, its number is not one: x" in said


def test_the_command_says_plainly_why_it_loads_nothing(tmp_path):
    (tmp_path / "page.csv").write_text("<html>", encoding="utf-8")

    with pytest.raises(CommandError, match=r"Nothing was loaded\. This is not"):
        call_command("load_school_register", tmp_path / "page.csv")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_school_register", tmp_path / "absent.csv")


@pytest.mark.django_db(transaction=True)
def test_two_loads_never_run_at_once(extract, refused):
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('school_register'))")
            with refused("being_loaded"):
                school_register.load(extract({}))
    finally:
        other.close()

    assert not School.objects.exists()


def test_real_extracts_of_whatever_vintage_are_read_where_they_lie_beside_the_project():
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"

    for path in folder.glob("gias_*.csv"):
        if "StatutoryLowAge" not in path.read_text(encoding="cp1252").partition("\n")[0]:
            continue
        School.objects.all().delete()

        report = school_register.load(path)

        assert report.read == report.kept + sum(report.skipped.values())
        assert School.objects.count() == report.kept
