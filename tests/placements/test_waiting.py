"""The waiting list of a slot, one claim a rule."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import clock
from accounts import standing as organisations
from accounts.models import Message, Role, Standing
from placements import bookings, counter, listings, moderation, slots, tasks, waiting, waiting_rules
from placements.models import Booking, PassedOver
from placements.states import BookingState, PlacementState
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    NationalFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2027, 6, 7)


@pytest.fixture
def slot():
    """Six places, all of them taken by two schools."""
    return full(SlotFactory(places=6))


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


def full(slot):
    for _ in range(2):
        bookings.request(slot, places=3, by=CareersLeaderFactory())
    return slot


def wait(slot, places=2, **told):
    return bookings.request(slot, places=places, by=CareersLeaderFactory(), wait=True, **told)


def give_up(slot, places=None):
    """One of those who hold places leaves; of 3 places, unless others are asked for."""
    leaving = Booking.objects.filter(slot=slot, state=BookingState.REQUESTED).first()
    if places is None:
        return bookings.cancel(leaving, reason="illness", by=leaving.asked_by)
    host = HostFactory(organisation=slot.placement.provider)
    return bookings.accept(leaving, places=leaving.places - places, by=host)


def now(booking):
    booking.refresh_from_db()
    return booking.state


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("email", flat=True))


def takes_groups_of(places, slot):
    slot.placement.fewest_places_per_school = places
    slot.placement.save(update_fields=["fewest_places_per_school"])


def went_past(booking):
    return list(booking.passed_over.order_by("pk").values_list("reason", "free", "needed"))


def free(slot):
    slot.refresh_from_db()
    assert counter.miscounted() == []
    assert waiting.overlooked() == []
    return slot.places_left


def at(day, hour):
    return clock.as_of(datetime(day.year, day.month, day.day, hour, tzinfo=LONDON))


# Joining


def test_a_group_that_finds_too_few_places_waits_and_holds_none(slot):
    booking = wait(slot, 4, as_few_as=2)

    assert (booking.state, booking.places, booking.as_few_as) == ("waiting", 4, 2)
    assert booking.answer_by == waiting_rules.list_ends(slot)
    assert free(slot) == 0
    assert slot.waiting == 1
    assert told("waiting_joined") == {booking.asked_by.user.email}
    assert not Message.objects.filter(kind="booking_requested", subject=str(booking.pk)).exists()


def test_nobody_waits_for_places_that_are_there():
    slot = SlotFactory(places=6)

    assert wait(slot, 4).state == BookingState.REQUESTED
    assert wait(slot, 2).state == BookingState.REQUESTED
    assert wait(slot, 1).state == BookingState.WAITING


def test_without_the_wish_to_wait_a_full_slot_is_refused(slot, refused):
    wait(slot)

    with refused("slot_full"):
        bookings.request(slot, places=1, by=CareersLeaderFactory())


def test_a_group_of_which_some_may_go_is_offered_what_is_free_at_once():
    slot = full(SlotFactory(places=8))

    booking = wait(slot, 4, as_few_as=2)

    assert (booking.state, booking.places, booking.places_asked) == ("offered", 2, 4)
    assert told("waiting_offered") == {booking.asked_by.user.email}
    assert told("waiting_joined") == set()
    assert free(slot) == 0


@pytest.mark.parametrize(
    ("asks", "code"),
    [
        ({"places": 7}, "beyond_capacity"),
        ({"places": 4, "as_few_as": 5}, "as_few_as"),
        ({"places": 4, "as_few_as": 0}, "as_few_as"),
        ({"places": 0}, "invalid"),
        ({"places": 2, "year_group": 7}, "not_suitable_year_group"),
    ],
)
def test_nobody_waits_for_what_they_could_never_have(slot, refused, asks, code):
    with refused(code):
        wait(slot, **asks)


def test_a_large_group_waits_if_a_part_of_it_would_fit(slot):
    assert wait(slot, 9, as_few_as=6).state == BookingState.WAITING


def test_a_cap_for_one_school_holds_on_the_list_too(refused):
    slot = full(SlotFactory(places=6, placement__most_places_per_school=3))

    with refused("over_cap"):
        wait(slot, 4)


def test_a_school_waits_once_and_not_beside_a_booking(slot, refused):
    waits = wait(slot)
    booked = Booking.objects.filter(slot=slot, state=BookingState.REQUESTED).first()

    for by in (waits.asked_by, booked.asked_by):
        with refused("already_booked"):
            bookings.request(slot, places=1, by=by, wait=True)


def test_a_form_sent_twice_joins_once(slot):
    leader = CareersLeaderFactory()
    first = bookings.request(slot, places=2, by=leader, wait=True)

    again = bookings.request(slot, places=2, by=leader, wait=True, once=first.once)

    assert again == first
    assert slot.bookings.on_list().count() == 1


@pytest.mark.parametrize("how", ["paused", "suspended"])
def test_nobody_joins_a_list_that_leads_nowhere(slot, host, refused, how):
    if how == "paused":
        listings.pause(slot.placement, by=host)
    else:
        moderation.suspend(slot.placement, by=NationalFactory())

    with refused("not_published"):
        wait(slot)


def test_those_who_only_read_or_are_suspended_do_not_join(slot):
    suspended = {"standing": Standing.SUSPENDED, "suspended_at": clock.now()}
    for by in (
        CareersLeaderFactory(role=Role.VIEWER),
        CareersLeaderFactory(organisation=SchoolOrganisationFactory(**suspended)),
    ):
        with pytest.raises(PermissionDenied):
            bookings.request(slot, places=1, by=by, wait=True)


# When a list ends


@pytest.mark.parametrize(
    ("confirms_at_once", "closes", "ends"),
    [
        (False, date(2027, 5, 31), date(2027, 5, 31)),
        (False, date(2027, 6, 6), date(2027, 6, 1)),
        (True, date(2027, 6, 6), date(2027, 6, 3)),
    ],
)
def test_a_list_ends_with_the_days_for_asking_while_there_is_time(confirms_at_once, closes, ends):
    """The first of the two Fridays before is two working days ahead, the Tuesday four."""
    slot = SlotFactory.build(
        starts_on=MONDAY, closes_on=closes, placement__confirms_at_once=confirms_at_once
    )

    assert waiting_rules.list_ends(slot) == datetime(*ends.timetuple()[:3], 17, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (date(2027, 5, 10), date(2027, 5, 12)),
        # Over a weekend, and over a bank holiday.
        (date(2027, 5, 14), date(2027, 5, 18)),
        (date(2027, 5, 28), date(2027, 6, 2)),
    ],
)
def test_an_offer_stands_for_two_working_days_and_never_past_the_list(today, until):
    slot = SlotFactory.build(
        starts_on=MONDAY, closes_on=date(2027, 6, 6), placement__confirms_at_once=True
    )

    with at(today, 12):
        assert waiting_rules.take_up_by(slot) == datetime(*until.timetuple()[:3], 17, tzinfo=LONDON)
    with at(date(2027, 6, 2), 12):
        assert waiting_rules.take_up_by(slot) == waiting_rules.list_ends(slot)


def test_a_list_that_has_ended_is_not_joined(refused):
    with at(days_ahead(1), 12):
        slot = full(SlotFactory(starts_on=days_ahead(60), closes_on=days_ahead(53)))

    with clock.as_of(waiting_rules.list_ends(slot)), refused("not_open"):
        wait(slot)


def test_whoever_still_waits_when_it_ends_is_told_kindly(slot):
    booking = wait(slot)

    with clock.as_of(booking.answer_by):
        tasks.lapse_unanswered()

    assert now(booking) == BookingState.LAPSED
    assert told("waiting_over") == {booking.asked_by.user.email}
    assert told("booking_lapsed").isdisjoint(told("waiting_over"))
    assert slot.bookings.on_list().count() == 0


def test_a_list_follows_the_days_for_asking(slot, host):
    booking = wait(slot)
    before = booking.answer_by
    slot.placement.closes_days_before = 21
    slot.placement.save()

    slots.keep_in_step(slot.placement)

    booking.refresh_from_db()
    assert booking.answer_by == before - timedelta(days=14)


# Who is next


def test_places_that_fall_free_are_offered_to_whoever_joined_first(slot):
    first, second = wait(slot, 3), wait(slot, 3)

    give_up(slot)

    assert (now(first), now(second)) == ("offered", "waiting")
    assert first.answer_by == waiting_rules.take_up_by(slot)
    assert free(slot) == 0
    assert went_past(second) == []


def test_one_who_leaves_can_help_several(slot):
    both = [wait(slot, 1), wait(slot, 2)]

    give_up(slot)

    assert [now(each) for each in both] == ["offered", "offered"]
    assert free(slot) == 0


def test_a_smaller_group_may_have_what_an_earlier_one_cannot_use(slot):
    larger, smaller = wait(slot, 4), wait(slot, 2)

    give_up(slot)

    assert (now(larger), now(smaller)) == ("waiting", "offered")
    assert went_past(larger) == [("too_few_places", 3, 4)]
    assert went_past(smaller) == []
    assert free(slot) == 1


def test_whoever_was_passed_over_keeps_their_turn(slot):
    larger, smaller, later = wait(slot, 4), wait(slot, 2), wait(slot, 4)
    give_up(slot)

    bookings.cancel(smaller, reason="illness", by=smaller.asked_by)
    give_up(slot)

    assert [now(each) for each in (larger, smaller, later)] == ["offered", "cancelled", "waiting"]


def test_nothing_is_recorded_where_nobody_else_got_the_places(slot):
    larger = wait(slot, 4)

    give_up(slot)

    assert went_past(larger) == []
    assert free(slot) == 3


def test_a_school_may_book_what_nobody_who_waits_can_use_and_they_may_read_it(slot):
    larger, part = wait(slot, 5), wait(slot, 6, as_few_as=4)
    give_up(slot)

    booking = bookings.request(slot, places=2, by=CareersLeaderFactory())

    assert booking.state == BookingState.REQUESTED
    assert went_past(larger) == [("too_few_places", 3, 5)]
    assert went_past(part) == [("too_few_places", 3, 4)]
    assert free(slot) == 1


def test_as_many_as_are_free_are_offered_to_a_group_that_would_make_do(slot):
    booking = wait(slot, 5, as_few_as=2)

    give_up(slot)

    assert (now(booking), booking.places, booking.places_asked) == ("offered", 3, 5)


def test_no_group_is_offered_fewer_than_the_host_takes_by_now(client, slot):
    booking, small = wait(slot, 6, as_few_as=2), wait(slot, 2)
    takes_groups_of(4, slot)

    give_up(slot)

    assert now(small) == BookingState.OFFERED
    assert now(booking) == BookingState.WAITING
    assert went_past(booking) == [("too_few_places", 3, 4)]
    client.force_login(booking.asked_by.user)
    page = client.get(reverse("placements:booking", args=[booking.pk])).content.decode()
    assert "3 places were free, and the host would not take fewer than 4." in page

    give_up(slot)

    assert (now(booking), booking.places) == ("offered", 4)


def test_a_group_that_joined_under_a_smaller_limit_keeps_it(slot):
    booking = wait(slot, 2)
    takes_groups_of(4, slot)

    give_up(slot)

    assert (now(booking), booking.places) == ("offered", 2)
    assert waiting.take_up(booking, by=booking.asked_by).state == BookingState.REQUESTED


def test_nobody_is_offered_more_than_one_school_may_have():
    slot = full(SlotFactory(places=6, placement__most_places_per_school=4))
    booking, strict = wait(slot, 4, as_few_as=2), wait(slot, 4)
    slot.placement.most_places_per_school = 2
    slot.placement.save()

    give_up(slot)
    give_up(slot)

    assert (now(booking), booking.places) == ("offered", 2)
    assert now(strict) == BookingState.WAITING


def test_each_reason_for_passing_over_is_told():
    slot = full(SlotFactory(places=6, placement__most_places_per_school=4))
    suspended, young, many, few = (
        wait(slot, 3, year_group=12),
        wait(slot, 3, year_group=10),
        wait(slot, 4, year_group=12),
        wait(slot, 3, year_group=12),
    )
    organisations.suspend(suspended.school, by=BrokerFactory())
    placement = slot.placement
    placement.year_from, placement.year_to, placement.most_places_per_school = 12, 13, 3
    placement.save()

    give_up(slot)

    assert now(few) == BookingState.OFFERED
    assert went_past(suspended) == [("not_in_good_standing", 3, 3)]
    assert went_past(young) == [("not_suitable_year_group", 3, 3)]
    assert went_past(many) == [("over_cap", 3, 4)]


@pytest.mark.parametrize("verb", ["decline", "cancel", "accept some", "lapse", "raise"])
def test_whatever_frees_or_adds_places_passes_them_on(slot, host, verb):
    asked = Booking.objects.filter(slot=slot).first()
    booking = wait(slot, 1)
    if verb == "decline":
        bookings.decline(asked, reason="no_capacity", by=host)
    elif verb == "cancel":
        bookings.cancel(bookings.accept(asked, by=host), reason="illness", by=host)
    elif verb == "accept some":
        bookings.accept(asked, places=2, by=host)
    elif verb == "raise":
        slots.change(slot, places=7, by=host)
    else:
        with clock.as_of(asked.answer_by):
            bookings.lapse_unanswered()

    assert now(booking) == BookingState.OFFERED
    assert counter.miscounted() == []


@pytest.mark.parametrize("verb", ["pause", "suspend", "suspend provider"])
def test_nobody_is_offered_what_cannot_be_booked_until_it_can_be_again(slot, host, verb):
    booking, broker = wait(slot, 3), BrokerFactory()
    if verb == "pause":
        listings.pause(slot.placement, by=host)
    elif verb == "suspend":
        moderation.suspend(slot.placement, by=broker)
    else:
        organisations.suspend(slot.placement.provider, by=broker)

    give_up(slot)
    assert now(booking) == BookingState.WAITING
    assert free(slot) == 3

    if verb == "pause":
        listings.resume(slot.placement, by=host)
    elif verb == "suspend":
        moderation.lift(slot.placement, by=broker)
    else:
        organisations.lift(slot.placement.provider, by=broker)
        tasks.lapse_unanswered()
    assert now(booking) == BookingState.OFFERED
    assert free(slot) == 0


def test_those_who_wait_go_before_a_request_even_where_nobody_noticed_that_they_can(slot, refused):
    booking = wait(slot, 3)
    organisations.suspend(booking.school, by=BrokerFactory())
    give_up(slot)
    organisations.lift(booking.school, by=BrokerFactory())

    with refused("slot_full"):
        bookings.request(slot, places=1, by=CareersLeaderFactory())

    # Refusing undoes what was done on the way; nothing was taken past those who wait.
    tasks.lapse_unanswered()
    assert now(booking) == BookingState.OFFERED
    assert free(slot) == 0


def test_when_the_dates_are_called_off_the_list_is_over(slot, host):
    booking = wait(slot, 3)

    slots.cancel(slot, reason="illness", comment="", by=host)

    assert now(booking) == BookingState.CANCELLED
    assert told("waiting_over") == {booking.asked_by.user.email}
    assert booking.asked_by.user.email not in told("booking_cancelled")
    slot.refresh_from_db()
    assert (slot.waiting, slot.taken) == (0, 0)


# Taking an offer up


def test_where_the_host_answers_each_request_taking_up_asks_the_host(slot, host):
    booking = wait(slot, 3)
    give_up(slot)

    taken = waiting.take_up(booking, by=booking.asked_by)

    assert (taken.state, taken.places) == ("requested", 3)
    assert taken.answer_by > waiting_rules.take_up_by(slot)
    assert Message.objects.filter(kind="booking_requested", subject=str(booking.pk)).exists()
    assert free(slot) == 0
    assert slot.waiting == 0
    assert bookings.accept(taken, by=host).state == BookingState.ACCEPTED


def test_where_the_placement_confirms_at_once_taking_up_is_the_booking():
    slot = full(SlotFactory(places=6, placement__confirms_at_once=True))
    host = HostFactory(organisation=slot.placement.provider)
    booking = wait(slot, 3)
    leaving = Booking.objects.filter(slot=slot, state=BookingState.ACCEPTED).first()
    bookings.cancel(leaving, reason="illness", by=leaving.asked_by)

    taken = waiting.take_up(booking, by=booking.asked_by)

    assert taken.state == BookingState.ACCEPTED
    assert Message.objects.filter(kind="booking_made", email=host.user.email).count() == 1
    assert told("booking_accepted") >= {booking.asked_by.user.email}
    assert (free(slot), slot.waiting) == (0, 0)


def test_an_offer_is_the_schools_alone(slot, host):
    booking = wait(slot, 3)
    give_up(slot)
    viewer = CareersLeaderFactory(organisation=booking.school, role=Role.VIEWER)

    for by in (host, CareersLeaderFactory(), viewer, BrokerFactory()):
        with pytest.raises(PermissionDenied):
            waiting.take_up(booking, by=by)
    assert now(booking) == BookingState.OFFERED


def test_who_only_waits_has_nothing_to_take_up(slot, refused):
    booking = wait(slot, 3)

    with refused("move_not_allowed"):
        waiting.take_up(booking, by=booking.asked_by)


def test_nothing_is_taken_up_under_a_suspension(slot, refused):
    booking = wait(slot, 3)
    give_up(slot)
    moderation.suspend(slot.placement, by=BrokerFactory())

    with refused("suspended"):
        waiting.take_up(booking, by=booking.asked_by)


def test_turning_an_offer_down_passes_it_on_at_once(slot, host):
    first, second = wait(slot, 3), wait(slot, 3)
    give_up(slot)
    host_knew = Message.objects.filter(kind="booking_cancelled").count()

    bookings.cancel(first, reason="found_elsewhere", by=first.asked_by)

    assert (now(first), now(second)) == ("cancelled", "offered")
    assert first.why == "We found places elsewhere"
    assert Message.objects.filter(kind="booking_cancelled").count() == host_knew


def test_leaving_the_list_takes_nothing_from_anybody(slot):
    first, second = wait(slot, 3), wait(slot, 3)

    bookings.cancel(first, reason="dates_clash", by=first.asked_by)

    assert (now(first), now(second)) == ("cancelled", "waiting")
    assert slot.bookings.on_list().count() == 1
    assert waiting.ahead_of(second) == 0


def test_a_host_does_not_throw_a_group_off_the_list(slot, host, refused):
    waits, offered = wait(slot, 4), wait(slot, 3)
    give_up(slot)

    for booking in (waits, offered):
        with refused("move_not_allowed"):
            bookings.cancel(booking, reason="illness", by=host)


# Time running out


def test_an_offer_is_not_taken_up_late_though_no_worker_ran(slot, refused):
    first, second = wait(slot, 3), wait(slot, 3)
    give_up(slot)

    first.refresh_from_db()
    with clock.as_of(first.answer_by):
        with refused("lapsed"):
            waiting.take_up(first, by=first.asked_by)
        assert (now(first), now(second)) == ("lapsed", "offered")

    assert told("waiting_offer_lapsed") == {first.asked_by.user.email}
    assert free(slot) == 0


def test_a_new_request_finds_the_places_of_an_overdue_offer_though_no_worker_ran(slot):
    offered = wait(slot, 3)
    give_up(slot)
    offered.refresh_from_db()

    with clock.as_of(offered.answer_by):
        booking = bookings.request(slot, places=2, by=CareersLeaderFactory())

    assert booking.state == BookingState.REQUESTED
    assert now(offered) == BookingState.LAPSED
    assert free(slot) == 1


def test_any_verb_that_meets_an_overdue_offer_passes_it_on(slot):
    first, second, third = wait(slot, 3), wait(slot, 3), wait(slot, 3)
    give_up(slot)
    first.refresh_from_db()

    with clock.as_of(first.answer_by):
        bookings.cancel(third, reason="dates_clash", by=third.asked_by)

    assert (now(first), now(second)) == ("lapsed", "offered")


def test_offers_lapse_by_themselves_and_pass_on(slot):
    first, second = wait(slot, 3), wait(slot, 3)
    give_up(slot)
    first.refresh_from_db()

    with clock.as_of(first.answer_by - timedelta(seconds=1)):
        tasks.lapse_unanswered()
    assert now(first) == BookingState.OFFERED

    with clock.as_of(first.answer_by):
        tasks.lapse_unanswered()
        tasks.lapse_unanswered()
    assert (now(first), now(second)) == ("lapsed", "offered")
    assert Message.objects.filter(kind="waiting_offer_lapsed").count() == 1


def test_whoever_let_an_offer_lapse_may_join_again_at_the_end(slot):
    first, second = wait(slot, 3), wait(slot, 4)
    give_up(slot)
    first.refresh_from_db()

    with clock.as_of(first.answer_by):
        tasks.lapse_unanswered()
        again = bookings.request(slot, places=6, by=first.asked_by, wait=True)

    assert again.state == BookingState.WAITING
    assert waiting.ahead_of(again) == 1
    assert waiting.ahead_of(second) == 0


# What the database itself refuses


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"as_few_as": 3}, "a_group_makes_do_with_some_of_what_it_asked_for"),
        ({"as_few_as": 0}, "a_group_makes_do_with_some_of_what_it_asked_for"),
        ({"places": 1, "places_asked": 2}, "a_group_waits_for_all_that_it_asked_for"),
        (
            {"places": 1, "places_asked": 2, "state": BookingState.OFFERED},
            "an_offer_is_of_use_to_its_group",
        ),
    ],
)
def test_the_records_cannot_say_what_makes_no_sense(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BookingFactory(**{"state": BookingState.WAITING, **facts})


def test_nobody_is_passed_over_for_having_enough():
    booking = BookingFactory(state=BookingState.WAITING)
    facts = {"booking": booking, "at": clock.now(), "free": 2, "needed": 2}

    with pytest.raises(IntegrityError, match="too_few_places"), transaction.atomic():
        PassedOver.objects.create(reason="too_few_places", **facts)
    with pytest.raises(IntegrityError, match="pass_reason"), transaction.atomic():
        PassedOver.objects.create(reason="", **facts)


def test_a_list_is_not_offered_what_is_not_published(slot):
    booking = wait(slot, 3)
    slot.placement.state = PlacementState.EXPIRED
    slot.placement.save()

    give_up(slot)

    assert now(booking) == BookingState.WAITING


def test_a_host_does_not_take_up_an_offer_for_the_school(slot, host, refused):
    waits = wait(slot)
    give_up(slot)

    with refused("move_not_allowed"):
        bookings.accept(waits, by=host)
    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED


def test_more_that_falls_free_is_added_to_an_offer_of_a_part():
    slot = full(SlotFactory(places=8))
    first, second = wait(slot, 4, as_few_as=2), wait(slot, 2)
    until = now(first) and first.answer_by

    give_up(slot)

    assert (now(first), first.places, first.answer_by) == ("offered", 4, until)
    assert told("waiting_offer_grown") == {first.asked_by.user.email}
    assert (now(second), free(slot)) == ("waiting", 1)
    assert went_past(second) == []


def test_an_offer_grows_after_those_who_joined_before_it(slot):
    large, small = wait(slot, 5), wait(slot, 4, as_few_as=1)
    give_up(slot, 1)

    give_up(slot)

    assert (now(large), now(small), small.places) == ("waiting", "offered", 4)
    assert went_past(large) == [("too_few_places", 1, 5), ("too_few_places", 3, 5)]


def test_a_larger_offer_is_taken_up_whole_and_never_beyond_the_cap():
    slot = full(SlotFactory(places=8, placement__most_places_per_school=4))
    booking = wait(slot, 4, as_few_as=2)
    type(slot.placement).objects.update(most_places_per_school=3)

    give_up(slot)

    assert waiting.take_up(booking, by=booking.asked_by).places == 3
    assert free(slot) == 2


def test_a_group_for_which_the_dates_have_become_too_small_is_told_and_waits_no_more(slot, host):
    large, small = wait(slot, 5), wait(slot, 6, as_few_as=4)
    give_up(slot)

    slots.change(slot, places=4, by=host)

    assert (now(large), now(small)) == ("lapsed", "waiting")
    assert told("waiting_over") == {large.asked_by.user.email}
    assert went_past(large) == []


def test_the_letter_says_that_the_dates_have_become_too_small(slot, host, delivered):
    wait(slot, 5)
    give_up(slot)

    slots.change(slot, places=4, by=host)

    mail = delivered("waiting_over")
    assert mail.title.startswith("You no longer wait")
    assert "has only 4 places altogether now" in mail.text


def test_the_letter_says_how_many_are_held_now(delivered):
    slot = full(SlotFactory(places=8))
    wait(slot, 4, as_few_as=2)

    give_up(slot)

    mail = delivered("waiting_offer_grown")
    assert "We now hold 4 places for" in mail.text
