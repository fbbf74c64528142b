"""Taking out any one rule of who may do what makes the table fail.

With `--full` every clause of every rule is taken out in turn, and asked again is every question
that comes past it and would be answered otherwise. Otherwise a few are, with the rows that are
nearest.
"""

import logging
from collections import defaultdict
from functools import partial

import pytest
from django.db import transaction

from placements.models.finding import PUBLIC
from tests.marketplace import beneath
from tests.marketplace import cast as casting
from tests.marketplace.access import TABLE
from tests.marketplace.asking import FULL, Asker, Cell, cells_of
from tests.marketplace.mutants import mutants_of, subjects
from tests.marketplace.watching import Watch

pytestmark = pytest.mark.django_db

# The rows that notice, where there is no time to ask them all.
NEAREST = {
    "placements.authority:may_answer": ("placements:accept-booking", "placements:booking-attended"),
    "placements.authority:may_name_students": (
        "placements:students",
        "placements:brief-students",
    ),
    "placements.authority:may_record_check": ("placements:workplace-check",),
    "placements.models.students:StudentQuerySet.visible_to": (
        "placements:students",
        "placements:booking",
    ),
    "placements.models.bookings:BookingQuerySet.visible_to": (
        "placements:booking",
        "placements:bookings",
    ),
}
TAKEN_OUT = tuple(subjects() if FULL else NEAREST)
# What the table cannot notice, and why nobody gets anything by it.
UNNOTICED: dict[str, dict[str, str]] = {
    "placements.authority:may_answer": {
        "without may_stand_in(by, placement)": (
            "No page shows a desk the request that it may answer, only the link in its mail;"
            " `test_unheard` asks by that."
        ),
    },
    "placements.models.students:StudentQuerySet.visible_to": {
        "without booking__slot__placement__provider=ours": (
            "A page asks about one booking, which its reader may see already; `test_students`"
            " asks the query itself."
        ),
        "without wiped_at__isnull=True": (
            "Whoever is wiped has no name to read; `test_students` asks the query itself."
        ),
        "without booking__state__in=IN_TOUCH": (
            "No page tells a host of students before it is agreed or once it is called off;"
            " `test_students` asks the query itself."
        ),
    },
    "accounts.console:Console.has_permission": {
        "without request.user.is_active": (
            "A session holds nobody who has been switched off; Django's own console asks the same."
        ),
    },
    "brokers.authority:is_national": {
        "without sees_a_desk(member)": (
            "Nobody suspends the national team, and no page lets in whoever has left it;"
            " `test_boundaries` asks the verbs about one that is suspended all the same."
        ),
    },
    "ratings.authority:works_on_the_desk_of": {
        "without not is_broker(by)": (
            "The desk is a hub in good standing or the national team's, never anybody else's; and"
            " whoever works at none is spared the search for it."
        ),
    },
}


@pytest.fixture(scope="module")
def asker(django_db_setup, django_db_blocker, texts_are_sent):
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), transaction.atomic():
        yield Asker(casting.gather())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def noticing(asker):
    """For each mutant the questions that it would not answer as its rule does."""
    watch = Watch(TAKEN_OUT)
    found = defaultdict(list)
    with watch.over_all():
        for complaint in questions(asker):
            watch.otherwise.clear()
            assert not complaint()
            for mutant in watch.otherwise:
                found[str(mutant)].append(complaint)
    return found


def questions(asker):
    """Each as what complains of the answer, if there is something to complain of."""
    for verb in beneath.VERBS if FULL else ():
        for person in beneath.askers(asker.cast):
            yield partial(beneath.complaint, asker.cast, verb, person)
    near = {route for routes in NEAREST.values() for route in routes}
    for row in TABLE:
        if FULL or row.route in near:
            yield from (partial(asker.complaint, cell) for cell in cells_of(row, asker.cast))


@pytest.mark.parametrize("subject", TAKEN_OUT)
def test_without_any_clause_of_a_rule_the_table_fails(asker, noticing, subject):
    mutants = list(mutants_of(subject))
    unnoticed = {one.what for one in mutants if not is_noticed(one, asker, noticing[str(one)])}

    assert mutants
    assert unnoticed == set(UNNOTICED.get(subject, ()))


def is_noticed(mutant, asker, complaints):
    with mutant.in_place():
        asker.forget()
        noticed = any(complaint() for complaint in complaints)
    asker.forget()
    return noticed


@pytest.mark.parametrize("condition", PUBLIC.children, ids=str)
def test_without_any_condition_of_what_is_public_the_table_fails(asker, condition):
    looks = [
        Cell(row, "visitor", "GET", state)
        for row in TABLE
        if row.route == "placements:placement"
        for state in asker.cast.things[row.of]
    ]
    place = PUBLIC.children.index(condition)
    PUBLIC.children.remove(condition)
    try:
        asker.forget()
        noticed = any(asker.complaint(look) for look in looks)
    finally:
        PUBLIC.children.insert(place, condition)
        asker.forget()

    assert noticed


def test_every_rule_of_authority_is_among_those_taken_out():
    named = list(subjects())

    assert len(named) == len(set(named)) > 50
    assert all(list(mutants_of(subject)) for subject in named)
