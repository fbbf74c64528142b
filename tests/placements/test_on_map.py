"""The map beside the list: offered, shown, kept while filters change, and honest in its numbers."""

import random
import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils.datastructures import MultiValueDict

from accounts import clock, grid
from placements import bitmaps
from placements.models import Placement, SearchBits
from placements.search import PlacementSearch, every, kept, located, places, pooled, statement
from placements.views import on_map
from placements.words import Mode
from tests.factories import PlacementFactory, SlotFactory, WorkplaceFactory
from tests.placements import market
from tests.placements.test_search_oracle import Asker

pytestmark = pytest.mark.django_db

SEARCH, SHEET = "/placements/", 'class="app-map__sheet"'
MARK = re.compile(r'class="app-map__mark" href="([^"]*)" aria-label="([^"]*)"')
THREE = "3 placements in Shrewsbury, 5.2 miles east"
NEAR = {"near": "SY1", "map": "true"}


def seen(response):
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def searched(asked):
    given = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    search = PlacementSearch(MultiValueDict(given))
    assert search.is_valid(), search.errors
    return search


def put(east, north, **about):
    workplace = WorkplaceFactory(easting=350_000 + east, northing=314_200 + north)
    return PlacementFactory(workplace=workplace, **about)


def online(**about):
    return PlacementFactory(mode=Mode.VIRTUAL, workplace=None, **about)


def marks(page):
    """Each mark's words and where it leads."""
    return {words: href for href, words in MARK.findall(page)}


def test_the_map_is_offered_and_not_drawn_before_somebody_asks(client):
    PlacementFactory()

    page = seen(client.get(SEARCH, {"near": "SY1", "sector": "catering_hospitality"}))

    address = "/placements/?near=SY1&sector=catering_hospitality&map=true#map"
    assert f'href="{address}">Show it on a map</a>' in page
    assert SHEET not in page


def test_the_map_stands_above_the_list_which_is_what_it_was(client):
    placement = put(900, 500, title="Bake for a town")

    page = seen(client.get(SEARCH, NEAR))

    address = f"/placements/{placement.pk}/"
    assert marks(page) == {"Bake for a town, Shrewsbury, under 1 mile": address}
    assert page.index(SHEET) < page.index(
        f'<h3 class="app-card__title"><a class="govuk-link" href="{address}"'
    )
    assert "no filter of ours" not in page
    assert 'href="/placements/?near=SY1#results">Hide the map</a>' in page
    assert 'href="#after-map">Skip the map</a>' in page
    assert 'id="after-map"' in page


def test_the_choice_stays_while_filters_change(client):
    SlotFactory.create_batch(3)

    page = seen(client.get(SEARCH, {**NEAR, "kind": "week_placement", "limit": "2"}))

    assert '<input type="hidden" name="map" value="true">' in page
    assert 'href="/placements/?near=&map=true">Clear all filters' in page
    leading_on = re.findall(
        r'class="(?:app-chip|govuk-link govuk-pagination__link)" href="([^"]*)"', page
    )
    assert len(leading_on) == 3
    assert all("map=true" in address for address in leading_on)


def test_a_search_is_saved_without_the_map():
    assert kept.as_kept("map=true&sector=digital") == "sector=digital"


def test_things_that_lie_together_are_one_mark_that_leads_nearer(client):
    for east in (0, 400, 800):
        put(8_000 + east, 0)
    put(-8_000, 0, title="Far from them")

    page = seen(client.get(SEARCH, {**NEAR, "within": "10", "year_group": "10"}))

    found = marks(page)
    assert set(found) == {THREE, "Far from them, Shrewsbury, 5 miles west"}
    nearer = found[THREE]
    assert "map=true" in nearer
    assert "year_group=10" in nearer
    assert "within=1&" in nearer
    assert nearer.endswith("#map")
    assert len(marks(seen(client.get(nearer)))) == 3


