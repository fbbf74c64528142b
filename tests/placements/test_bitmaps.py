"""A nation that is counted from bits answers like one that is read row by row."""

import pytest
from django.db import connection

from accounts import postcodes
from placements import bitmaps, traits
from placements.models import SearchBits
from placements.search import pooled, results
from placements.words import Mode
from tests.factories import PlacementFactory
from tests.placements import market
from tests.placements.test_search import QUESTIONS, all_pages, day, searched

pytestmark = pytest.mark.django_db

SORTS = ("", "soonest", "rating", "newest", "fair")
MORE = [
    {"from": day(3), "to": day(3)},
    {"from": day(9), "to": day(16), "mode": ["virtual"]},
    {"from": day(1), "to": day(75), "near": "SY1", "within": "30"},
    {"places": "3", "sector": ["digital", "construction"]},
    {"places": "31"},
    {"from": day(5), "to": day(90), "places": "4"},
    {"rating_min": "3.7"},
    {"near": "SY1", "within": "50", "mode": ["hybrid", "virtual"], "adjustments": ["easy_read"]},
    {"near": "SY1", "badge": ["gold"], "kind": ["talk", "visit"]},
    {"self_paced": "true", "near": "SY1"},
    {"self_paced": "false", "days_max": "5", "year_group": ["9", "10"]},
]


@pytest.fixture
def pooled_nation(monkeypatch):
    monkeypatch.setattr(bitmaps, "WORTH_IT", 1)
    market.build()
    bitmaps.count_anew()
    answered({})
    yield market.every_row()
    pooled.learn(None)


def answered(asked, **with_what):
    return results(searched(asked), visitor="one", **with_what)


def test_bits_count_what_reading_every_row_counts(pooled_nation):
    for asked in (*QUESTIONS, *MORE):
        place = postcodes.find(asked["near"]) if "near" in asked else None

        found = answered(asked, with_facets=True)

        assert found.total == len(market.as_asked(pooled_nation, asked, place)), asked
        alone = answered(asked)
        assert (alone.total, alone.facets) == (found.total, None), asked
        assert [one.placement for one in alone.found] == [one.placement for one in found.found]
        for group, counts in found.facets.items():
            for code, count in counts.items():
                by_hand = market.as_asked(pooled_nation, {**asked, group: [code]}, place)
                assert count == len(by_hand), (asked, group, code)


def test_bits_count_every_choice_that_rows_do(pooled_nation):
    counted = [answered(asked, with_facets=True).facets for asked in (*QUESTIONS, *MORE)]
    read_rows()

    for asked, facets in zip((*QUESTIONS, *MORE), counted, strict=True):
        assert facets == answered(asked, with_facets=True).facets, asked


def test_pages_along_an_index_are_those_of_reading_every_row(pooled_nation):
    ways = [{}, {"mode": ["virtual"]}, {"near": "SY1", "within": "40"}]
    asked = [{**way, "sort": sort} for way in ways for sort in SORTS]
    along = [all_pages(one) for one in asked]
    read_rows()

    for one, rows in zip(asked, along, strict=True):
        assert rows == all_pages(one), one
        assert len(rows) > 20


def read_rows():
    SearchBits.objects.all().delete()
    answered({})


def test_an_index_that_leads_to_too_little_is_given_up(pooled_nation, monkeypatch):
    monkeypatch.setattr("placements.search.statement.FOLLOWED", 5)

    found = {row.pk for row in all_pages({"sort": "rating", "sector": ["digital"]})}

    assert found == market.as_asked(pooled_nation, {"sector": ["digital"]})


def test_near_a_place_what_has_come_since_is_counted_at_once(pooled_nation):
    asked = {"near": "SY1", "within": "25", "mode": "in_person"}
    before = answered(asked, with_facets=True)

    PlacementFactory(mode=Mode.IN_PERSON)

    after = answered(asked, with_facets=True)
    assert after.total == before.total + 1
    assert after.facets["mode"]["in_person"] == before.facets["mode"]["in_person"] + 1


def test_a_count_of_the_nation_says_how_old_it_is(pooled_nation):
    old = answered({}, with_facets=True)
    SearchBits.objects.all().delete()

    fresh = answered({}, with_facets=True)

    assert old.counted_at is not None
    assert fresh.counted_at is None
    assert fresh.total == old.total


def test_a_small_nation_has_no_bits():
    market.build(20)

    assert bitmaps.count_anew() > 5
    assert not SearchBits.objects.exists()


def test_bits_are_written_again_only_where_they_changed(pooled_nation):
    before = where_they_lie()
    PlacementFactory(sector="digital")

    bitmaps.count_anew()

    changed = {key for key, place in where_they_lie().items() if before.get(key) != place}
    digital = traits.value_of("sector", "digital")
    assert {key for key in changed if key[0] == "sector"} == {("sector", digital)}
    assert len(changed) < len(before) / 10


def where_they_lie():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, value, ctid FROM placements_searchbits WHERE kind <> 'all'")
        return {(kind, value): place for kind, value, place in cursor.fetchall()}


def test_a_badge_beyond_the_numbered_ones_is_found_all_the_same():
    PlacementFactory(badges=[f"badge_{n}" for n in range(70)])
    last = PlacementFactory(badges=["one_more"])

    found = answered({"badge": ["one_more"]})

    assert [item.placement for item in found.found] == [last]
