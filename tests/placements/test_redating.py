"""Dates that schools have booked move, and each school is asked to keep its places or to leave."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock, letters, phrases, postman
from accounts.models import Message, MessageState, OneTimeLink, SentMail
from placements import (
    bookings,
    changes,
    counter,
    lowering,
    redating,
    replacements,
    slots,
    timetable,
    waiting,
)
from placements.change_notices import CHANGED
from placements.states import BookingState
from placements.words import ConsentAnswer
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    NamedStudentFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

LATER = days_ahead(74)


@pytest.fixture
def slot():
    return SlotFactory(places=6, placement__title="A week in a bakery")


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def agreed(slot, host, leader):
    return bookings.accept(bookings.request(slot, places=4, by=leader), by=host)


def move(slot, by, *, to=LATER, days=5, **why):
    ends = to + timedelta(days=days - 1)
    return redating.move(slot, starts_on=to, ends_on=ends, by=by, **{"reason": "staffing", **why})


def now(subject):
    subject.refresh_from_db()
    return subject


def owed(kind, about):
    return Message.objects.filter(kind=kind, subject=str(about.pk))


def letter(kind, about):
    message = owed(kind, about).get()
    assert letters.of_kind(kind).still_holds(message)
    return letters.write(message)


def test_each_school_is_asked_and_holds_its_places_meanwhile(slot, host, leader, agreed):
    before = slot.starts_on

    assert move(slot, host, comment="The ovens are replaced.") == 1

    assert (now(slot).starts_on, slot.closes_on) == (LATER, LATER - timedelta(days=7))
    assert slot.taken == 4
    change = agreed.changes.get()
    assert (change.first_day_before, change.first_day) == (before, LATER)
    assert change.is_open
    mail = letter("booking_changed", change)
    assert "They are now" in mail.text
    assert "If we hear nothing by then, you keep them." in mail.text
    assert "ovens" not in mail.text
    assert now(agreed).state == BookingState.ACCEPTED
    assert counter.miscounted() == []


def test_whoever_keeps_its_places_is_announced_to_the_host(slot, host, leader, agreed):
    move(slot, host)
    change = agreed.changes.get()

    changes.keep(agreed, by=leader)

    assert (now(change).answer, change.answered_by) == ("keep", leader)
    assert "keeps 4 places" in letter("booking_kept", change).text
    assert owed("booking_kept", change).get().email == host.user.email
    # Nobody is asked again, or reminded.
    planned = Message.objects.filter(state="planned", subject=str(change.pk))
    assert set(planned.values_list("kind", flat=True)) == {"booking_kept"}


def test_whoever_leaves_is_owed_places_in_the_weeks_it_had(slot, host, leader, agreed):
    near_the_old = SlotFactory(places=9, starts_on=slot.starts_on + timedelta(days=1))
    SlotFactory(places=9, starts_on=LATER + timedelta(days=10))
    move(slot, host)

    changes.leave(agreed, by=leader)

    assert (now(agreed).state, agreed.reason) == (BookingState.CANCELLED, "host_changed")
    assert now(slot).taken == 0
    assert owed("booking_cancelled", agreed).get().email == host.user.email
    assert near_the_old in replacements.instead_of(agreed)
    replacements.hold_owed()
    assert near_the_old.bookings.get().replaces == agreed
    assert counter.miscounted() == []


def test_a_host_that_moves_the_dates_and_then_calls_off_owes_places_in_the_weeks_it_had_promised(
    slot, host, agreed
):
    near_the_old = SlotFactory(places=9, starts_on=slot.starts_on + timedelta(days=1))
    move(slot, host, to=days_ahead(160))

    bookings.cancel(agreed, reason="staffing", by=host)

    replacements.hold_owed()
    assert near_the_old.bookings.get().replaces == agreed


def test_a_host_that_takes_places_away_and_then_calls_off_owes_all_that_it_had_promised(
    slot, host, agreed
):
    elsewhere = SlotFactory(places=9, starts_on=slot.starts_on + timedelta(days=1))
    seen = lowering.mark(lowering.holding_places(slot))
    lowering.lower(slot, places=1, keep={agreed.pk: 1}, seen=seen, by=host, reason="staffing")

    slots.cancel(slot, reason="staffing", comment="", by=host)

    replacements.hold_owed()
    assert elsewhere.bookings.get().places == 4


def test_whoever_kept_its_places_on_other_dates_is_owed_some_in_those_weeks(
    slot, host, leader, agreed
):
    near_the_old = SlotFactory(places=9, starts_on=slot.starts_on + timedelta(days=1))
    near_the_new = SlotFactory(places=9, starts_on=days_ahead(161))
    move(slot, host, to=days_ahead(160))
    changes.keep(agreed, by=leader)

    bookings.cancel(agreed, reason="staffing", by=host)

    replacements.hold_owed()
    assert near_the_new.bookings.get().replaces == agreed
    assert not near_the_old.bookings.exists()


def test_what_is_free_when_a_school_leaves_goes_to_whoever_waits(slot, host, leader, agreed):
    waits = bookings.request(slot, places=5, by=CareersLeaderFactory(), wait=True)
    move(slot, host)

    changes.leave(agreed, by=leader)

    assert now(waits).state == BookingState.OFFERED


def test_a_school_that_does_not_answer_keeps_its_places_and_both_sides_hear_it(
    slot, host, leader, agreed, refused
):
    move(slot, host)
    change = agreed.changes.get()

    reminded = owed("booking_changed_reminder", change).get()
    assert change.answer_by - timedelta(days=4) < reminded.due_at < change.answer_by
    assert "Do you still come?" in letter("booking_changed_reminder", change).title
    with clock.as_of(change.answer_by + timedelta(minutes=1)):
        postman.deliver_due()
        stays = owed("booking_stays", change)
        assert set(stays.values_list("email", flat=True)) == {host.user.email, leader.user.email}
        sent = SentMail.objects.filter(reference__in=[str(one.pk) for one in stays])
        assert all("the places stay booked" in mail.text for mail in sent)
        assert len(sent) == 2
        with refused("move_not_allowed"):
            changes.leave(agreed, by=leader)
        assert changes.open_for(agreed) is None
    assert (now(agreed).state, now(slot).taken) == (BookingState.ACCEPTED, 4)


def test_a_request_is_asked_too_and_its_answer_falls_due_by_the_new_dates(slot, host, leader):
    asked = bookings.request(slot, places=2, by=leader)
    soon = days_ahead(12)

    move(slot, host, to=soon)

    assert now(asked).answer_by < clock.now() + timedelta(days=12)
    assert asked.changes.get().is_open
    bookings.accept(asked, by=host)
    assert now(asked).state == BookingState.ACCEPTED


def test_groups_that_wait_keep_their_turn_and_hear_of_the_new_dates(slot, host, leader, agreed):
    waits = bookings.request(slot, places=3, by=CareersLeaderFactory(), wait=True)

    move(slot, host)

    assert now(waits).state == BookingState.WAITING
    assert waits.answer_by.date() == LATER - timedelta(days=7)
    assert "You keep your turn" in letter("waiting_redated", waits).text
    assert not waits.changes.exists()


def test_whoever_has_been_offered_places_hears_until_when_they_are_held(slot, host, leader, agreed):
    waits = bookings.request(slot, places=3, by=CareersLeaderFactory(), wait=True)
    bookings.cancel(agreed, reason="illness", by=leader)

    move(slot, host)

    mail = letter("waiting_redated", now(waits))
    assert mail.title == "Other dates, and still held for you: A week in a bakery"
    assert f"We still hold 3 places for you until {phrases.moment(waits.answer_by)}." in mail.text
    for untrue in ("need not do anything", "keep your turn", "waiting list"):
        assert untrue not in mail.text


def test_a_school_whose_replacement_moves_is_on_no_waiting_list(slot, host, leader, agreed):
    other = SlotFactory(places=4, starts_on=slot.starts_on)
    bookings.cancel(agreed, reason="staffing", by=host)
    replacements.hold_owed()
    held = other.bookings.get()

    move(other, HostFactory(organisation=other.placement.provider))

    assert "We still hold 4 places for you" in letter("waiting_redated", held).text
    assert "waiting list" not in letter("waiting_redated", held).text


def test_an_offer_stands_and_never_outlives_the_list(slot, host, leader, agreed):
    waits = bookings.request(slot, places=3, by=CareersLeaderFactory(), wait=True)
    bookings.cancel(agreed, reason="illness", by=leader)
    assert now(waits).state == BookingState.OFFERED

    move(slot, host)

    assert now(waits).state == BookingState.OFFERED
    assert waiting.take_up(waits, by=waits.asked_by).state == BookingState.REQUESTED


def test_reminders_follow_the_dates(slot, host, leader, agreed):
    week_before = owed("reminder_to_school", agreed).order_by("due_at").first().due_at

    move(slot, host)

    planned = owed("reminder_to_school", agreed).filter(state="planned").order_by("due_at")
    assert planned.first().due_at - week_before == timedelta(days=14)
    assert planned.count() == 2


def test_what_was_sent_for_the_old_dates_is_sent_again_for_the_new(slot, host, leader, agreed):
    first = owed("reminder_to_school", agreed).order_by("due_at").first()
    with clock.as_of(first.due_at + timedelta(minutes=5)):
        postman.deliver_due()
        assert now(first).state == "sent"
        move(slot, host)

        planned = owed("reminder_to_school", agreed).filter(state="planned")
        assert planned.count() == 2
        timetable.plan_what_is_missing()
        assert planned.count() == 2


def test_parents_are_asked_again(slot, host, leader, agreed):
    NamedStudentFactory(booking=agreed, agreed=True)

    move(slot, host)

    assert agreed.students.get().consent.answer == ConsentAnswer.NONE
    assert "has changed when, where or how" in letter("consent_outdated", agreed).text


def test_dates_that_move_twice_are_asked_about_once_from_what_was_agreed(
    slot, host, leader, agreed
):
    before = slot.starts_on
    move(slot, host)
    move(slot, host, to=days_ahead(81))

    first, second = agreed.changes.all()
    assert first.answer == "overtaken"
    assert (second.first_day_before, second.first_day) == (before, days_ahead(81))
    changes.keep(agreed, by=leader)
    assert now(second).answer == "keep"


def test_a_school_that_let_its_time_pass_has_settled_for_what_it_was_asked(slot, host, agreed):
    move(slot, host)
    passed = agreed.changes.get().answer_by + timedelta(hours=1)

    with clock.as_of(passed):
        move(slot, host, to=days_ahead(88))

    assert agreed.changes.last().first_day_before == LATER


def test_fewer_places_and_other_dates_are_one_question(slot, host, agreed):
    seen = lowering.mark(lowering.holding_places(slot))
    lowering.lower(slot, places=3, keep={agreed.pk: 3}, seen=seen, by=host, reason="staffing")
    move(slot, host)

    change = agreed.changes.last()
    assert (change.places_before, change.places) == (4, 3)
    assert change.is_of_dates


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"to": days_ahead(60)}, "same_dates"),
        ({"to": days_ahead(0)}, "in_the_past"),
        ({"to": days_ahead(1)}, "too_close"),
        ({"to": days_ahead(900)}, "too_far_ahead"),
        ({"days": 0}, "ends_before_it_starts"),
        ({"reason": "because"}, "invalid"),
        ({"reason": "other"}, "invalid"),
        ({"reason": "host_changed"}, "invalid"),
    ],
)
def test_dates_that_make_no_sense_are_refused(slot, host, agreed, refused, asked, code):
    with refused(code):
        move(slot, host, **asked)

    assert not agreed.changes.exists()


def test_what_starts_tomorrow_is_called_off_rather_than_moved(slot, host, agreed, refused):
    with clock.as_of(clock.now() + timedelta(days=59)), refused("too_close"):
        move(slot, host)


def test_what_was_called_off_does_not_move(slot, host, agreed, refused):
    slots.cancel(slot, reason="staffing", comment="", by=host)

    with refused("slot_cancelled"):
        move(slot, host)


def test_dates_are_moved_by_their_provider_and_answered_by_the_school(slot, host, leader, agreed):
    with pytest.raises(PermissionDenied):
        move(slot, HostFactory())
    move(slot, host)

    for verb in (changes.keep, changes.leave):
        for stranger in (host, CareersLeaderFactory()):
            with pytest.raises(PermissionDenied):
                verb(agreed, by=stranger)


def test_an_answer_is_given_once(slot, host, leader, agreed, refused):
    move(slot, host)
    changes.keep(agreed, by=leader)

    with refused("move_not_allowed"):
        changes.leave(agreed, by=leader)


def test_links_that_are_out_end_with_the_answer(slot, host, leader, agreed):
    move(slot, host)
    letters.write(owed("booking_changed", agreed.changes.get()).get())
    assert OneTimeLink.objects.live().filter(purpose=CHANGED).count() == 1

    changes.keep(agreed, by=leader)

    assert not OneTimeLink.objects.live().filter(purpose=CHANGED).exists()


def test_what_has_run_out_is_not_carried_along_though_the_worker_was_down(
    slot, host, leader, agreed
):
    asked = bookings.request(slot, places=2, by=CareersLeaderFactory())
    offered = bookings.request(slot, places=3, by=CareersLeaderFactory(), wait=True, as_few_as=1)
    bookings.give_back(agreed, places=1, by=leader)
    assert now(offered).state == BookingState.OFFERED

    with clock.as_of(asked.answer_by + timedelta(minutes=1)):
        assert move(slot, host) == 1

    assert now(asked).state == now(offered).state == BookingState.LAPSED
    assert owed("booking_lapsed", asked).exists()
    assert owed("waiting_offer_lapsed", offered).exists()
    assert not asked.changes.exists()
    assert not owed("waiting_redated", offered).exists()
    assert now(slot).taken == 3
    assert counter.miscounted() == []


def test_what_runs_out_stays_gone_also_when_the_dates_cannot_move(slot, host, agreed, refused):
    asked = bookings.request(slot, places=2, by=CareersLeaderFactory())

    with clock.as_of(asked.answer_by + timedelta(minutes=1)), refused("same_dates"):
        move(slot, host, to=slot.starts_on)

    assert now(asked).state == BookingState.LAPSED


def test_a_request_whose_time_moves_with_its_dates_does_not_lapse_by_the_old_one(
    slot, host, leader
):
    soon = SlotFactory(places=6, starts_on=days_ahead(9), placement=slot.placement)
    asked = bookings.request(soon, places=2, by=leader)
    before = asked.answer_by
    move(soon, host)

    with clock.as_of(before + timedelta(minutes=1)):
        bookings.settle_if_due(soon)

    assert now(asked).state == BookingState.REQUESTED


@pytest.mark.parametrize("schools", [1, 4])
def test_moving_dates_costs_the_same_however_many_schools_have_booked_them(
    slot, host, schools, django_assert_num_queries
):
    slot.places = 60
    slot.save(update_fields=["places"])
    for _ in range(schools):
        agreed = bookings.accept(
            bookings.request(slot, places=2, by=CareersLeaderFactory()), by=host
        )
        NamedStudentFactory(booking=agreed, agreed=True)
        bookings.request(slot, places=2, by=CareersLeaderFactory())
        bookings.request(slot, places=60, by=CareersLeaderFactory(), wait=True)
    move(slot, host)

    with django_assert_num_queries(43):
        move(slot, host, to=days_ahead(81))

    assert changes.BookingChange.objects.filter(answer="overtaken").count() == 2 * schools
    assert counter.miscounted() == []


@pytest.mark.parametrize("is_agreed", [True, False])
def test_letters_about_a_change_say_only_what_holds_of_the_booking(slot, host, leader, is_agreed):
    booking = bookings.request(slot, places=2, by=leader)
    if is_agreed:
        bookings.accept(booking, by=host)
    move(slot, host)
    change = booking.changes.get()
    still_asked = "accept or decline"

    for kind in ("booking_changed", "booking_changed_reminder"):
        assert (still_asked in letter(kind, change).text) is not is_agreed
    assert ("we look for other places" in letter("booking_changed", change).text) is is_agreed
    stays = letters.write(owed("booking_stays", change).first())
    assert ("The places stay booked" in stays.title) is is_agreed
    assert ("The request stands" in stays.title) is not is_agreed
    assert (still_asked in stays.text) is not is_agreed

    changes.keep(booking, by=leader)

    kept = letter("booking_kept", change)
    assert ("They come" in kept.title) is is_agreed
    assert (still_asked in kept.text) is not is_agreed


def test_a_group_that_waits_hears_once_of_dates_that_moved_twice_before_its_mail_left(
    slot, host, leader, agreed
):
    group = bookings.request(slot, places=4, by=CareersLeaderFactory(), wait=True)
    assert group.state == BookingState.WAITING

    move(slot, host)
    move(now(slot), host, to=days_ahead(81))

    assert owed("waiting_redated", group).filter(state=MessageState.PLANNED).count() == 1
    assert (
        phrases.date_range(now(slot).starts_on, slot.ends_on)
        in letters.write(owed("waiting_redated", group).get(state=MessageState.PLANNED)).text
    )
