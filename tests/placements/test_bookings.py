"""The verbs of booking, one claim a rule."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock
from accounts.models import MemberState, Message, Role, Standing
from placements import arrivals, bookings, counter, glance
from placements.booking_rules import Wanted
from placements.models import Booking, BookingMove
from placements.states import BookingState, PlacementState, SlotState
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NamedStudentFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
NOON = {"hour": 12, "tzinfo": LONDON}


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def slot():
    return SlotFactory(places=6)


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def asked(slot, leader):
    return bookings.request(slot, places=4, by=leader, year_group=10)


def on(day):
    """A moment in the middle of a day in England."""
    return clock.as_of(datetime(day.year, day.month, day.day, 12, tzinfo=LONDON))


def taken(slot):
    slot.refresh_from_db()
    return slot.taken


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("email", flat=True))


# Asking


def test_a_request_holds_its_places_and_tells_the_host(slot, leader, host):
    viewer = HostFactory(organisation=slot.placement.provider, role=Role.VIEWER)

    booking = bookings.request(slot, places=4, by=leader, year_group=10, note="  By bus. ")

    assert (booking.state, booking.places, booking.places_asked) == ("requested", 4, 4)
    assert (booking.school, booking.asked_by, booking.note) == (
        leader.organisation,
        leader,
        "By bus.",
    )
    assert taken(slot) == 4
    assert told("booking_requested") == {host.user.email}
    assert viewer.user.email not in told("booking_requested")
    assert [(m.came_from, m.went_to, m.by) for m in booking.moves.all()] == [
        ("", "requested", leader)
    ]


def test_a_listing_that_confirms_at_once_is_accepted_straight_away(leader):
    slot = SlotFactory(placement__confirms_at_once=True)
    host = HostFactory(organisation=slot.placement.provider)

    booking = bookings.request(slot, places=2, by=leader)

    assert booking.state == BookingState.ACCEPTED
    assert taken(slot) == 2
    assert told("booking_accepted") == {leader.user.email}
    assert told("booking_made") == {host.user.email}
    assert told("booking_requested") == set()


@pytest.mark.parametrize("places", [0, -1, -1_000_000])
def test_nobody_asks_for_less_than_one_place(slot, leader, refused, places):
    with refused("invalid"):
        bookings.request(slot, places=places, by=leader)

    assert taken(slot) == 0


@pytest.mark.parametrize("places", [3, 7, 1_000_000])
def test_nobody_takes_a_place_that_is_not_there(slot, asked, refused, places):
    with refused("slot_full") as refusal:
        bookings.request(slot, places=places, by=CareersLeaderFactory())

    assert refusal.value.params == {"places_left": 2}
    assert taken(slot) == 4
    assert Booking.objects.count() == 1


def test_dates_that_share_their_days_are_booked_in_turn_and_by_no_single_statement(leader):
    slot = SlotFactory(placement__workplace__most_a_day=9)

    wanted = Wanted(places=1, year_group=None, adjustments=(), note="", once=uuid4())
    seen = glance.at(slot.pk, by=leader, once=wanted.once)
    assert arrivals.at_once(seen, wanted, leader) is None

    assert bookings.request(slot, places=2, by=leader).state == BookingState.REQUESTED
    slot.refresh_from_db()
    assert slot.taken == 2
    assert counter.miscounted() == []


def test_the_last_places_can_be_had(slot, asked):
    bookings.request(slot, places=2, by=CareersLeaderFactory())

    assert taken(slot) == 6


@pytest.mark.parametrize(
    "state", [state for state in PlacementState if state != PlacementState.PUBLISHED]
)
def test_what_is_not_published_cannot_be_booked(leader, refused, state):
    slot = SlotFactory(placement__state=state)

    with refused("not_published"):
        bookings.request(slot, places=1, by=leader)


def test_a_suspended_listing_cannot_be_booked(leader, refused):
    slot = SlotFactory(placement__suspended_at=clock.now())

    with refused("not_published"):
        bookings.request(slot, places=1, by=leader)


def test_the_listing_of_a_suspended_provider_cannot_be_booked(leader, refused):
    slot = SlotFactory(
        placement__provider__standing=Standing.SUSPENDED,
        placement__provider__suspended_at=clock.now(),
    )

    with refused("not_published"):
        bookings.request(slot, places=1, by=leader)


@pytest.mark.parametrize(
    "dates",
    [
        {"opens_on": days_ahead(1)},
        {"closes_on": days_ahead(-1)},
        {"starts_on": days_ahead(0), "closes_on": days_ahead(0)},
        {"starts_on": days_ahead(-3), "closes_on": days_ahead(-5)},
        {"state": SlotState.CANCELLED},
    ],
)
def test_nobody_books_outside_the_booking_days(leader, refused, dates):
    slot = SlotFactory(placement__confirms_at_once=True, **dates)

    with refused("not_open"):
        bookings.request(slot, places=1, by=leader)


def test_booking_is_open_on_its_first_and_on_its_last_day(leader):
    slot = SlotFactory(opens_on=days_ahead(0), closes_on=days_ahead(0))

    assert bookings.request(slot, places=1, by=leader).state == BookingState.REQUESTED


def test_a_request_that_could_not_be_answered_in_time_is_not_made(leader, refused):
    monday = date(2027, 6, 14)
    dates = {"starts_on": monday, "opens_on": date(2027, 1, 1), "closes_on": monday}
    slot = SlotFactory(**dates)
    at_once = SlotFactory(placement__confirms_at_once=True, **dates)

    with on(date(2027, 6, 11)):
        with refused("not_open"):
            bookings.request(slot, places=1, by=leader)
        assert bookings.request(at_once, places=1, by=leader).state == BookingState.ACCEPTED


def test_a_school_books_a_slot_once(slot, leader, asked, refused):
    colleague = CareersLeaderFactory(organisation=leader.organisation)

    with refused("already_booked"):
        bookings.request(slot, places=1, by=colleague)

    assert taken(slot) == 4


def test_a_school_may_ask_again_once_it_was_declined(slot, leader, host, asked):
    bookings.decline(asked, reason="dates_unavailable", by=host)

    again = bookings.request(slot, places=1, by=leader)

    assert again.pk != asked.pk
    assert taken(slot) == 1


def test_a_school_has_no_more_places_than_the_listing_gives_one_school(leader, refused):
    slot = SlotFactory(placement__most_places_per_school=2)

    with refused("over_cap"):
        bookings.request(slot, places=3, by=leader)
    assert bookings.request(slot, places=2, by=leader).places == 2


def test_a_host_that_takes_groups_takes_no_smaller_one(leader, refused):
    slot = SlotFactory(placement__fewest_places_per_school=3)

    with refused("group_too_small"):
        bookings.request(slot, places=2, by=leader)
    assert bookings.request(slot, places=3, by=leader).places == 3


def test_a_group_waits_for_no_fewer_places_than_the_host_takes(leader, refused):
    slot = SlotFactory(places=4, placement__fewest_places_per_school=3)
    bookings.request(slot, places=3, by=CareersLeaderFactory())

    with refused("as_few_as"):
        bookings.request(slot, places=4, as_few_as=2, wait=True, by=leader)
    waits = bookings.request(slot, places=4, as_few_as=3, wait=True, by=leader)
    assert waits.state == BookingState.WAITING


@pytest.mark.parametrize("year_group", [9, 14, 0])
def test_the_year_group_must_be_one_that_the_listing_is_for(slot, leader, refused, year_group):
    with refused("not_suitable_year_group"):
        bookings.request(slot, places=1, by=leader, year_group=year_group)


def test_adjustments_come_from_the_list_and_notes_are_short(slot, leader, refused):
    with refused("invalid"):
        bookings.request(slot, places=1, by=leader, adjustments=["a pony"])
    with refused("invalid"):
        bookings.request(slot, places=1, by=leader, note="x" * 1001)

    booking = bookings.request(
        slot, places=1, by=leader, adjustments=["step_free"], note="x" * 1000
    )
    assert booking.adjustments == ["step_free"]


def test_only_those_who_act_for_a_school_in_good_standing_book(slot, host):
    unverified = CareersLeaderFactory(organisation__standing=Standing.UNVERIFIED)
    suspended = CareersLeaderFactory(
        organisation__standing=Standing.SUSPENDED, organisation__suspended_at=clock.now()
    )
    viewer = CareersLeaderFactory(role=Role.VIEWER)
    pending = CareersLeaderFactory(state=MemberState.PENDING)
    gone = CareersLeaderFactory(state=MemberState.LEFT)

    for somebody in (unverified, suspended, viewer, pending, gone, host, BrokerFactory()):
        with pytest.raises(PermissionDenied):
            bookings.request(slot, places=1, by=somebody)
    assert taken(slot) == 0


def test_the_same_form_sent_twice_is_one_booking(slot, leader):
    once = uuid4()

    first = bookings.request(slot, places=2, by=leader, once=once)
    second = bookings.request(slot, places=2, by=leader, once=once)

    assert first == second
    assert taken(slot) == 2
    assert Message.objects.filter(kind="booking_requested").count() == 0
    assert BookingMove.objects.count() == 1


def test_nobody_uses_the_form_of_another_school(slot, leader, refused):
    once = uuid4()
    bookings.request(slot, places=2, by=leader, once=once)

    with refused("key_reused"):
        bookings.request(slot, places=2, by=CareersLeaderFactory(), once=once)


# How long an answer may take


@pytest.mark.parametrize(
    ("asked_on", "starts_on", "lapses"),
    [
        # Ten working days over the Spring bank holiday.
        (date(2027, 5, 24), date(2027, 7, 5), datetime(2027, 6, 8, 17, tzinfo=LONDON)),
        # Two working days before a Monday start.
        (date(2027, 6, 7), date(2027, 6, 14), datetime(2027, 6, 10, 17, tzinfo=LONDON)),
        # In winter the same hour by the clock on the wall.
        (date(2027, 1, 4), date(2027, 3, 1), datetime(2027, 1, 18, 17, tzinfo=LONDON)),
    ],
)
def test_an_answer_is_due_in_ten_working_days_and_two_before_the_start(
    leader, asked_on, starts_on, lapses
):
    slot = SlotFactory(starts_on=starts_on, closes_on=starts_on - timedelta(days=5))

    with on(asked_on):
        booking = bookings.request(slot, places=1, by=leader)

    assert booking.answer_by == lapses


def test_an_unanswered_request_lapses_and_its_places_are_free(slot, leader, host, asked):
    with clock.as_of(asked.answer_by - timedelta(minutes=1)):
        assert bookings.lapse_unanswered() == 0
    with clock.as_of(asked.answer_by + timedelta(seconds=1)):
        assert bookings.lapse_unanswered() == 1
        assert bookings.lapse_unanswered() == 0

    asked.refresh_from_db()
    assert asked.state == BookingState.LAPSED
    assert taken(slot) == 0
    assert told("booking_lapsed") == {leader.user.email, host.user.email}


def test_what_was_answered_does_not_lapse(slot, host, asked):
    bookings.accept(asked, by=host)

    with clock.as_of(asked.answer_by + timedelta(days=1)):
        assert bookings.lapse_unanswered() == 0


def test_a_late_answer_is_refused_even_before_anybody_tidied_up(host, asked, refused):
    with clock.as_of(asked.answer_by + timedelta(seconds=1)), refused("lapsed"):
        bookings.accept(asked, by=host)


# Answering


def test_the_host_accepts_all(slot, leader, host, asked):
    booking = bookings.accept(asked, by=host)

    assert (booking.state, booking.places) == (BookingState.ACCEPTED, 4)
    assert booking.answered_at is not None
    assert taken(slot) == 4
    assert told("booking_accepted") == {leader.user.email}


def test_the_host_accepts_some_and_the_rest_are_free(slot, host, asked):
    booking = bookings.accept(asked, places=3, by=host)

    booking.refresh_from_db()
    assert (booking.places, booking.places_asked) == (3, 4)
    assert taken(slot) == 3


@pytest.mark.parametrize("places", [0, -1, 5])
def test_the_host_accepts_no_more_than_was_asked_and_at_least_one(
    slot, host, asked, refused, places
):
    with refused("invalid"):
        bookings.accept(asked, places=places, by=host)

    assert taken(slot) == 4


def test_a_school_cannot_accept_its_own_request(leader, asked):
    with pytest.raises(PermissionDenied):
        bookings.accept(asked, by=leader)


def test_nobody_but_the_host_answers(slot, asked):
    viewer = HostFactory(organisation=slot.placement.provider, role=Role.VIEWER)

    for somebody in (viewer, HostFactory(), BrokerFactory(), CareersLeaderFactory()):
        with pytest.raises(PermissionDenied):
            bookings.accept(asked, by=somebody)
        with pytest.raises(PermissionDenied):
            bookings.decline(asked, reason="no_capacity", by=somebody)


def test_an_answer_is_given_once(slot, host, asked, refused):
    bookings.accept(asked, by=host)

    with refused("move_not_allowed"):
        bookings.accept(asked, by=host)
    with refused("move_not_allowed"):
        bookings.decline(asked, reason="no_capacity", by=host)
    assert taken(slot) == 4


def test_a_declined_request_frees_its_places_and_says_why(slot, leader, host, asked):
    booking = bookings.decline(asked, reason="other", comment="We are moving house.", by=host)

    assert (booking.state, booking.reason) == (BookingState.DECLINED, "other")
    assert booking.comment == "We are moving house."
    assert booking.ended_by_school is False
    assert taken(slot) == 0
    assert told("booking_declined") == {leader.user.email}


@pytest.mark.parametrize(
    ("reason", "comment"),
    [("", ""), ("because", ""), ("illness", ""), ("other", "  "), ("no_capacity", "x" * 501)],
)
def test_declining_takes_a_coded_reason_and_other_takes_words(
    slot, host, asked, refused, reason, comment
):
    with refused("invalid"):
        bookings.decline(asked, reason=reason, comment=comment, by=host)

    assert taken(slot) == 4


def test_nobody_is_accepted_while_a_concern_is_looked_into(slot, host, asked, refused):
    slot.placement.suspended_at = clock.now()
    slot.placement.save(update_fields=["suspended_at"])

    with refused("suspended"):
        bookings.accept(asked, by=host)
    assert bookings.decline(asked, reason="other", comment="See mail", by=host).state == "declined"


# Calling off


def test_a_school_takes_back_what_it_asked_for(slot, leader, host, asked):
    booking = bookings.cancel(asked, reason="dates_clash", by=leader)

    assert (booking.state, booking.ended_by_school) == (BookingState.CANCELLED, True)
    assert taken(slot) == 0
    assert told("booking_cancelled") == {host.user.email}


def test_a_host_calls_off_what_was_accepted(slot, leader, host, asked):
    accepted = bookings.accept(asked, places=3, by=host)

    booking = bookings.cancel(accepted, reason="illness", comment="Two are ill.", by=host)

    assert (booking.state, booking.ended_by_school) == (BookingState.CANCELLED, False)
    assert taken(slot) == 0
    assert told("booking_cancelled") == {leader.user.email}


def test_a_host_declines_a_request_rather_than_cancelling_it(host, asked, refused):
    with refused("move_not_allowed"):
        bookings.cancel(asked, reason="illness", by=host)


def test_a_booking_that_ended_is_not_called_off_again(leader, asked, slot, refused):
    bookings.cancel(asked, reason="dates_clash", by=leader)

    with refused("move_not_allowed"):
        bookings.cancel(asked, reason="dates_clash", by=leader)
    assert taken(slot) == 0


def test_nobody_calls_off_what_has_passed(slot, leader, host, asked, refused):
    bookings.accept(asked, by=host)

    with on(slot.ends_on + timedelta(days=1)), refused("already_past"):
        bookings.cancel(asked, reason="illness", by=leader)


def test_only_the_two_sides_call_off(asked):
    for somebody in (HostFactory(), CareersLeaderFactory(), BrokerFactory()):
        with pytest.raises(PermissionDenied):
            bookings.cancel(asked, reason="illness", by=somebody)


def test_cancelling_needs_a_reason_of_its_own_list(leader, asked, refused):
    with refused("invalid"):
        bookings.cancel(asked, reason="no_capacity", by=leader)


def test_calling_off_a_slot_ends_every_live_booking_and_tells_each_school(slot, host, asked):
    accepted = bookings.request(slot, places=1, by=CareersLeaderFactory())
    bookings.accept(accepted, by=host)
    declined = bookings.request(slot, places=1, by=CareersLeaderFactory())
    bookings.decline(declined, reason="no_capacity", by=host)
    elsewhere = bookings.request(SlotFactory(), places=1, by=CareersLeaderFactory())

    assert bookings.cancel_all(slot, reason="business_change", comment="", by=host) == 2

    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {
        asked.pk: "cancelled",
        accepted.pk: "cancelled",
        declined.pk: "declined",
        elsewhere.pk: "requested",
    }
    assert taken(slot) == 0
    assert told("booking_cancelled") == {
        asked.asked_by.user.email,
        accepted.asked_by.user.email,
    }


# Questions and answers


def test_a_question_goes_to_the_other_side_and_stays_with_the_booking(leader, host, asked):
    question = bookings.ask(asked, words=" Is there a canteen? ", by=host)
    assert told("booking_note") == {leader.user.email}

    answer = bookings.ask(asked, words="They bring lunch.", by=leader)

    assert told("booking_note") == {leader.user.email, host.user.email}
    assert [note.words for note in asked.notes.all()] == [
        "Is there a canteen?",
        "They bring lunch.",
    ]
    assert {question.by, answer.by} == {host, leader}


def test_a_stranger_asks_nothing(asked):
    for somebody in (HostFactory(), CareersLeaderFactory(), BrokerFactory()):
        with pytest.raises(PermissionDenied):
            bookings.ask(asked, words="Who is it?", by=somebody)


@pytest.mark.parametrize("words", ["", "   ", "x" * 1001])
def test_a_question_has_words_and_not_too_many(leader, asked, refused, words):
    with refused("invalid"):
        bookings.ask(asked, words=words, by=leader)


def test_nothing_more_is_asked_once_it_has_ended(leader, asked, refused):
    bookings.cancel(asked, reason="dates_clash", by=leader)

    with refused("ended"):
        bookings.ask(asked, words="Why?", by=leader)


# Having been


def test_a_booking_completes_by_itself_the_day_after_its_end(slot, host, asked):
    bookings.accept(asked, by=host)

    with on(slot.ends_on):
        assert bookings.complete_past() == 0
    with on(slot.ends_on + timedelta(days=1)):
        assert bookings.complete_past() == 1
        assert bookings.complete_past() == 0

    asked.refresh_from_db()
    assert asked.state == BookingState.COMPLETED
    assert taken(slot) == 0
    assert [move.by for move in asked.moves.all()][-1] is None


def test_a_request_that_nobody_answered_never_completes(slot, asked):
    with on(slot.ends_on + timedelta(days=1)):
        assert bookings.complete_past() == 0


def test_the_host_says_that_nobody_came_and_may_put_it_right(slot, host, asked):
    bookings.accept(asked, by=host)

    with on(slot.starts_on):
        absent = bookings.mark_not_attended(asked, by=host)
        assert (absent.state, taken(slot)) == (BookingState.NOT_ATTENDED, 0)

        mended = bookings.mark_attended(asked, by=host)
        assert (mended.state, taken(slot)) == (BookingState.COMPLETED, 0)


def test_a_completed_booking_may_be_marked_as_not_attended_without_freeing_twice(slot, host, asked):
    bookings.accept(asked, by=host)
    other = bookings.request(slot, places=1, by=CareersLeaderFactory())

    with on(slot.ends_on + timedelta(days=1)):
        bookings.complete_past()
        bookings.mark_not_attended(asked, by=host)

    assert taken(slot) == other.places


def test_nobody_is_absent_before_the_start(host, asked, refused):
    bookings.accept(asked, by=host)

    with refused("not_started"):
        bookings.mark_not_attended(asked, by=host)


def test_who_came_is_for_the_host_to_say(slot, leader, host, asked):
    bookings.accept(asked, by=host)

    with on(slot.starts_on):
        for somebody in (leader, HostFactory(), MemberFactory()):
            with pytest.raises(PermissionDenied):
                bookings.mark_not_attended(asked, by=somebody)
            with pytest.raises(PermissionDenied):
                bookings.mark_attended(asked, by=somebody)


def test_only_what_was_marked_as_not_attended_is_put_right(slot, host, asked, refused):
    bookings.accept(asked, by=host)

    with on(slot.starts_on), refused("move_not_allowed"):
        bookings.mark_attended(asked, by=host)


# The counter


def test_the_counter_is_the_sum_of_the_bookings_and_a_wrong_one_is_found(slot, host, asked):
    assert counter.miscounted() == []

    wrong = SlotFactory(taken=2)

    assert counter.miscounted() == [(wrong.pk, 2, 0, 0, 0, 0, 0, 0, 0)]


def test_a_school_gives_back_what_it_will_not_fill(slot, leader, host):
    booking = bookings.request(slot, places=3, by=leader)
    bookings.accept(booking, by=host)
    waits = bookings.request(slot, places=slot.places - 1, by=CareersLeaderFactory(), wait=True)

    booking = bookings.give_back(booking, places=2, by=leader)

    waits.refresh_from_db()
    assert (booking.state, booking.places, booking.places_asked) == ("accepted", 1, 3)
    assert waits.state == BookingState.OFFERED
    assert counter.miscounted() == []
    last = booking.moves.last()
    assert (last.by, last.comment) == (leader, "2 places given back")
    assert Message.objects.get(kind="places_given_back").email == host.user.email


@pytest.mark.parametrize("places", [0, 3, 4, -1])
def test_what_is_given_back_is_a_part(slot, leader, refused, places):
    booking = bookings.request(slot, places=3, by=leader)

    with refused("invalid"):
        bookings.give_back(booking, places=places, by=leader)


def test_nothing_is_given_back_once_it_has_started_or_is_over(slot, leader, host, refused):
    booking = bookings.request(slot, places=3, by=leader)
    with clock.as_of(clock.now() + timedelta(days=60)), refused("move_not_allowed"):
        bookings.give_back(booking, places=1, by=leader)
    bookings.decline(booking, reason="no_capacity", by=host)

    with refused("move_not_allowed"):
        bookings.give_back(booking, places=1, by=leader)


def test_no_place_is_given_back_from_under_a_student_who_is_named(slot, leader, refused):
    booking = BookingFactory(slot=slot, state="accepted", places=2, school=leader.organisation)
    NamedStudentFactory.create_batch(2, booking=booking)

    with refused("are_named"):
        bookings.give_back(booking, places=1, by=leader)


def test_only_the_school_gives_places_back(slot, leader, host):
    booking = bookings.request(slot, places=3, by=leader)
    viewer = CareersLeaderFactory(organisation=leader.organisation, role=Role.VIEWER)

    for by in (host, viewer, CareersLeaderFactory()):
        with pytest.raises(PermissionDenied):
            bookings.give_back(booking, places=1, by=by)


def test_a_group_gives_back_no_more_than_leaves_the_smallest_that_its_host_takes(leader, refused):
    booking = bookings.request(
        SlotFactory(placement__fewest_places_per_school=3), places=5, by=leader
    )

    with refused("group_too_small"):
        bookings.give_back(booking, places=3, by=leader)

    assert bookings.give_back(booking, places=2, by=leader).places == 3


def test_a_group_that_its_host_made_smaller_may_give_back_more(leader):
    slot = SlotFactory(placement__fewest_places_per_school=3)
    booking = bookings.request(slot, places=5, by=leader)
    host = HostFactory(organisation=slot.placement.provider)
    booking = bookings.accept(booking, places=2, by=host)

    assert bookings.give_back(booking, places=1, by=leader).places == 1
