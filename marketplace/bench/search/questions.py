"""The mix of questions that the search is measured by, Q1 to Q8.

Each is asked of the product as an address would, and of the hand-written search by the
same numbers. Near a place, the place is another one each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from accounts import grid
from accounts.models import School
from placements.search import PlacementSearch

METRES_IN_A_MILE = 1609.344
WEEKS = 3
# As the hand-written search numbers the bitmaps of weeks.
WEEK_FROM = 100
COMMON = "training"
DATED = ("q1", "q7")
LOCAL, NATIONAL = ("q1", "q4"), ("q3", "q6", "q7", "q8")


@dataclass(frozen=True)
class Asked:
    """One question: the address's parameters, and the values of the hand-written one."""

    name: str
    address: str
    by_hand: dict[str, Any]

    def search(self) -> PlacementSearch:
        """As a page would: parsed, understood and found to be valid."""
        search = PlacementSearch(QueryDict(self.address))
        if not search.is_valid():
            raise ValueError(search.form.errors.as_json())
        return search


@dataclass(frozen=True)
class Mix:
    """What the questions share: the weeks, the words, and where page 500 begins."""

    first: date
    last: date
    rare: str
    cursor: str
    last_score: int
    last_placement: str

    def asked(self, name: str, school: School, *, step: int = 0) -> Asked:
        """A question, about the school's place or some steps (of ten metres) east of it."""
        given = QUESTIONS[name](self)
        values = self._values(name)
        if name in LOCAL:
            given["near"] = near((school.easting or 0) + 10 * step, school.northing or 0)
        asked = Asked(name, urlencode(given, doseq=True), values)
        if name in LOCAL:
            place = asked.search().chosen["near"]
            values |= {"east": place.easting, "north": place.northing}
        return asked

    @property
    def july(self) -> dict[str, object]:
        return {"from": self.first, "to": self.last}

    def _values(self, name: str) -> dict[str, Any]:
        weeks = [(self.first - MONDAY).days // 7 % 64 + week for week in range(WEEKS)]
        mask = sum(1 << week % 64 for week in weeks)
        return {
            "metres": 10 * METRES_IN_A_MILE,
            "far_metres": 25 * METRES_IN_A_MILE,
            "weeks": mask - (1 << 64) if mask >> 63 else mask,
            "week_choices": [WEEK_FROM + week % 64 for week in weeks],
            "common": COMMON,
            "rare": self.rare,
            # Of which dates a line shows the next three.
            "from": self.first if name in DATED else date(1, 1, 1),
            "to": self.last if name in DATED else date(9999, 1, 1),
            "last_score": self.last_score,
            "last_placement": self.last_placement,
        }


MONDAY = date(1970, 1, 5)
ON_A_PAGE = 20
# What an address holds: one value of a name, or several.
Given = dict[str, Any]
KS4 = ["10", "11"]
QUESTIONS: dict[str, Callable[[Mix], Given]] = {
    "q1": lambda mix: {"within": 10, "mode": "in_person", "year_group": KS4, **mix.july},
    "q2": lambda _: {"q": COMMON, "mode": "virtual", "sort": "rating"},
    "q3": lambda _: {"sort": "rating"},
    "q4": lambda _: {
        "within": 25,
        "mode": ["in_person", "hybrid"],
        "adjustments": ["hearing_support", "quiet_space"],
    },
    "q5": lambda mix: {"q": mix.rare, "sort": "rating"},
    "q6": lambda _: {"sector": "digital", "mode": "in_person", "sort": "soonest"},
    "q7": lambda mix: {"mode": "in_person", "year_group": KS4, "sort": "rating", **mix.july},
    "q8": lambda mix: {"sort": "rating", "cursor": mix.cursor},
}


def weeks_of_july(today: date) -> tuple[date, date]:
    """The first whole weeks of the next July: a Monday, and the Sunday after some weeks."""
    year = today.year + (today >= date(today.year, 7, 1))
    first = date(year, 7, 1)
    first += timedelta(days=-first.weekday() % 7)
    return first, first + timedelta(days=7 * WEEKS - 1)


def near(easting: int, northing: int) -> str:
    """The latitude and longitude of a place on the grid, as an address has it."""
    latitude, longitude = 52.5, -1.5
    for _ in range(6):
        east, north = grid.from_latitude(latitude, longitude)
        latitude += (northing - north) / 111_200
        longitude += (easting - east) / 67_700
    return f"{latitude:.5f},{longitude:.5f}"


def by_rating(cursor: str, *, limit: int) -> PlacementSearch:
    """The whole nation from a cursor on, best rated first."""
    return Asked(
        "", urlencode({"sort": "rating", "cursor": cursor, "limit": str(limit)}), {}
    ).search()
