from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from accounts import clock, postcodes
from accounts.models import Standing
from placements import desks
from placements.models import Placement
from placements.search import PlacementSearch, hints, results, spelling
from placements.words import Mode
from tests.factories import EmployerFactory, PlacementFactory, SlotFactory, WorkplaceFactory
from tests.placements import market

pytestmark = pytest.mark.django_db


def day(ahead):
    return (clock.today() + timedelta(days=ahead)).isoformat()


def searched(asked):
    lists = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    search = PlacementSearch(MultiValueDict(lists))
    assert search.is_valid(), search.errors
    return search


def found(asked):
    return [item.placement for item in results(searched({"limit": "100", **asked})).found]


def all_pages(asked, *, between=lambda: None):
    """Every row in the order of the pages, with something done between two pages."""
    rows, cursor = [], ""
    while True:
        page = results(searched({"limit": "7", **asked, "cursor": cursor}), visitor="one")
        rows += [item.placement for item in page.found]
        between()
        if page.next is None:
            return rows
        cursor = page.next


QUESTIONS = [
    {},
    {"q": "robots"},
    {"near": "SY1"},
    {"near": "SY1", "within": "25"},
    {"near": "SY1", "within": "3.5", "mode": ["in_person", "hybrid"]},
    {"near": "TF1", "mode": "virtual"},
    {"near": "Ludlow", "within": "20", "sector": ["digital", "construction", "care_services"]},
    {"mode": ["virtual", "hybrid"], "self_paced": "false"},
    {"self_paced": "true"},
    {"kind": ["talk", "visit"], "year_group": "8"},
    {"year_group": ["7", "13"]},
    {"sector": ["digital"]},
    {"days_max": "1"},
    {"days_max": "5", "kind": ["talk", "week_placement"]},
    {"places": "6"},
    {"from": day(0), "to": day(30)},
    {"from": day(40)},
    {"to": day(10), "places": "2"},
    {"from": day(20), "to": day(60), "places": "4", "mode": "in_person"},
    {"adjustments": ["step_free", "quiet_space"]},
    {"badge": ["gold", "stem"], "rating_min": "3.75"},
    {"badge": ["nobody_has_this"]},
    {"rating_min": "4.6"},
    {"q": "theatre", "near": "SY1", "within": "40", "year_group": "10", "places": "1"},
]


@pytest.fixture
def a_market():
    market.build()
    return market.every_row()


def test_every_question_finds_what_reading_every_row_finds(a_market):
    for asked in QUESTIONS:
        place = postcodes.find(asked["near"]) if "near" in asked else None

        rows = all_pages({**asked, "limit": "50"})

        assert {row.pk for row in rows} == market.as_asked(a_market, asked, place), asked
        assert len(rows) == results(searched(asked)).total, asked


def test_every_order_shows_each_row_once_over_all_its_pages(a_market):
    for sort in ("", "relevance", "distance", "soonest", "rating", "newest", "fair"):
        asked = {"q": "bakery or robots", "near": "SY1", "within": "40", "sort": sort}

        rows = all_pages(asked)

        assert len(rows) == len({row.pk for row in rows}) == results(searched(asked)).total > 20


def test_the_orders_are_what_they_are_called(a_market):
    near = postcodes.find("SY1")
    by_distance = found({"near": "SY1", "within": "50", "mode": "in_person", "sort": "distance"})
    by_rating = found({"sort": "rating"})
    by_age = found({"sort": "newest"})

    assert by_distance == sorted(by_distance, key=lambda row: (how_far(row, near), row.pk))
    assert by_rating == sorted(
        by_rating, key=lambda row: (-(row.rating_average or 0), -row.rating_count, row.pk)
    )
    assert [row.published_at for row in by_age] == sorted(
        (row.published_at for row in by_age), reverse=True
    )


def how_far(row, place):
    easting, northing = market.shown(row.workplace)
    east, north = easting - place.easting, northing - place.northing
    return east**2 + north**2


