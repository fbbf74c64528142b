import contextlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.bench.goals import Goal
from marketplace.bench.search import questions
from placements.models import Placement


def databases():
    """Those of this measurement: others come and go meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'bench\_search\_%'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_the_search_is_measured_in_a_database_of_its_own():
    """The answers of three searches are held against each other on the way."""
    told = StringIO()

    # So small a nation tells nothing of speed: whether goals are met is not asked here.
    with contextlib.suppress(CommandError):
        call_command("bench_search", sizes=[400], samples=3, stdout=told, stderr=StringIO())

    report = json.loads(told.getvalue().splitlines()[-1])
    assert {"ok", "goals", "sizes", "versions"} == set(report)
    assert list(report["sizes"]["400"]["milliseconds"]) == list(questions.QUESTIONS)
    assert report["sizes"]["400"]["milliseconds"]["q1"]["ours"]["samples"] == 3
    assert all({"name", "value", "ok"} < set(goal) for goal in report["goals"])
    assert databases() == set()
    assert Placement.objects.count() == 0


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal("as low as it may be", 1.25, at_most=1.25), True),
        (Goal("too high", 1.26, at_most=1.25), False),
        (Goal("as high as it must be", 40, at_least=40), True),
        (Goal("too low", 39, at_least=40), False),
    ],
)
def test_a_goal_is_met_at_its_limit_and_missed_beyond(goal, met):
    assert goal.ok is met
    assert goal.told()["ok"] is met


@pytest.mark.parametrize("place", [(356_000, 172_000), (620_000, 310_000), (420_000, 610_000)])
def test_a_place_on_the_grid_is_found_again_from_its_address(place):
    asked = questions.Asked("", f"near={questions.near(*place)}", {}).search()

    found = asked.chosen["near"]
    assert (found.easting, found.northing) == pytest.approx(place, abs=2)
