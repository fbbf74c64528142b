import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import postcodes
from accounts.gazetteer import SHROPSHIRE
from accounts.models import Postcode
from accounts.postcodes import Place

LETTERS = st.sampled_from(string.ascii_uppercase)
DIGITS = st.sampled_from(string.digits)
OUTCODES = st.one_of(
    st.builds("{}{}".format, LETTERS, DIGITS),
    st.builds("{}{}{}".format, LETTERS, DIGITS, DIGITS),
    st.builds("{}{}{}".format, LETTERS, LETTERS, DIGITS),
    st.builds("{}{}{}{}".format, LETTERS, LETTERS, DIGITS, DIGITS),
    st.builds("{}{}{}".format, LETTERS, DIGITS, LETTERS),
    st.builds("{}{}{}{}".format, LETTERS, LETTERS, DIGITS, LETTERS),
)
INCODES = st.builds("{}{}{}".format, DIGITS, LETTERS, LETTERS)


@given(OUTCODES, INCODES, st.sampled_from(["", " ", "  ", "-", "\t"]))
def test_a_postcode_is_known_however_it_is_spaced_and_spelt(outcode, incode, between):
    printed = f"{outcode} {incode}"

    assert postcodes.normalise(f" {outcode}{between}{incode} ") == printed
    assert postcodes.normalise(f"{outcode}{between}{incode}".lower()) == printed
    assert postcodes.normalise(printed) == printed
    assert postcodes.outcode_of(printed) == outcode


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_postcode_or_nothing(words):
    said = postcodes.normalise(words)

    assert said == "" or postcodes.FULL.fullmatch(said.replace(" ", ""))


@given(st.text(min_size=1, max_size=80))
@pytest.mark.django_db
def test_whatever_is_typed_names_a_place_on_the_grid_or_none(words):
    place = postcodes.find(words)

    assert place is None or (0 < place.easting < 700_000 and 0 < place.northing < 1_300_000)


@pytest.mark.parametrize(
    "words",
    ["", "   ", "\x00", "SY1 1AA\x00", "ZZ1 1AA", "GIR 0AA", "JE2 3AB", "GY1 1AA", "Nowhere",
     "91.0, 0.0", "0, 0", "40.7, -74.0", "x" * 10_000, "SY1 1AA, SY2 2BB", "1,2,3"],
)  # fmt: skip
@pytest.mark.django_db
def test_what_is_no_place_here_is_not_found(words):
    assert postcodes.find(words) is None


@pytest.mark.django_db
def test_a_postcode_in_the_directory_is_placed_exactly():
    Postcode.objects.create(
        code="SY11AA", easting=349_250, northing=312_600, authority=SHROPSHIRE, country="E"
    )

    place = postcodes.find("sy1 1aa")

    assert place == Place("SY1 1AA", 349_250, 312_600, SHROPSHIRE, "E", is_approximate=False)


@pytest.mark.django_db
def test_without_a_directory_a_postcode_is_placed_by_its_outcode_and_marked_approximate():
    place = postcodes.find("SY1 1AA")

    assert place == Place("SY1 1AA", 350_000, 314_200, SHROPSHIRE, "E", is_approximate=True)


@pytest.mark.django_db
def test_a_postcode_elsewhere_is_placed_by_its_area_with_no_authority():
    place = postcodes.find("M1 1AE")

    assert place == Place("M1 1AE", 383_000, 398_000, "", "E", is_approximate=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "outcode"),
    [("SY1", "SY1"), ("sy11", "SY11"), ("SY1 1", "SY1"), ("TF10 7", "TF10"), ("W1A", "W1A")],
)
def test_a_part_of_a_postcode_is_placed_by_its_outcode(words, outcode):
    assert postcodes.find(words).label == outcode


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "label"),
    [("shrewsbury", "Shrewsbury"), ("ROSS ON WYE", "Ross-on-Wye"), ("Bishops Castle", "Bishop's Castle"),
     ("newport", "Newport, Shropshire"), ("birmingham", "Birmingham")],
)  # fmt: skip
def test_a_town_is_found_by_its_name(words, label):
    place = postcodes.find(words)

    assert place.label == label
    assert place.is_approximate


@pytest.mark.django_db
def test_a_latitude_and_longitude_are_placed_exactly():
    place = postcodes.find("52.255294, -2.154586")

    assert abs(place.easting - 389_544) < 5
    assert abs(place.northing - 261_912) < 5
    assert not place.is_approximate


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "is_in_england"),
    [("SY1 1AA", True), ("SY21 7AA", False), ("EH1 1AA", False), ("BT1 1AA", False), ("52.7,-2.7", True)],
)  # fmt: skip
def test_a_place_says_whether_it_lies_in_england(words, is_in_england):
    assert postcodes.find(words).is_in_england is is_in_england
