"""Everybody at every address: let in, refused, or told that nothing is there.

The table is `access.py`, everybody and everything is in `cast.py`, and how an answer is
judged is in `asking.py`.
"""

import logging

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver

from tests.marketplace import beneath
from tests.marketplace import cast as casting
from tests.marketplace.access import IN, IN_CONSOLE, TABLE
from tests.marketplace.asking import Asker, Cell, cells_of
from tests.marketplace.cast import CLIENTS, PEOPLE, READERS

pytestmark = pytest.mark.django_db

ROUTES = [
    (route, [row for row in TABLE if row.route == route])
    for route in dict.fromkeys(row.route for row in TABLE)
]


@pytest.fixture(scope="module")
def asker(django_db_setup, django_db_blocker, texts_are_sent):
    """Everybody, gathered once; what a question does is undone before the next."""
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), transaction.atomic():
        yield Asker(casting.gather())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def routes(patterns=None, spaces=()):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join((*spaces, str(pattern.name)))
        else:
            inside = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from routes(pattern.url_patterns, inside)


# The console's redirects from an object's bare address, and what it says to whatever else is
# asked under its own: neither has a name, and neither shows anything.
NAMELESS = {"admin:None"}


def test_every_route_has_a_row():
    assert set(routes()) - {row.route for row in TABLE} == NAMELESS


def test_every_row_has_a_route():
    assert {row.route for row in TABLE} - set(routes()) == set()


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_a_row_says_what_everybody_gets(row):
    for rule in filter(None, (row.get, row.post)):
        assert set(PEOPLE) <= set(rule) <= {*PEOPLE, *CLIENTS}


def lets_nobody_in(route, rows):
    rules = [rule for row in rows for rule in (row.get, row.post) if rule]
    return not any(IN in rule.values() for rule in rules)


def test_every_route_lets_somebody_in():
    """So that nothing can pass because everybody is turned away."""
    shut = {route for route, rows in ROUTES if lets_nobody_in(route, rows)}

    # One signs in where one signs in to everything; and the console writes nothing.
    written = {f"admin:{name}_{verb}" for name in IN_CONSOLE for verb in ("add", "delete")}
    empty = {"api-nothing", "admin:login", "admin:autocomplete", "admin:view_on_site"}
    empty |= {"admin:placements_paperrule_delete", "admin:placements_priorityrule_delete"}
    # The mail service has a word of its own: what it is let in for stands in test_bounces.
    assert shut == empty | written | {"accounts:receipts"}


@pytest.mark.parametrize(("route", "rows"), ROUTES, ids=[route for route, _ in ROUTES])
def test_everybody_gets_what_the_table_says(asker, route, rows):
    cells = [cell for row in rows for cell in cells_of(row, asker.cast)]

    assert [told for cell in cells if (told := asker.complaint(cell))] == []


@pytest.mark.parametrize("verb", beneath.VERBS, ids=str)
def test_a_verb_refuses_whoever_may_not_though_no_page_stands_before_it(asker, verb):
    complaints = [
        told
        for person in beneath.askers(asker.cast)
        if (told := beneath.complaint(asker.cast, verb, person))
    ]

    assert complaints == []


# Between them these show everything that is somebody's business.
SHOWING = (
    *("placements:listing", "placements:booking", "placements:bookings-on-paper"),
    *("brokers:review", "brokers:concern", "brokers:member", "ratings:ratings", "ratings:reports"),
    *("ratings:debrief", "accounts:people", "accounts:workplace", "accounts:account"),
    "placements:students",
    *("placements:enquiry", "placements:saved-searches", "placements:cohort"),
)


def test_what_others_must_not_read_is_read_by_those_who_may(asker):
    """So that nothing stays between them only because no page would ever show it."""
    unread = {(people[0], word) for word, people in READERS.items()}
    for look in looks(asker.cast):
        if look.person in {person for person, _ in unread}:
            unread -= {(look.person, word) for word in asker.read(look)}

    assert unread == set()


def looks(cast):
    for row in TABLE:
        if row.route in SHOWING:
            yield from (
                Cell(row, person, "GET", state)
                for state in cast.things.get(row.of.partition(":")[0], [""])
                for person in dict.fromkeys(people[0] for people in READERS.values())
                if row.get[person] == IN
            )
