"""Random questions to a market made by chance, against an oracle that reads every row."""

import os
import random
from collections import Counter
from datetime import timedelta

import pytest
from django.utils.datastructures import MultiValueDict

from accounts import clock, postcodes
from accounts.words import Sector
from placements import bitmaps
from placements.models import Placement
from placements.search import PlacementSearch, pooled, results, statement
from placements.words import Adjustment, Kind, Mode
from tests.placements import market, oracle

pytestmark = pytest.mark.django_db

FULL = bool(os.environ.get("WEX_FULL"))
PLACEMENTS, QUESTIONS = (5000, 2000) if FULL else (600, 200)
AT_LEAST = 50 if FULL else 5
PLACES = ("SY1", "TF1", "Ludlow", "52.7,-2.75", "SY1 1AA")
SORTS = ("distance", "soonest", "rating", "newest", "fair")


@pytest.fixture(params=["rows", "bits", "bits and short ways"])
def rows(request, monkeypatch):
    """The same market, counted from its rows and counted from bits; and, as in a nation a
    hundred times as large, with indexes that are given up before all of them is read."""
    market.build_many(PLACEMENTS)
    if request.param != "rows":
        monkeypatch.setattr(bitmaps, "WORTH_IT", 1)
        bitmaps.count_anew()
    if request.param == "bits and short ways":
        monkeypatch.setattr(statement, "FOLLOWED", PLACEMENTS // 15)
    answered({})
    yield oracle.read()
    pooled.learn(None)


def answered(asked):
    given = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    search = PlacementSearch(MultiValueDict(given))
    assert search.is_valid(), search.errors
    return results(search, visitor="somebody", with_facets=True)


class Asker:
    """Questions by chance, most of which find something."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.providers = list(Placement.objects.values_list("provider", flat=True).distinct())

    def question(self):
        asked = {}
        for name, make in self.filters().items():
            if self.chance.random() < 0.15:
                asked[name] = make()
        if "near" in asked or self.chance.random() < 0.3:
            asked.setdefault("near", self.chance.choice(PLACES))
            asked["within"] = self.chance.choice(("3", "10", "25", "40.5"))
        if "to" in asked and asked.get("from", "") > asked["to"]:
            asked["from"], asked["to"] = asked["to"], asked["from"]
        sorts = SORTS if "near" in asked else SORTS[1:]
        asked["sort"] = self.chance.choice(sorts)
        return asked

    def filters(self):
        chance = self.chance
        return {
            "q": lambda: chance.choice(market.WORDS),
            "near": lambda: chance.choice(PLACES),
            "mode": lambda: self.some(Mode.values),
            "kind": lambda: self.some(Kind.values, 4),
            "sector": lambda: self.some(Sector.values, 6),
            "year_group": lambda: self.some([str(year) for year in range(7, 14)]),
            "adjustments": lambda: self.some(Adjustment.values, 3),
            "badge": lambda: self.some(list(market.BADGES)),
            "self_paced": lambda: chance.choice(("true", "false")),
            "days_max": lambda: str(chance.choice((1, 2, 5, 10))),
            "rating_min": lambda: chance.choice(("2.5", "3", "3.75", "4.6")),
            "provider": lambda: [str(one) for one in chance.sample(self.providers, 3)],
            # Mostly soon; and sometimes so far off that two weeks share a bit.
            "from": lambda: self.day(*chance.choice([(0, 60)] * 4 + [(200, 700)])),
            "to": lambda: self.day(*chance.choice([(61, 120)] * 4 + [(300, 900)])),
            "places": lambda: str(chance.choice((1, 2, 4, 8))),
        }

    def some(self, codes, most=2):
        return self.chance.sample(list(codes), self.chance.randint(1, most))

    def day(self, least, most):
        return (clock.today() + timedelta(days=self.chance.randint(least, most))).isoformat()


def is_full_by_days_alone(row, slot):
    by_itself, on_days = market.room_for_one(slot), row.on_days.get(slot.pk)
    return slot.state == "open" and by_itself > 0 >= market.room_for_one(slot, on_days)


def test_random_questions_are_answered_as_the_oracle_does(rows):
    asker, used, with_results = Asker(7), Counter(), 0
    for _ in range(QUESTIONS):
        asked = asker.question()
        place = postcodes.find(asked["near"]) if "near" in asked else None
        expected = oracle.answer(rows, asked, place=place, today=clock.today(), visitor="somebody")

        page = answered({**asked, "limit": "20"})

        assert page.total == expected.total, asked
        assert [item.placement.pk for item in page.found] == expected.ids[:20], asked
        assert page.facets == expected.facets, asked
        if page.next:
            following = answered({**asked, "limit": "20", "cursor": page.next})
            assert [item.placement.pk for item in following.found] == expected.ids[20:40], asked
        used.update([*(set(asked) - {"sort", "within"}), asked["sort"]])
        with_results += bool(page.total)

    full = [slot for row in rows for slot in row.slots if is_full_by_days_alone(row, slot)]
    assert len(full) >= PLACEMENTS / 100
    assert with_results >= QUESTIONS / 2
    assert min(used[name] for name in (*asker.filters(), *SORTS)) >= AT_LEAST, used
