"""Who counts under a rule, and what they may have that others may not."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from placements import priority
from placements.models import PriorityRule, Slot
from placements.priority import Room
from placements.words import Chances
from tests.factories import (
    PriorityRuleFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db


def named(school, criterion, *, students=0, **rule):
    slot = Slot(priority=PriorityRuleFactory.build(criterion=criterion, **rule))
    return priority.named(slot, school, places=6, students=students)


@pytest.mark.parametrize("criterion", [Chances.PUPIL_PREMIUM, Chances.SEND])
def test_of_a_group_those_students_count_of_whom_the_rule_speaks(criterion):
    school = SchoolOrganisationFactory()

    assert [named(school, criterion, students=number) for number in (0, 4, 9)] == [0, 4, 6]


@pytest.mark.parametrize(("share", "counting"), [("39.9", 0), ("40", 6), ("71.5", 6), (None, 0)])
def test_where_many_have_free_school_meals_every_student_counts(share, counting):
    school = SchoolOrganisationFactory(school__free_school_meals_percent=share and Decimal(share))

    assert named(school, Chances.PUPIL_PREMIUM, threshold=40) == counting
    assert named(school, Chances.PUPIL_PREMIUM) == 0


def test_at_a_special_school_every_student_counts():
    assert named(SchoolOrganisationFactory(school__is_special=True), Chances.SEND) == 6


@pytest.mark.parametrize(
    ("rural_code", "counting"),
    [("A1", 0), ("C2", 0), ("UF1", 0), ("", 0), ("D1", 6), ("E2", 6), ("F1", 6), ("RSN1", 6)],
)
def test_the_register_says_whether_a_school_is_in_the_countryside(rural_code, counting):
    school = SchoolOrganisationFactory(school__rural_code=rural_code)

    assert named(school, Chances.RURAL, students=6) == counting


def test_a_pathfinder_area_is_made_of_the_districts_that_the_rule_names():
    school = SchoolOrganisationFactory(school__authority="E06000051")

    assert named(school, Chances.PATHFINDER, authorities=["E06000051"]) == 6
    assert named(school, Chances.PATHFINDER, authorities=["E06000020"]) == 0


def test_without_a_rule_nobody_counts():
    assert priority.named(Slot(), SchoolOrganisationFactory(), places=6, students=6) == 0


def test_the_group_takes_kept_places_first_and_others_for_the_rest():
    room = Room(anybody=2, kept=3)

    assert [room.for_group(number) for number in (0, 2, 5)] == [2, 4, 5]
    assert [room.of_kept(4, number) for number in (0, 2, 4)] == [0, 2, 3]
    assert room.without(4, 3) == Room(1, 0)


def test_rules_may_be_chosen_while_they_are_in_force():
    PriorityRule.objects.all().delete()
    day = days_ahead(0)
    over = PriorityRuleFactory(until_on=days_ahead(-1))
    coming = PriorityRuleFactory(from_on=days_ahead(1))
    nowhere = PriorityRuleFactory(criterion=Chances.PATHFINDER)
    now = PriorityRuleFactory(until_on=day)
    here = PriorityRuleFactory(criterion=Chances.PATHFINDER, authorities=["E06000051"])

    assert {*PriorityRule.objects.to_choose_from(day)} == {now, here}
    assert {over, coming, nowhere} == {*PriorityRule.objects.all()} - {now, here}


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"criterion": "wealth"}, "whom_a_priority_rule_names_is_known"),
        ({"until_on": date(2025, 8, 1)}, "a_priority_rule_ends_after_it_begins"),
        ({"threshold": 101}, "a_share_of_students_is_per_cent"),
        ({"group_share": 0}, "a_share_of_a_group_is_per_cent"),
        ({"group_share": 101}, "a_share_of_a_group_is_per_cent"),
    ],
)
def test_a_rule_that_means_nothing_cannot_be_written(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PriorityRuleFactory(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"taken": 3, "kept_back": 4, "reserved": 4}, "a_kept_place_is_given_to_nobody_else"),
        ({"kept_back": 2, "reserved": 1}, "a_kept_place_is_given_to_nobody_else"),
        ({"reserved": 1, "reserved_until": None}, "places_are_kept_for_somebody_until_a_day"),
        ({"reserved": 1, "priority": None}, "places_are_kept_for_somebody_until_a_day"),
        ({"early_days": 7, "priority": None}, "booking_opens_early_for_somebody"),
    ],
)
def test_the_records_cannot_promise_what_is_not_there(fields, constraint):
    given = {"priority": PriorityRuleFactory(), "reserved_until": days_ahead(9), **fields}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SlotFactory(places=6, **given)