def test_the_soonest_date_that_would_do_comes_first(a_market):
    asked = {"sort": "soonest", "places": "3", "limit": "100"}

    firsts = [item.next_slot.starts_on for item in results(searched(asked)).found]

    assert firsts == sorted(firsts)


def test_a_fair_order_is_the_visitors_own_for_a_day(a_market):
    def order(visitor):
        return [
            item.placement.pk for item in results(searched({"sort": "fair"}), visitor=visitor).found
        ]

    morning, again, other = order("one"), order("one"), order("another")

    assert morning == again
    assert morning != other


def test_rows_added_while_paging_move_nothing_that_was_there(a_market):
    asked = {"near": "SY1", "within": "40", "sort": "distance"}
    there = all_pages(asked)

    def one_more():
        PlacementFactory(workplace=WorkplaceFactory(easting=349000, northing=312000))

    rows = [row for row in all_pages(asked, between=one_more) if row in there]

    assert rows == there


def test_facets_count_what_choosing_them_would_find(a_market):
    for asked in QUESTIONS[:12]:
        place = postcodes.find(asked["near"]) if "near" in asked else None

        facets = results(searched(asked), with_facets=True).facets

        for group, counts in facets.items():
            for code, count in counts.items():
                by_hand = market.as_asked(a_market, {**asked, group: [code]}, place)
                assert count == len(by_hand), (asked, group, code)


def test_facets_name_every_choice_that_would_find_something(a_market):
    codes = {placement.sector for placement in Placement.objects.published()}

    facets = results(searched({"sector": "digital"}), with_facets=True).facets

    assert set(facets["sector"]) == codes


def test_a_virtual_placement_is_near_everywhere_and_a_hybrid_one_is_not():
    far = {"easting": 530000, "northing": 180000}
    virtual = PlacementFactory(mode=Mode.VIRTUAL, workplace=WorkplaceFactory(**far))
    hybrid = PlacementFactory(mode=Mode.HYBRID, workplace=WorkplaceFactory(**far))

    assert found({"near": "SY1"}) == [virtual]
    assert set(found({"near": "SY1", "within": "200"})) == {virtual, hybrid}


def test_a_distance_is_exact_to_the_metre():
    place = postcodes.find("SY1")
    on_the_line = int(10 * 1609.344)
    inside = PlacementFactory(
        workplace=WorkplaceFactory(easting=place.easting + on_the_line, northing=place.northing)
    )
    PlacementFactory(
        workplace=WorkplaceFactory(easting=place.easting + on_the_line + 1, northing=place.northing)
    )

    assert found({"near": "SY1", "within": "10"}) == [inside]


def test_words_are_found_by_their_beginning_where_nobody_says_them_whole():
    own = {"summary": "", "activities": "", "objectives": "", "provider__name": "Provider"}
    bakery = PlacementFactory(title="Bakery", **own)
    PlacementFactory(title="Theatre", **own)

    assert found({"q": "bakeries"}) == [bakery]
    assert found({"q": "bake"}) == [bakery]
    assert found({"q": "-bakery"}) != [bakery]
    assert found({"q": "nothing like it"}) == []


def test_a_provider_is_found_by_its_name():
    provider = EmployerFactory(name="Corvedale Instruments")
    placement = PlacementFactory(provider=provider, title="Measure", summary="", activities="")

    assert found({"q": "corvedale"}) == [placement]


def test_a_suspended_providers_placements_are_not_found():
    slot = SlotFactory()
    assert found({}) == [slot.placement]

    provider = slot.placement.provider
    provider.standing, provider.suspended_at = Standing.SUSPENDED, clock.now()
    provider.save()

    assert found({}) == []


def test_only_slots_that_can_still_be_had_count_as_dates():
    slot = SlotFactory(places=4, taken=4)
    assert found({"places": "1"}) == []
    assert results(searched({})).found[0].next_slot is None

    slot.taken = 2
    slot.save()

    assert found({"places": "2"}) == [slot.placement]
    assert found({"places": "3"}) == []