@pytest.mark.parametrize("seed", range(2))
def test_whoever_follows_marks_comes_to_every_placement(client, seed):
    chance = random.Random(seed)
    for number in range(25):
        spread = chance.choice((60, 600, 6_000, 30_000))
        put(chance.randint(-spread, spread), chance.randint(-spread, spread), title=f"No. {number}")
    reached, ahead, followed = set(), [f"{SEARCH}?near=SY1&within=50&map=true"], set()

    while ahead:
        page = seen(client.get(address := ahead.pop()))
        followed.add(address)
        reached |= {words for words in re.findall(r"No\. \d+", page) if "map=true" not in address}
        reached |= set(re.findall(r'aria-label="(No\. \d+), ', page))
        ahead += [href for href, _ in MARK.findall(page) if "?" in href and href not in followed]
        assert len(followed) < 60

    assert len(reached) == 25


def test_what_is_at_one_workplace_is_listed(client):
    workplace = WorkplaceFactory(easting=355_000, northing=314_200)
    first, second = PlacementFactory.create_batch(2, workplace=workplace)
    elsewhere, everywhere = put(-5_000, 0), online()

    found = marks(seen(client.get(SEARCH, NEAR)))
    address = found["2 placements at one spot in Shrewsbury, 3.1 miles east"]
    page = seen(client.get(address))

    assert address.endswith("#results")
    assert SHEET not in page
    assert [row.title in page for row in (first, second, elsewhere, everywhere)] == [
        *(True, True, False, False)
    ]


def test_the_list_of_one_spot_keeps_to_the_ways_that_were_asked_for(client):
    workplace = WorkplaceFactory(easting=355_000, northing=314_200)
    PlacementFactory.create_batch(2, workplace=workplace, mode=Mode.HYBRID)

    [address] = marks(seen(client.get(SEARCH, {**NEAR, "mode": "hybrid"}))).values()

    assert "mode=hybrid" in address
    assert "in_person" not in address


def test_what_is_online_is_counted_and_not_drawn(client):
    put(0, 0)
    online()
    online()

    page = seen(client.get(SEARCH, NEAR))

    assert "The map shows 1 placement. 2 are online and not on the map." in page


def test_a_map_of_nothing_but_what_is_online_says_why_it_is_empty(client):
    online()

    page = seen(client.get(SEARCH, NEAR))

    assert "Everything that was found is online, so there is nothing to show on a map." in page
    assert SHEET not in page


def test_where_nothing_is_found_there_is_no_map_to_show_or_hide(client):
    SlotFactory()

    page = seen(client.get(SEARCH, {**NEAR, "places": "50"}))

    assert SHEET not in page
    assert "Hide the map" not in page
    assert "within=10&map=true" in page


@pytest.mark.parametrize("where", ["SY1", ""])
def test_more_than_a_map_can_bear_is_said_to_be_more(client, monkeypatch, where):
    monkeypatch.setattr(places, "MOST", 2)
    monkeypatch.setattr(on_map, "MOST", 2)
    there = [put(1_000 * each, 0, title=f"No. {each}") for each in range(1, 5)]
    online()

    page = seen(client.get(SEARCH, {"near": where, "map": "true"}))

    assert (
        "The map shows 2 of 4 placements, others each day. 1 is online and not on the map." in page
    )
    found = {thing.identifier for thing in located(searched({"near": where}))}
    assert len(found) == 2
    assert found < {placement.pk for placement in there}


def test_each_day_a_sample_is_another_one(monkeypatch):
    monkeypatch.setattr(places, "MOST", 2)
    for each in range(12):
        put(100 * each, 0)
    days = set()

    # A few days that follow one another may by chance begin at the same point of the round.
    for ahead in range(60):
        with clock.as_of(clock.now() + timedelta(days=ahead)):
            days.add(frozenset(thing.identifier for thing in located(searched({"near": "SY1"}))))

    assert len(days) > 1


def test_the_marks_of_a_sample_do_not_pretend_to_be_all_there_is(client, monkeypatch):
    monkeypatch.setattr(places, "MOST", 3)
    monkeypatch.setattr(on_map, "MOST", 3)
    for each in range(5):
        put(300 * each, 0)

    [words] = marks(seen(client.get(SEARCH, NEAR)))

    assert words.startswith("3 of the 3 placements shown in Shrewsbury")


