"""A cohort's places in one go: all or none, or as many as there are."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import clock, letters
from accounts.models import Message, OneTimeLink, Role, Standing
from placements import bookings, cohorts, counter, reserves
from placements.cohorts import Group, Line
from placements.models import Booking, Cohort, CohortMiss
from placements.states import BookingState, PlacementState
from placements.words import Chances
from tests.factories import (
    CareersLeaderFactory,
    CohortFactory,
    HostFactory,
    PlacementFactory,
    PriorityRuleFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

YEAR_10 = Group(name="Year 10", students=180, year_group=10)


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def placement(host):
    return PlacementFactory(provider=host.organisation, title="A week in a bakery")


@pytest.fixture
def slots(placement):
    return [
        SlotFactory(placement=placement, places=15, starts_on=days_ahead(60 + 7 * week))
        for week in range(12)
    ]


@pytest.fixture
def at_once(host):
    placement = PlacementFactory(
        provider=host.organisation, title="A day in a shop", confirms_at_once=True
    )
    return SlotFactory(placement=placement, places=15)


def book(lines, by, *, together=True, group=YEAR_10, once=None, cohort=None, **told):
    asked = [Line(slot, places) for slot, places in lines]
    return cohorts.book_all(
        asked, group=group, by=by, together=together, once=once or uuid4(), cohort=cohort, **told
    )


def refusals(lines, by, **told):
    """What each line was refused for, by the number of its slot among the lines."""
    with pytest.raises(ValidationError) as refusal:
        book(lines, by, **told)
    numbers = {str(slot.pk): number for number, (slot, _) in enumerate(lines)}
    return {numbers[pk]: errors[0].code for pk, errors in refusal.value.error_dict.items()}


def seen(cohort, by):
    return Cohort.objects.visible_to(by).with_places().get(pk=cohort.pk)


def test_180_students_are_booked_on_12_dates_in_one_go(slots, leader):
    cohort = book([(slot, 15) for slot in slots], leader)

    assert cohort.bookings.count() == 12
    assert {one.state for one in cohort.bookings.all()} == {BookingState.REQUESTED}
    assert seen(cohort, leader).asked == 180
    assert counter.miscounted() == []


@pytest.mark.parametrize("failing", [0, 5, 11])
def test_where_one_line_of_all_or_nothing_fails_nothing_is_written(slots, leader, failing):
    bookings.request(slots[failing], places=1, by=CareersLeaderFactory())
    before = Message.objects.count()

    assert refusals([(slot, 15) for slot in slots], leader) == {failing: "slot_full"}
    assert not Booking.objects.filter(school=leader.organisation).exists()
    assert not Cohort.objects.exists()
    assert Message.objects.count() == before
    assert counter.miscounted() == []


def test_each_line_that_fails_is_named_with_its_own_reason(slots, leader):
    full, beyond, twice, fine = slots[:4]
    bookings.request(full, places=15, by=CareersLeaderFactory())
    bookings.request(twice, places=1, by=leader)
    capped = SlotFactory(placement__most_places_per_school=3)
    paused = SlotFactory(placement__state=PlacementState.PAUSED)

    assert refusals(
        [(full, 1), (beyond, 16), (twice, 1), (fine, 1), (capped, 4), (paused, 1)], leader
    ) == {0: "slot_full", 1: "slot_full", 2: "already_booked", 4: "over_cap", 5: "not_published"}


def test_as_many_as_possible_books_the_others_and_remembers_what_failed(slots, leader):
    bookings.request(slots[1], places=1, by=CareersLeaderFactory())

    cohort = book([(slot, 15) for slot in slots[:3]], leader, together=False)

    assert {one.slot_id for one in cohort.bookings.all()} == {slots[0].pk, slots[2].pk}
    miss = cohort.misses.get()
    assert (miss.slot, miss.places) == (slots[1], 15)
    assert miss.why == "Only 14 places are left on these dates."
    assert seen(cohort, leader).asked == 30


def test_as_many_as_possible_of_nothing_makes_no_cohort(slots, leader):
    bookings.request(slots[0], places=15, by=CareersLeaderFactory())

    assert refusals([(slots[0], 1)], leader, together=False) == {0: "slot_full"}
    assert not Cohort.objects.exists()


@pytest.mark.parametrize("together", [True, False])
def test_the_form_sent_twice_books_once(slots, leader, together):
    once, lines = uuid4(), [(slot, 5) for slot in slots[:3]]

    first = book(lines, leader, together=together, once=once)
    again = book(lines, leader, together=together, once=once)

    assert first == again
    assert Booking.objects.count() == 3
    assert counter.miscounted() == []


def test_the_form_sent_again_after_a_crash_goes_on_where_it_ended(slots, leader):
    once, lines = uuid4(), [(slot, 5) for slot in slots[:3]]
    book(lines[:2], leader, together=False, once=once)

    cohort = book(lines, leader, together=False, once=once)

    assert cohort.bookings.count() == 3


def test_another_schools_form_is_not_answered(slots, leader, refused):
    once = uuid4()
    book([(slots[0], 1)], leader, once=once)

    with refused("key_reused"):
        book([(slots[1], 1)], CareersLeaderFactory(), once=once)


def test_more_can_be_booked_for_a_cohort_and_its_number_put_right(slots, leader):
    cohort = book([(slots[0], 5)], leader)

    more = book(
        [(slots[1], 6)],
        leader,
        cohort=cohort,
        group=Group(name="Year 11", students=20, year_group=11),
    )

    assert more == cohort
    found = seen(cohort, leader)
    assert (found.name, found.students, found.asked) == ("Year 11", 20, 11)


def test_what_failed_before_and_is_booked_now_is_forgotten(slots, leader):
    theirs = bookings.request(slots[1], places=15, by=CareersLeaderFactory())
    cohort = book([(slots[0], 5), (slots[1], 5)], leader, together=False)
    assert CohortMiss.objects.count() == 1
    bookings.cancel(theirs, reason="illness", by=theirs.asked_by)

    book([(slots[1], 5)], leader, together=False, cohort=cohort)

    assert not CohortMiss.objects.exists()


def test_what_is_accepted_at_once_counts_as_a_place_and_the_rest_as_asked(slots, at_once, leader):
    cohort = book([(slots[0], 5), (at_once, 7)], leader)

    found = seen(cohort, leader)
    assert (found.agreed, found.asked) == (7, 5)
    assert [one.was_accepted_at_once for one in cohort.bookings.order_by("places")] == [False, True]


def test_a_declined_request_is_no_place(slots, leader, host):
    cohort = book([(slots[0], 5), (slots[1], 6)], leader)
    bookings.decline(cohort.bookings.get(places=5), reason="no_capacity", by=host)
    bookings.accept(cohort.bookings.get(places=6), places=4, by=host)

    found = seen(cohort, leader)
    assert (found.agreed, found.asked) == (4, 0)


def test_those_who_may_not_book_may_not_book_for_a_cohort(slots, host, leader):
    viewer = CareersLeaderFactory(role=Role.VIEWER)
    suspended = CareersLeaderFactory(
        organisation__standing=Standing.SUSPENDED, organisation__suspended_at=clock.now()
    )
    for by in (host, viewer, suspended):
        with pytest.raises(PermissionDenied):
            book([(slots[0], 1)], by)


def test_nobody_books_for_another_schools_cohort(slots, leader):
    with pytest.raises(PermissionDenied):
        book([(slots[0], 1)], leader, cohort=CohortFactory())


@pytest.mark.parametrize(
    ("lines", "group", "code"),
    [
        (0, YEAR_10, "empty"),
        (61, YEAR_10, "too_many"),
        (1, Group(name=" ", students=1, year_group=10), "no_name"),
        (1, Group(name="x" * 61, students=1, year_group=10), "no_name"),
        (1, Group(name="x", students=0, year_group=10), "students"),
        (1, Group(name="x", students=2001, year_group=10), "students"),
    ],
)
def test_a_malformed_form_is_refused(lines, group, code, leader, placement, refused):
    slots = SlotFactory.create_batch(lines, placement=placement)
    with refused(code):
        book([(slot, 1) for slot in slots], leader, group=group)


def test_a_date_is_named_once(slots, leader, refused):
    with refused("invalid"):
        book([(slots[0], 1), (slots[0], 2)], leader)


def test_what_every_line_asks_for_is_asked_of_every_host(slots, leader):
    group = Group(
        name="x", students=9, year_group=10, adjustments=["step_free"], note="We come by bus."
    )
    cohort = book([(slot, 2) for slot in slots[:2]], leader, group=group)

    for one in cohort.bookings.all():
        assert (one.year_group, one.adjustments, one.note) == (
            10,
            ["step_free"],
            "We come by bus.",
        )


def test_places_are_shared_out_soonest_first_and_within_each_cap(slots, placement):
    placement.most_places_per_school = 10
    placement.save()
    for slot in slots:
        slot.placement.most_places_per_school = 10
    slots[1].taken = 12

    shared = cohorts.share_out(18, list(reversed(slots)))

    assert [shared.get(slot.pk) for slot in slots[:4]] == [10, 3, 5, None]
    assert cohorts.share_out(0, slots) == {}


def test_dates_that_are_open_early_for_some_are_proposed_only_to_a_school_whose_students_are_all_such(
    slots, host
):
    rural, town = (SchoolOrganisationFactory(school__rural_code=code) for code in ("E1", "A1"))
    slot = reserves.announce(slots[0], opens_at=clock.now() + timedelta(days=5), by=host)
    slots[0] = reserves.prioritise(
        slot,
        rule=PriorityRuleFactory(criterion=Chances.RURAL),
        places=0,
        until=None,
        early_days=10,
        by=host,
    )

    assert cohorts.share_out(20, slots[:2], school=town) == {slots[1].pk: 15}
    assert cohorts.share_out(20, slots[:2], school=rural) == {slots[0].pk: 15, slots[1].pk: 5}


# --- What is said


def test_a_host_gets_one_mail_for_all_of_a_cohorts_requests(slots, leader, host, delivered):
    book([(slot, 15) for slot in slots], leader)
    assert Message.objects.get().due_at > clock.now() + timedelta(minutes=1)
    Message.objects.update(due_at=clock.now() - timedelta(seconds=1))

    mail = delivered("cohort_asked")

    assert mail.title == "Request for places for 180 students on 12 dates"
    assert leader.organisation.name in mail.text
    assert mail.text.count("/bookings/answer/") == 12
    assert OneTimeLink.objects.filter(purpose="answer_booking").count() == 12


def test_one_by_one_they_still_come_in_one_mail(slots, leader, host):
    book([(slot, 1) for slot in slots[:5]], leader, together=False)

    assert Message.objects.count() == 1


def test_each_host_hears_of_its_own_alone(slots, leader, host):
    other = SlotFactory(placement__title="Paint a wall")
    HostFactory(organisation=other.placement.provider)

    book([(slots[0], 3), (other, 4)], leader)

    for message in Message.objects.all():
        text = letters.write(message).text
        assert ("Paint a wall" in text) != ("A week in a bakery" in text)


def test_a_request_that_comes_when_the_mail_is_on_its_way_gets_another(slots, leader, host):
    with time_machine.travel(clock.now(), tick=False) as time:
        cohort = book([(slots[0], 1)], leader)
        time.shift(timedelta(minutes=3))
        book([(slots[1], 1)], leader, cohort=cohort)

    assert Message.objects.filter(kind="cohort_asked").count() == 2


def test_what_is_answered_before_the_mail_goes_is_not_in_it(slots, leader, host):
    cohort = book([(slots[0], 3), (slots[1], 4)], leader)
    bookings.decline(cohort.bookings.get(places=3), reason="no_capacity", by=host)

    message = Message.objects.get(kind="cohort_asked")
    assert "3 places" not in letters.write(message).text
    bookings.decline(cohort.bookings.get(places=4), reason="no_capacity", by=host)
    assert not letters.of_kind("cohort_asked").still_holds(message)


def test_what_is_booked_at_once_is_told_once_to_each_side(at_once, leader, host):
    second = SlotFactory(placement=at_once.placement, starts_on=days_ahead(80))

    book([(at_once, 5), (second, 6)], leader)

    booked = Message.objects.exclude(kind__startswith="reminder").exclude(
        kind__startswith="debrief"
    )
    assert {(one.kind, one.email) for one in booked} == {
        ("cohort_asked", host.user.email),
        ("cohort_booked", leader.user.email),
    }
    to_host = letters.write(booked.get(kind="cohort_asked"))
    assert to_host.title == "Places for 11 students booked on 2 dates"
    assert "There is nothing to accept" in to_host.text
    to_school = letters.write(booked.get(kind="cohort_booked"))
    assert to_school.title == "Places for 11 students booked on 2 dates"
    assert letters.of_kind("cohort_booked").still_holds(booked.get(kind="cohort_booked"))


def test_the_name_of_a_cohort_is_in_no_mail(slots, at_once, leader, host):
    book([(slots[0], 1), (at_once, 1)], leader, group=Group(name="Sam", students=2, year_group=10))

    for message in Message.objects.filter(kind__startswith="cohort"):
        mail = letters.write(message)
        assert "Sam" not in mail.title + mail.text


def test_twelve_dates_cost_a_few_statements_each(
    slots, leader, host, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12 * 14 + 20):
        book([(slot, 15) for slot in slots], leader)


def test_a_line_that_is_full_waits_if_that_was_asked_for(slots, leader):
    full, free = slots[:2]
    bookings.request(full, places=15, by=CareersLeaderFactory())

    cohort = book([(full, 5), (free, 5)], leader, together=False, wait=True)

    states = dict(cohort.bookings.values_list("slot", "state"))
    assert states[full.pk] == "waiting"
    assert states[free.pk] != "waiting"
    assert not cohort.misses.exists()


def test_nothing_waits_where_all_or_none_was_asked_for(slots, leader):
    bookings.request(slots[0], places=15, by=CareersLeaderFactory())

    assert refusals([(slots[0], 5), (slots[1], 5)], leader, wait=True) == {0: "slot_full"}


def test_a_line_that_would_wait_in_vain_is_a_miss(slots, leader):
    cohort = book([(slots[0], 900), (slots[1], 5)], leader, together=False, wait=True)

    assert [miss.slot for miss in cohort.misses.all()] == [slots[0]]


# --- Others instead


@pytest.fixture
def missed(slots, leader):
    """A cohort that could not have the second dates."""
    bookings.request(slots[1], places=15, by=CareersLeaderFactory())
    return book([(slots[0], 5), (slots[1], 5)], leader, together=False)


def test_what_was_taken_instead_and_lost_can_be_taken_again(missed, slots, leader):
    taken = cohorts.book_instead(missed.misses.get(), slots[2], by=leader)
    bookings.cancel(taken, reason="illness", by=leader)
    book([(slots[1], 5), (slots[3], 5)], leader, together=False, cohort=missed)

    again = cohorts.book_instead(missed.misses.get(), slots[2], by=leader)

    assert again != taken
    assert again.state == BookingState.REQUESTED


def test_two_who_take_others_for_one_miss_do_not_book_twice(missed, slots, leader, refused):
    seen_by_both = missed.misses.get(), missed.misses.get()
    taken = cohorts.book_instead(seen_by_both[0], slots[2], by=leader)

    with refused("stale"):
        cohorts.book_instead(seen_by_both[1], slots[3], by=leader)

    assert not slots[3].bookings.exists()
    assert cohorts.book_instead(seen_by_both[1], slots[2], by=leader) == taken