def test_dates_that_closed_overnight_are_not_found_before_their_row_is_made_anew(time_machine):
    monday = clock.today() + timedelta(days=28 - clock.today().weekday())

    def slot(week, *, closes_in, **of):
        first = monday + timedelta(days=7 * week + 1)
        last, closes_on = first + timedelta(days=2), clock.today() + timedelta(days=closes_in)
        return SlotFactory(starts_on=first, ends_on=last, closes_on=closes_on, **of)

    def in_week(week):
        days = (monday + timedelta(days=7 * week + day) for day in (0, 6))
        return {*found(dict(zip(("from", "to"), (day.isoformat() for day in days), strict=True)))}

    closing, open_longer = slot(0, closes_in=1), slot(0, closes_in=9)
    slot(2, closes_in=9, placement=closing.placement)

    before = in_week(0)
    time_machine.move_to(clock.now() + timedelta(days=2))

    assert before == {closing.placement, open_longer.placement}
    assert in_week(0) == {open_longer.placement}
    assert in_week(1) == set()
    assert in_week(2) == {closing.placement}
    assert in_week(3) == set()


def test_a_hub_finds_what_lies_in_its_reach(monkeypatch):
    here, _there = PlacementFactory(), PlacementFactory()
    monkeypatch.setattr(desks, "_reaches", [lambda hub: desks.Q(pk=here.pk)])

    assert found({"hub": "00000000-0000-0000-0000-000000000001"}) == [here]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"near": "Atlantis"}, {"near": ["place_unknown"]}),
        ({"within": "-3"}, {"within": ["min_value"]}),
        ({"within": "nan"}, {"within": ["invalid"]}),
        ({"q": "a\0b"}, {"q": ["null_characters_not_allowed"]}),
        ({"q": "x" * 201}, {"q": ["max_length"]}),
        ({"from": "0099-01-01"}, {"from": ["date_not_real"]}),
        ({"from": "tomorrow"}, {"from": ["date_incomplete"]}),
        ({"from": "2030-02-01", "to": "2030-01-01"}, {"to": ["invalid"]}),
        ({"places": "1000001"}, {"places": ["max_value"]}),
        ({"kind": "holiday"}, {"kind": ["invalid_choice"]}),
        ({"year_group": "6"}, {"year_group": ["invalid_choice"]}),
        ({"provider": "1 or 1=1"}, {"provider": ["invalid"]}),
        ({"badge": "<script>"}, {"badge": ["invalid"]}),
        ({"sort": "distance"}, {"sort": ["invalid"]}),
        ({"limit": "101"}, {"limit": ["max_value"]}),
        ({"rating_min": "1e400"}, {"rating_min": ["invalid"]}),
    ],
)
def test_what_cannot_be_understood_is_refused_at_its_own_filter(asked, wrong):
    search = PlacementSearch(MultiValueDict({name: [value] for name, value in asked.items()}))

    codes = {name: [e.code for e in errors] for name, errors in search.errors.as_data().items()}

    assert codes == wrong


def test_a_cursor_of_another_search_or_of_somebodys_making_is_refused():
    SlotFactory.create_batch(3)
    cursor = results(searched({"limit": "1", "sort": "newest"})).next

    for asked in ({"sort": "rating", "cursor": cursor}, {"sort": "newest", "cursor": cursor[:-1]}):
        with pytest.raises(ValidationError) as refusal:
            results(searched({"limit": "1", **asked}))
        assert refusal.value.error_dict["cursor"][0].code == "invalid"


def test_where_nothing_is_found_other_searches_are_offered_with_what_they_find():
    place = postcodes.find("SY1")
    far = WorkplaceFactory(easting=place.easting + 30_000, northing=place.northing)
    SlotFactory(placement__workplace=far, starts_on=clock.today() + timedelta(days=20))
    PlacementFactory(mode=Mode.VIRTUAL, workplace=None)
    asked = {"near": "SY1", "mode": "in_person"}

    offered = results(searched(asked)).suggestions

    assert [(one.kind, one.total) for one in offered] == [("wider", 1), ("virtual", 1)]
    for one in offered:
        assert results(searched(dict(QueryDict(one.query).lists()))).total == one.total