def test_what_is_not_asked_for_at_all_is_not_said_to_be_online(client, monkeypatch):
    monkeypatch.setattr(places, "MOST", 1)
    monkeypatch.setattr(on_map, "MOST", 1)
    put(0, 0)
    put(1_000, 0)
    online()

    page = seen(client.get(SEARCH, {**NEAR, "mode": "in_person"}))

    assert "The map shows 1 of 2 placements, others each day. <" not in page
    assert "are online and not" not in page
    assert "is online and not" not in page


def test_from_near_one_can_look_wider_and_at_the_whole_country(client):
    put(0, 0)

    page = seen(client.get(SEARCH, {**NEAR, "within": "12"}))

    assert 'href="/placements/?near=SY1&map=true&within=15#map">within 15 miles</a>' in page
    assert 'href="/placements/?near=&map=true#map">all of England</a>' in page


def test_a_question_that_must_be_mended_has_no_map(client):
    PlacementFactory()

    page = seen(client.get(SEARCH, {"near": "Atlantis", "map": "true"}))

    assert SHEET not in page
    assert 'name="map" value="true"' in page


@pytest.mark.parametrize("value", ["", "false", "1", "<svg>", "%00"])
def test_only_true_draws_a_map(client, value):
    PlacementFactory()

    page = seen(client.get(SEARCH, {"near": "", "map": value}))

    assert "app-map__sheet" not in page
    assert "no filter of ours" not in page


def test_the_api_knows_no_map(client):
    PlacementFactory()

    assert client.get("/api/v1/placements?map=true").status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_a_map_costs_one_statement_more_however_much_is_on_it(
    client, rows, django_assert_num_queries
):
    SlotFactory.create_batch(rows, placement__badges=["gold"])
    search, badge_names, the_map = 1, 1, 1

    with django_assert_num_queries(search + badge_names + the_map):
        client.get(SEARCH, {"near": "52.7,-2.75", "map": "true"})


def test_a_deployers_tiles_lie_beneath_with_thanks(client, settings):
    settings.MAP_TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.MAP_TILES_CREDIT = "Tiles by <somebody>"
    put(0, 0)

    response = client.get(SEARCH, NEAR)

    assert '<image href="https://tiles.example.org/1' in response.content.decode()
    assert "Tiles by &lt;somebody&gt;" in response.content.decode()
    assert "app-map__land" not in response.content.decode()


@pytest.fixture(params=["rows", "bits"])
def crowded(request, monkeypatch):
    market.build_many(300)
    if request.param == "bits":
        monkeypatch.setattr(bitmaps, "WORTH_IT", 1)
        bitmaps.count_anew()
        monkeypatch.setattr(statement, "FOLLOWED", 40)
        pooled.learn(pooled_moment())
    yield
    pooled.learn(None)


def pooled_moment():
    return SearchBits.objects.filter(kind="all").values_list("counted_at", flat=True).get()


def test_the_map_has_every_placement_of_the_list_that_is_somewhere(crowded):
    asker = Asker(11)
    for _ in range(60):
        search = searched(asker.question())
        expected = every(search).exclude(mode=Mode.VIRTUAL)

        on_the_map = located(search)

        assert {thing.identifier for thing in on_the_map} == set(
            expected.values_list("pk", flat=True)
        )
        assert len({thing.identifier for thing in on_the_map}) == len(on_the_map)


def test_a_sample_of_the_nation_is_of_what_was_asked_for_and_as_large_as_can_be(
    crowded, monkeypatch
):
    monkeypatch.setattr(places, "MOST", 20)
    for asked in ({}, {"kind": "visit"}, {"sort": "newest", "year_group": "10"}):
        search = searched(asked)
        somewhere = set(every(search).exclude(mode=Mode.VIRTUAL).values_list("pk", flat=True))

        sample = {thing.identifier for thing in located(search)}

        assert sample <= somewhere
        assert len(sample) == min(20, len(somewhere))


def test_where_it_is_said_to_be_is_where_it_is():
    placement = put(1_234, 5_678, title="Robots")

    [thing] = located(searched({"near": "SY1"}))

    assert (thing.easting, thing.northing) == (351_234, 319_878)
    assert (thing.title, thing.town) == ("Robots", placement.workplace.town)
    assert Placement.objects.get(pk=thing.identifier) == placement
    assert grid.from_latitude(*grid.to_latitude(351_234, 319_878)) == (351_234, 319_878)
