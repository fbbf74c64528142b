"""What can be kept to compare, and how much of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction

from accounts import clock
from accounts.models import Role
from placements import shortlists
from placements.models import Shortlisted
from placements.states import PlacementState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return CareersLeaderFactory()


def fill(leader, count=6):
    kept = PlacementFactory.create_batch(count)
    for placement in kept:
        shortlists.add(placement, by=leader)
    return kept


def test_what_is_added_stays_in_the_order_in_which_it_came(leader):
    kept = fill(leader, 3)

    assert shortlists.kept_by(leader) == [placement.pk for placement in kept]


def test_the_seventh_is_refused(leader, refused):
    fill(leader)

    with refused("shortlist_full") as refusal:
        shortlists.add(PlacementFactory(), by=leader)

    assert refusal.value.messages == [
        "Your shortlist is full: it holds 6 placements. Take one off, then add this one."
    ]
    assert Shortlisted.objects.count() == 6


def test_a_place_that_was_given_up_can_be_taken_again(leader):
    kept = fill(leader)
    shortlists.remove(kept[2], by=leader)

    new = shortlists.add(PlacementFactory(), by=leader)

    assert new.place == 3
    assert shortlists.kept_by(leader)[-1] == new.placement_id


def test_adding_twice_is_adding_once(leader):
    kept = fill(leader)

    assert shortlists.add(kept[0], by=leader).placement == kept[0]
    assert Shortlisted.objects.count() == 6


def test_two_colleagues_of_one_school_compare_for_themselves(leader):
    colleague = CareersLeaderFactory(organisation=leader.organisation)
    fill(leader, 2)

    assert shortlists.kept_by(colleague) == []


@pytest.mark.parametrize("state", [PlacementState.PAUSED, PlacementState.DRAFT])
def test_only_what_is_offered_can_be_added(leader, state, refused):
    with refused("not_published"):
        shortlists.add(PlacementFactory(state=state), by=leader)


def test_what_is_suspended_cannot_be_added(leader, refused):
    with refused("not_published"):
        shortlists.add(PlacementFactory(suspended_at=clock.now()), by=leader)


def test_what_is_not_offered_any_more_can_be_taken_off(leader):
    placement = fill(leader, 1)[0]
    placement.state = PlacementState.WITHDRAWN
    placement.save(update_fields=["state"])

    shortlists.remove(placement, by=leader)

    assert shortlists.kept_by(leader) == []


@pytest.mark.parametrize(
    "stranger",
    [HostFactory, BrokerFactory, lambda: CareersLeaderFactory(role=Role.VIEWER)],
)
def test_only_those_who_act_for_a_school_keep_rows(stranger):
    member, placement = stranger(), PlacementFactory()

    for verb in (shortlists.add, shortlists.remove):
        with pytest.raises(PermissionDenied):
            verb(placement, by=member)
    with pytest.raises(PermissionDenied):
        shortlists.bring([placement.pk], by=member)


def test_what_a_visitor_chose_comes_along_as_far_as_there_is_room(leader):
    kept = fill(leader, 4)
    gone = PlacementFactory(state=PlacementState.PAUSED)
    new = PlacementFactory.create_batch(3)

    shortlists.bring([kept[0].pk, gone.pk, *(one.pk for one in new)], by=leader)

    assert shortlists.kept_by(leader) == [one.pk for one in [*kept, *new[:2]]]


def test_a_visitor_is_held_to_the_same_rules(refused):
    placements = PlacementFactory.create_batch(6)
    chosen = []
    for placement in placements:
        chosen = shortlists.with_one_more(chosen, placement)

    assert shortlists.with_one_more(chosen, placements[0]) == chosen
    with refused("shortlist_full"):
        shortlists.with_one_more(chosen, PlacementFactory())
    with refused("not_published"):
        shortlists.with_one_more([], PlacementFactory(state=PlacementState.DRAFT))


def test_the_database_knows_no_seventh_place(leader):
    fill(leader)

    with pytest.raises(IntegrityError, match="a_shortlist_has_six_places"), transaction.atomic():
        Shortlisted.objects.create(
            member=leader, placement=PlacementFactory(), place=7, added_at=clock.now()
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_for_the_last_place_the_second_waits_and_is_refused(leader):
    fill(leader, 5)
    first, second = PlacementFactory.create_batch(2)

    def add():
        try:
            return shortlists.add(second, by=leader)
        except ValidationError as refusal:
            return refusal.error_list[0].code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            shortlists.add(first, by=leader)
            answer = elsewhere.submit(add)
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.4)
        assert answer.result(timeout=5) == "shortlist_full"
