"""Two and more at once around a waiting list: each place goes to whoever was next, or stays free."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from accounts import clock
from placements import bookings, counter, waiting
from placements.models import Booking, PassedOver, Slot
from placements.states import HOLDS_PLACES, BookingState
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory
from tests.placements.test_booking_races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)

# What a slot says of its places, and what its bookings say, at one and the same moment.
AT_ONE_MOMENT = """
SELECT slot.places, slot.taken, slot.waiting,
       coalesce(sum(booking.places) FILTER (WHERE booking.state = ANY (%s)), 0),
       count(*) FILTER (WHERE booking.state IN ('waiting', 'offered')),
       min(coalesce(booking.as_few_as, booking.places))
           FILTER (WHERE booking.state = 'waiting')
FROM placements_slot AS slot LEFT JOIN placements_booking AS booking ON booking.slot_id = slot.id
WHERE slot.id = %s GROUP BY slot.id
"""


@pytest.fixture
def slot():
    return SlotFactory(places=3)


@pytest.fixture
def holder(slot):
    return bookings.request(slot, places=3, by=CareersLeaderFactory())


def wait(slot, places, **told):
    return bookings.request(slot, places=places, by=CareersLeaderFactory(), wait=True, **told)


def give_up(booking):
    return bookings.cancel(booking, reason="illness", by=booking.asked_by)


def now(booking):
    booking.refresh_from_db()
    return booking.state


def all_is_well():
    return counter.miscounted() == [] and waiting.overlooked() == []


def test_places_given_up_while_a_group_joins_are_offered_to_it(slot, holder):
    with meanwhile(give_up, holder) as answer:
        group = wait(slot, 2)

    assert answer == [BookingState.CANCELLED]
    assert now(group) == BookingState.OFFERED
    assert all_is_well()


def test_a_group_that_joins_while_places_are_given_up_has_no_need_to_wait(slot, holder):
    leader = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=2, by=leader, wait=True) as answer:
        give_up(holder)

    assert answer == [BookingState.REQUESTED]
    assert all_is_well()


def test_nobody_overtakes_a_group_that_is_just_joining():
    slot, leader = SlotFactory(places=3), CareersLeaderFactory()
    bookings.request(slot, places=1, by=CareersLeaderFactory())

    with meanwhile(bookings.request, slot, places=2, by=leader) as answer:
        group = wait(slot, 3, as_few_as=2)

    assert answer == ["slot_full"]
    assert (now(group), group.places) == (BookingState.OFFERED, 2)


def test_whoever_books_past_a_group_that_is_just_joining_leaves_a_reason(slot):
    bookings.request(slot, places=1, by=CareersLeaderFactory())
    leader = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=2, by=leader) as answer:
        group = wait(slot, 3)

    assert answer == [BookingState.REQUESTED]
    assert list(PassedOver.objects.values_list("booking", "free", "needed")) == [(group.pk, 2, 3)]
    assert all_is_well()


def test_two_groups_that_join_at_once_keep_the_order_in_which_they_came(slot, holder):
    leader = CareersLeaderFactory()

    with meanwhile(bookings.request, slot, places=3, by=leader, wait=True) as answer:
        first = wait(slot, 3)

    give_up(holder)
    assert answer == [BookingState.WAITING]
    assert now(first) == BookingState.OFFERED
    assert slot.bookings.get(school=leader.organisation).state == BookingState.WAITING


def test_two_who_give_up_at_once_lose_no_place_and_pass_both_on():
    slot = SlotFactory(places=4)
    one, other = (bookings.request(slot, places=2, by=CareersLeaderFactory()) for _ in range(2))
    larger, smaller = wait(slot, 4), wait(slot, 1)

    with meanwhile(give_up, other) as answer:
        give_up(one)

    assert answer == [BookingState.CANCELLED]
    # The first two places went to the smaller group: the larger could not use them then.
    assert (now(larger), now(smaller)) == (BookingState.WAITING, BookingState.OFFERED)
    assert larger.passed_over.count() == 1
    assert all_is_well()


def test_an_offer_that_is_being_taken_up_does_not_lapse(slot, holder):
    group = wait(slot, 2)
    give_up(holder)
    group.refresh_from_db()

    def lapse():
        with clock.as_of(group.answer_by):
            waiting.settle_all()
        return Booking.objects.get(pk=group.pk)

    with meanwhile(lapse) as answer:
        waiting.take_up(group, by=group.asked_by)

    assert answer == [BookingState.REQUESTED]
    assert all_is_well()


def test_an_offer_that_is_lapsing_is_not_taken_up(slot, holder):
    group, later = wait(slot, 2), wait(slot, 3)
    give_up(holder)
    group.refresh_from_db()

    late = clock.as_of(group.answer_by + timedelta(minutes=1))
    with meanwhile(waiting.take_up, group, by=group.asked_by) as answer, late:
        waiting.settle_all()

    assert answer == ["lapsed"]
    assert (now(group), now(later)) == (BookingState.LAPSED, BookingState.OFFERED)


def test_one_offer_is_taken_up_once(slot, holder):
    group = wait(slot, 2)
    give_up(holder)

    with meanwhile(waiting.take_up, group, by=group.asked_by) as answer:
        waiting.take_up(group, by=group.asked_by)

    assert answer == ["move_not_allowed"]
    assert group.moves.filter(went_to=BookingState.REQUESTED).count() == 1


def test_a_crowd_that_does_everything_at_once_loses_no_place():
    """Every school does what comes next for it; somebody else counts all the while."""
    slot = SlotFactory(places=12)
    host = HostFactory(organisation=slot.placement.provider)
    crowd = [CareersLeaderFactory() for _ in range(16)]

    with ThreadPoolExecutor(9) as threads:
        acting = [
            threads.submit(act, slot, host, crowd[number::8], random.Random(number))
            for number in range(8)
        ]
        counted = threads.submit(count, slot, acting)
        told = [code for each in acting for code in each.result(timeout=120)]

    moments = counted.result(timeout=30)
    assert set(told) <= {"", "slot_full", "already_booked", "move_not_allowed", "lapsed"}
    assert told.count("") > 40
    assert len(moments) > 1
    for places, taken, waits, held, listed, least in moments:
        assert (taken, waits) == (held, listed)
        assert taken <= places
        # Free, and of use to somebody who waits: never, at any commit.
        assert least is None or places - taken < least
    assert all_is_well()


def act(slot, host, leaders, chance):
    try:
        return [step(slot, host, chance.choice(leaders), chance) for _ in range(15)]
    finally:
        connections.close_all()


def step(slot, host, leader, chance):
    """What came of it: nothing, or the code of the refusal."""
    mine = slot.bookings.live().filter(school=leader.organisation).first()
    places = chance.randint(1, 6)
    try:
        if mine is None:
            few = chance.choice([None, chance.randint(1, places)])
            wait = chance.random() < 0.8
            bookings.request(slot, places=places, by=leader, wait=wait, as_few_as=few)
        elif mine.state == BookingState.OFFERED and chance.random() < 0.7:
            waiting.take_up(mine, by=leader)
        elif mine.state == BookingState.REQUESTED and chance.random() < 0.3:
            bookings.accept(mine, places=1, by=host)
        else:
            bookings.cancel(mine, reason="dates_clash", by=leader)
    except ValidationError as refusal:
        return refusal.error_list[0].code
    return ""


def count(slot, acting):
    try:
        moments = []
        while not all(each.done() for each in acting):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(AT_ONE_MOMENT, [[*HOLDS_PLACES], slot.pk])
                moments.append(cursor.fetchone())
        return moments
    finally:
        connections.close_all()


def test_the_last_place_of_many_waiting_goes_to_the_first(slot, holder):
    groups = [wait(slot, 1) for _ in range(5)]

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(in_a_thread, give_up, holder).result(timeout=10)

    assert [now(each) for each in groups] == ["offered"] * 3 + ["waiting"] * 2
    assert Slot.objects.get(pk=slot.pk).taken == 3


def in_a_thread(verb, *subjects):
    try:
        return verb(*subjects)
    finally:
        connections.close_all()