def test_other_dates_are_offered_where_the_dates_are_in_the_way():
    SlotFactory()

    offered = results(searched({"from": day(300), "to": day(310)})).suggestions

    assert [(one.kind, one.total) for one in offered] == [("other_dates", 1)]


def test_a_place_across_the_border_is_searched_and_the_answer_says_who_this_is_for():
    assert results(searched({"near": "SY1"})).notice == ""
    assert "Cardiff is not in England" in results(searched({"near": "Cardiff"})).notice


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_costs_the_same_however_much_it_finds(rows, django_assert_num_queries):
    SlotFactory.create_batch(rows)
    asked = searched({"near": "SY1", "q": "bakery", "places": "1"})

    with django_assert_num_queries(1):
        page = results(asked, with_facets=True)
        [(item.placement.provider.name, item.placement.workplace.town) for item in page.found]

    assert page.total == rows


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bakrey", "bakery"),
        ("bakary", "bakery"),
        ("wrekn", "wrekin"),
        ("thaetre visit", "theatre visit"),
    ],
)
def test_a_word_that_nobody_says_is_offered_as_the_nearest_that_somebody_does(typed, meant):
    provider = EmployerFactory(name="Wrekin Instruments")
    PlacementFactory(title="Bakery", provider=provider)
    PlacementFactory(title="Theatre visit", provider=provider)

    offered = results(searched({"q": typed})).suggestions

    assert [(one.kind, one.words) for one in offered[:1]] == [("spelling", f"for “{meant}”")]
    assert results(searched(dict(QueryDict(offered[0].query).lists()))).total == offered[0].total


def test_a_word_that_is_near_to_none_is_offered_as_nothing():
    PlacementFactory(title="Bakery")

    assert spelling.corrected("quantum") == ""
    assert spelling.corrected("bakery") == ""
    assert spelling.corrected("a 4 !") == ""


def test_accents_are_as_good_as_none():
    cafe = PlacementFactory(title="A week in the Café Zoë")

    assert found({"q": "cafe zoe"}) == [cafe]
    assert found({"q": "café"}) == [cafe]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("vet", "Animal care for beginners"),
        ("IT", "Software team"),
        ("law", "A day with a solicitor"),
        ("hairdressing", "Hair studio"),
    ],
)
def test_what_schools_say_finds_what_listings_say(typed, title):
    plain = {"summary": "", "activities": "", "objectives": "", "sector": "construction"}
    meant = PlacementFactory(title=title, **plain)
    PlacementFactory(title="Bricks", **plain)

    assert found({"q": typed}) == [meant]


def test_the_sector_and_the_kind_are_words_like_any_other():
    digital = PlacementFactory(title="A week with us", sector="digital", summary="")
    PlacementFactory(title="A week with us", sector="construction", summary="")

    assert found({"q": "digital week"}) == [digital]


def test_a_rare_word_is_found_in_the_whole_description():
    astrolabe = PlacementFactory(activities="Students polish an astrolabe.")
    PlacementFactory()

    assert found({"q": "astrolabe"}) == [astrolabe]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("robots year 10", [("Year 10", "robots")]),
        ("online talks", [("Virtual", "talks"), ("Talk, assembly or question time", "online")]),
        ("T-levels", [("T Level industry placement", "")]),
        ("bakery", []),
    ],
)
def test_a_filter_that_the_words_suggest_is_offered_and_not_forced(typed, offered):
    search = searched({"q": typed})

    assert [(hint.label, hint.words) for hint in hints(search)] == offered
    assert results(search).total == 0


def test_a_filter_that_is_on_is_not_offered_again():
    assert hints(searched({"q": "virtual robots", "mode": "virtual"})) == []
