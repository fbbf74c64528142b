"""Taking out any one rule of who may do what makes the table fail.

With `--full` every clause of every rule is taken out in turn, and what the table is then
asked is every question whose answer went by that rule. Otherwise a few are, with the rows
that are nearest.
"""

import logging
import sys

import pytest
from django.db import transaction

from tests.marketplace import cast as casting
from tests.marketplace.access import TABLE
from tests.marketplace.asking import FULL, Asker, cells_of
from tests.marketplace.mutants import function, mutants_of, subjects

pytestmark = pytest.mark.django_db

# The rows that notice, where there is no time to ask them all.
NEAREST = {
    "placements.authority:may_answer": ("placements:accept-booking", "placements:booking-attended"),
    "placements.models.bookings:BookingQuerySet.visible_to": (
        "placements:booking",
        "placements:bookings",
    ),
}
# What the table cannot notice, and why nobody gets anything by it.
UNNOTICED: dict[str, dict[str, str]] = {}


@pytest.fixture(scope="module")
def asker(django_db_setup, django_db_blocker):
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), transaction.atomic():
        yield Asker(casting.gather())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def touching(asker):
    """For each rule the questions that go by it."""
    if not FULL:
        return {
            subject: [
                cell for row in TABLE if row.route in near for cell in cells_of(row, asker.cast)
            ]
            for subject, near in NEAREST.items()
        }
    return watched(asker)


def watched(asker):
    """Ask everything once, and see which rules each question comes past."""
    codes = {function(subject).__code__: subject for subject in subjects()}
    seen: dict[str, list] = {subject: [] for subject in codes.values()}
    met = set()

    def watch(frame, event, _):
        if event == "call" and frame.f_code in codes:
            met.add(codes[frame.f_code])

    for row in TABLE:
        for cell in cells_of(row, asker.cast):
            met.clear()
            sys.setprofile(watch)
            try:
                asker.ask(cell, asker.thing(cell))
            finally:
                sys.setprofile(None)
            for subject in met:
                seen[subject].append(cell)
    return seen


@pytest.mark.parametrize("subject", list(subjects()) if FULL else list(NEAREST))
def test_without_any_clause_of_a_rule_the_table_fails(asker, touching, subject):
    mutants = list(mutants_of(subject))
    unnoticed = {one.what for one in mutants if not is_noticed(one, asker, touching[subject])}

    assert mutants
    assert unnoticed == set(UNNOTICED.get(subject, ()))


def is_noticed(mutant, asker, cells):
    with mutant.in_place():
        asker.forget()
        noticed = any(asker.complaint(cell) for cell in cells)
    asker.forget()
    return noticed


def test_every_rule_of_authority_is_among_those_taken_out():
    named = list(subjects())

    assert len(named) == len(set(named)) > 50
    assert all(list(mutants_of(subject)) for subject in named)
