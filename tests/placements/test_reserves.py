"""Places that are kept for some, booking that opens early for them, and announced moments."""

from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock, phrases
from placements import (
    arrivals,
    bookings,
    counter,
    glance,
    listings,
    lowering,
    redating,
    reserves,
    sections,
    slots,
    waiting,
)
from placements.booking_rules import Wanted
from placements.models import Booking, PassedOver, Slot
from placements.states import BookingState
from placements.words import Chances, PassReason
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    PriorityRuleFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
UNTIL = 20


@pytest.fixture
def rule():
    return PriorityRuleFactory()


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def slot():
    """Six places; of them a test keeps some."""
    return SlotFactory(places=6)


@pytest.fixture
def keeping(slot, host, rule):
    """Four of six places are kept for students eligible for pupil premium."""
    return keep(slot, host, rule)


def keep(slot, host, rule, places=4, **told):
    given = {"until": days_ahead(UNTIL), "early_days": 0, **told}
    return reserves.prioritise(slot, rule=rule, places=places, by=host, **given)


def ask(slot, places, students=0, by=None, **told):
    by = by or CareersLeaderFactory()
    return bookings.request(slot, places=places, priority_students=students, by=by, **told)


def counts(slot):
    slot.refresh_from_db()
    return slot.taken, slot.kept_back, slot.reserved


def moment(days, hour=10):
    return datetime.combine(days_ahead(days), time(hour), LONDON)


@pytest.fixture
def after_release():
    with clock.as_of(moment(UNTIL + 1, 0)):
        yield


def test_others_may_not_have_the_places_that_are_kept(keeping, refused):
    ask(keeping, 2)

    with refused("places_reserved") as refusal:
        ask(keeping, 1)

    until = phrases.long_date(days_ahead(UNTIL))
    assert refusal.value.messages == [
        "Every place on these dates that is for all schools is taken. 4 of the places are kept"
        f" until {until} for students eligible for pupil premium."
    ]
    assert counts(keeping) == (2, 4, 4)


def test_a_group_may_have_as_many_of_them_as_the_rule_speaks_of(keeping, refused):
    with refused("places_reserved"):
        ask(keeping, 6, students=3)

    booking = ask(keeping, 5, students=3)

    assert (booking.reserved, booking.priority_students) == (3, 3)
    assert counts(keeping) == (5, 1, 4)
    assert counter.miscounted() == []


def test_more_than_there_are_is_full_whoever_asks(keeping, refused):
    with refused("slot_full"):
        ask(keeping, 7)


def test_a_group_cannot_count_more_students_than_it_is(keeping, refused):
    with refused("priority_students"):
        ask(keeping, 2, students=3)


def test_no_count_is_kept_where_no_rule_asks_for_it(slot):
    assert ask(slot, 2, students=2).priority_students == 0


@pytest.mark.parametrize(
    ("criterion", "facts"),
    [(Chances.SEND, {"is_special": True}), (Chances.RURAL, {"rural_code": "E1"})],
)
def test_a_school_that_the_register_names_is_asked_for_no_count(slot, host, criterion, facts):
    keep(slot, host, PriorityRuleFactory(criterion=criterion), places=6)
    school = SchoolOrganisationFactory(**{f"school__{name}": fact for name, fact in facts.items()})

    booking = ask(slot, 4, by=CareersLeaderFactory(organisation=school))

    assert (booking.reserved, booking.priority_students) == (4, 0)


def test_what_is_given_back_is_kept_again(keeping):
    booking = ask(keeping, 5, students=3)

    bookings.cancel(booking, reason="illness", by=booking.asked_by)

    assert counts(keeping) == (0, 4, 4)


def test_a_host_who_accepts_fewer_gives_back_what_is_for_all_first(keeping, host):
    booking = ask(keeping, 5, students=3)

    bookings.accept(booking, places=2, by=host)

    booking.refresh_from_db()
    assert (booking.places, booking.reserved) == (2, 2)
    assert counts(keeping) == (2, 2, 4)
    assert counter.miscounted() == []


def test_after_the_stated_day_anybody_may_have_them_without_a_worker(keeping, after_release):
    assert keeping.places_left == 6

    assert ask(keeping, 6).reserved == 0

    assert counts(keeping) == (6, 0, 0)


def test_what_is_given_back_after_that_day_is_for_all(keeping):
    booking = ask(keeping, 3, students=3)

    with clock.as_of(moment(UNTIL + 1)):
        bookings.cancel(booking, reason="illness", by=booking.asked_by)

        assert counts(keeping) == (0, 0, 0)
        assert counter.miscounted() == []


def test_a_booking_that_is_completed_leaves_nothing_kept(keeping, host):
    booking = ask(keeping, 3, students=3)
    bookings.accept(booking, by=host)

    with clock.as_of(moment(90)):
        bookings.complete_past()

    assert counts(keeping) == (0, 0, 0)
    assert counter.miscounted() == []


def test_the_worker_passes_released_places_on_to_those_who_wait(keeping):
    ask(keeping, 2)
    waits = ask(keeping, 3, wait=True)

    with clock.as_of(moment(UNTIL + 1)):
        assert waiting.settle_all() == 1

    waits.refresh_from_db()
    assert (waits.state, waits.places, waits.reserved) == (BookingState.OFFERED, 3, 0)
    assert counts(keeping) == (5, 0, 0)


def test_whoever_waited_for_all_comes_before_whoever_asks_once_they_are_released(keeping, refused):
    ask(keeping, 2)
    waits = ask(keeping, 4, wait=True)

    with clock.as_of(moment(UNTIL + 1)), refused("slot_full"):
        ask(keeping, 1)

    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED


def test_kept_places_pass_those_by_whom_they_are_not_for_and_each_reads_why(keeping):
    first = ask(keeping, 6, students=4)
    everybody, too_large = ask(keeping, 3, wait=True), ask(keeping, 6, wait=True)
    named = ask(keeping, 4, students=4, wait=True)

    bookings.cancel(first, reason="illness", by=first.asked_by)

    named.refresh_from_db()
    assert (named.state, named.places, named.reserved) == (BookingState.OFFERED, 4, 4)
    passed = PassedOver.objects.order_by("pk").values_list("booking", "reason", "free", "needed")
    assert [*passed] == [
        (everybody.pk, PassReason.RESERVED, 2, 3),
        (too_large.pk, PassReason.RESERVED, 2, 6),
    ]
    assert counts(keeping) == (4, 0, 4)


def test_among_those_whom_they_are_for_whoever_joined_first_is_next(keeping):
    first = ask(keeping, 6, students=4)
    groups = [ask(keeping, 3, students=number, wait=True) for number in (3, 3, 0)]

    bookings.cancel(first, reason="illness", by=first.asked_by)

    states = [Booking.objects.get(pk=group.pk).state for group in groups]
    reserved = [Booking.objects.get(pk=group.pk).reserved for group in groups]
    assert (states, reserved) == (["offered", "offered", "waiting"], [3, 1, 0])


def test_an_offer_of_kept_places_that_nobody_takes_up_is_kept_again(keeping):
    first = ask(keeping, 6, students=4)
    named = ask(keeping, 2, students=2, wait=True)
    bookings.cancel(first, reason="illness", by=first.asked_by)

    bookings.cancel(named, reason="illness", by=named.asked_by)

    assert counts(keeping) == (0, 4, 4)


def test_a_broker_keeps_places_of_the_listings_on_its_desk_alone(slot, rule):
    there = BrokerFactory()

    with pytest.raises(PermissionDenied):
        keep(slot, there, rule)


def test_a_school_keeps_no_places(slot, rule):
    with pytest.raises(PermissionDenied):
        keep(slot, CareersLeaderFactory(), rule)


@pytest.mark.parametrize(("share", "places"), [(1, 1), (20, 2), (34, 3), (50, 3), (100, 6)])
def test_a_share_of_the_places_is_rounded_up_and_at_least_one(slot, host, rule, share, places):
    kept = keep(slot, host, rule, places=0, share=share)

    assert (kept.kept_back, kept.reserved_share) == (places, share)


def test_a_share_stays_one_when_the_number_of_places_changes(slot, host, rule):
    keep(slot, host, rule, places=0, share=50)
    ask(slot, 1, students=1)

    assert counts(slots.change(slot, places=10, by=host)) == (1, 4, 5)
    assert counts(slots.change(slot, places=6, by=host)) == (1, 2, 3)
    assert counts(keep(slot, host, rule, places=4)) == (1, 3, 4)
    assert counts(slots.change(slot, places=10, by=host)) == (1, 3, 4)


def test_a_share_is_no_reason_to_offer_fewer_places_than_are_booked_and_kept(
    slot, host, rule, refused
):
    slots.change(slot, places=10, by=host)
    keep(slot, host, rule, places=0, share=20)
    ask(slot, 8)

    with refused("below_taken") as refusal:
        slots.change(slot, places=9, by=host)
    assert refusal.value.messages == [
        "Schools have booked 8 of these places, and a share of 20 per cent is kept for students"
        " eligible for pupil premium. Enter more places, or keep a smaller share."
    ]
    assert counts(slots.change(slot, places=11, by=host)) == (8, 3, 3)


def test_a_host_with_room_for_fewer_keeps_the_same_share_of_them(slot, host, rule):
    keep(slot, host, rule, places=0, share=50)

    lowering.lower(slot, places=3, keep={}, seen=lowering.mark([]), reason="staffing", by=host)

    assert counts(slot) == (0, 2, 2)


def test_a_share_that_is_released_is_not_kept_again(slot, host, rule):
    keep(slot, host, rule, places=0, share=50)
    with clock.as_of(moment(UNTIL + 1, 0)):
        assert counts(slots.change(slot, places=10, by=host)) == (0, 0, 0)


@pytest.mark.parametrize(("places", "share"), [(1, 20), (0, 0), (0, 101)])
def test_a_share_is_per_cent_and_no_number_beside_it(slot, host, rule, places, share, refused):
    with refused("share"):
        keep(slot, host, rule, places=places, share=share)


@pytest.mark.parametrize(
    ("booked", "students", "places", "kept"),
    [(3, 3, 4, (3, 0, 3)), (3, 0, 5, (3, 2, 2)), (3, 0, 3, (3, 0, 0))],
    ids=["more are booked of it", "others have booked", "others have booked all"],
)
def test_a_share_is_kept_longer_though_it_would_be_more_or_less_by_now(
    slot, host, rule, booked, students, places, kept
):
    keep(slot, host, rule, places=0, share=50)
    ask(slot, booked, students=students)
    slots.offer(slot, places)
    assert counts(slot) == kept

    keep(slot, host, rule, places=0, share=50, until=days_ahead(30))

    assert counts(slot) == kept
    assert (slot.reserved_until, slot.reserved_share) == (days_ahead(30), 50)


def test_booked_places_cannot_be_kept(slot, host, rule, refused):
    ask(slot, 3)

    with refused("kept"):
        keep(slot, host, rule, places=4)

    assert counts(keep(slot, host, rule, places=3)) == (3, 3, 3)


def test_what_is_booked_of_them_stays_when_fewer_are_kept(keeping, host, rule, refused):
    ask(keeping, 2, students=2)

    with refused("kept"):
        keep(keeping, host, rule, places=1)

    assert counts(keep(keeping, host, rule, places=3)) == (2, 1, 3)


def test_places_that_are_kept_no_longer_go_to_those_who_wait(keeping, host):
    ask(keeping, 2)
    waits = ask(keeping, 3, wait=True)

    reserves.let_everybody(keeping, by=host)

    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED
    assert Slot.objects.get(pk=keeping.pk).priority is None


def test_what_was_booked_of_them_stays_until_it_is_given_back(keeping, host):
    booking = ask(keeping, 2, students=2)

    reserves.let_everybody(keeping, by=host)

    assert counts(keeping) == (2, 0, 2)
    bookings.cancel(booking, reason="illness", by=booking.asked_by)
    assert counts(keeping) == (0, 0, 0)


def test_booked_kept_places_stay_for_whom_they_were_kept(keeping, host, refused):
    ask(keeping, 2, students=2)

    with refused("rule"):
        keep(keeping, host, PriorityRuleFactory(criterion=Chances.RURAL))


def test_students_who_were_counted_for_one_rule_get_no_places_kept_by_another(
    keeping, host, refused
):
    ask(keeping, 2)
    waits = ask(keeping, 6, students=3, wait=True)
    send = PriorityRuleFactory(criterion=Chances.SEND, name="students with SEND")

    with refused("rule"):
        keep(keeping, host, send)
    reserves.let_everybody(keeping, by=host)
    keep(keeping, host, send)

    waits.refresh_from_db()
    assert (waits.state, waits.priority_students) == (BookingState.WAITING, 0)


def test_a_count_for_another_rule_is_refused_under_the_lock_too(keeping, rule, refused):
    with refused("stale"):
        ask(keeping, 2, students=2, counted_for=rule.pk + 1)

    assert ask(keeping, 2, students=2, counted_for=rule.pk).reserved == 2


@pytest.mark.parametrize("days", [-1, 53, 60])
def test_everybody_has_time_to_ask_for_what_is_left(slot, host, rule, days, refused):
    with refused("until"):
        keep(slot, host, rule, until=days_ahead(days))


def test_a_day_is_stated_with_the_places(slot, host, rule, refused):
    with refused("until"):
        keep(slot, host, rule, until=None)


def test_places_are_kept_until_those_whom_they_are_for_could_book_them(
    slot, host, rule, announced, refused
):
    with refused("until") as refusal:
        keep(slot, host, rule, until=days_ahead(4), early_days=2)

    opens = phrases.long_date(days_ahead(5))
    assert (
        f"the day must be {opens}, when booking opens for them, or later."
        in (refusal.value.messages[0])
    )
    assert keep(slot, host, rule, until=days_ahead(5), early_days=2).kept_back == 4


def test_booking_does_not_open_after_the_day_until_which_places_are_kept(keeping, host, refused):
    with refused("opens_at") as refusal:
        reserves.announce(keeping, opens_at=moment(UNTIL + 1), by=host)

    assert "Booking must open for them by then" in refusal.value.messages[0]
    assert reserves.announce(keeping, opens_at=moment(UNTIL), by=host).opens_at == moment(UNTIL)


def test_where_none_are_kept_any_more_no_day_stays(announced, host, rule):
    keep(announced, host, rule, early_days=2)

    keep(announced, host, rule, places=0, early_days=2)

    assert counts(announced) == (0, 0, 0)
    assert (announced.reserved_until, announced.early_days) == (None, 2)


def test_a_rule_that_is_over_is_chosen_no_more_but_stands_where_it_was(
    keeping, host, rule, refused
):
    rule.until_on = days_ahead(-1)
    rule.save()

    assert keep(keeping, host, rule, places=2).reserved == 2
    with refused("rule"):
        keep(SlotFactory(placement=keeping.placement, starts_on=days_ahead(90)), host, rule)


def test_to_keep_nothing_and_let_nobody_in_early_is_no_priority(slot, host, rule, refused):
    with refused("nothing_kept"):
        keep(slot, host, rule, places=0)


def test_a_provider_offers_no_fewer_than_are_booked_and_kept(keeping, host, refused):
    ask(keeping, 1)

    with refused("below_taken"):
        slots.change(keeping, places=4, by=host)

    assert slots.change(keeping, places=5, by=host).places_left == 0


def test_dates_that_move_take_the_day_of_release_with_them(keeping, host):
    starts_on = days_ahead(25)

    moved = slots.change(keeping, starts_on=starts_on, ends_on=starts_on, by=host)

    assert moved.reserved_until == moved.closes_on - timedelta(days=1)


# When booking opens


@pytest.fixture
def announced(slot, host):
    """Booking opens in a week, at ten in the morning."""
    return reserves.announce(slot, opens_at=moment(7), by=host)


def test_nobody_books_before_the_announced_moment_and_anybody_at_it(announced, refused):
    with clock.as_of(moment(7) - timedelta(seconds=1)), refused("not_open") as refusal:
        ask(announced, 1)

    opens = phrases.week_date(days_ahead(7))
    assert refusal.value.messages == [f"Booking opens on {opens} at 10am."]
    with clock.as_of(moment(7)):
        assert ask(announced, 1).state == BookingState.REQUESTED


def test_the_statement_that_takes_places_asks_for_the_moment_itself(announced):
    leader, once = CareersLeaderFactory(), uuid4()
    wanted = Wanted(places=1, year_group=10, adjustments=(), note="", once=once)
    seen = glance.at(announced.pk, by=leader, once=once)

    with clock.as_of(moment(7) - timedelta(seconds=1)):
        assert arrivals.at_once(seen, wanted, leader) is None
    with clock.as_of(moment(7)):
        assert arrivals.at_once(seen, wanted, leader).places == 1


def test_the_statement_that_takes_places_leaves_kept_ones_alone(keeping):
    leader, once = CareersLeaderFactory(), uuid4()
    wanted = Wanted(places=1, year_group=10, adjustments=(), note="", once=once)

    assert arrivals.at_once(glance.at(keeping.pk, by=leader, once=once), wanted, leader) is None


def test_those_whom_the_rule_names_ask_some_days_before_others(announced, host, rule, refused):
    keep(announced, host, rule, places=0, until=None, early_days=2)

    with clock.as_of(moment(5) - timedelta(seconds=1)), refused("not_open"):
        ask(announced, 2, students=2)
    with clock.as_of(moment(5)), refused("priority_first"):
        ask(announced, 2, students=1)
    with clock.as_of(moment(5)):
        assert ask(announced, 2, students=2).reserved == 0
    assert counts(announced) == (2, 0, 0)


def test_a_school_that_can_never_be_named_reads_when_it_may_ask(announced, host, refused):
    rural = PriorityRuleFactory(criterion=Chances.RURAL, name="schools in the countryside")
    keep(announced, host, rural, places=0, until=None, early_days=2)

    with clock.as_of(moment(5)), refused("not_open") as refusal:
        ask(announced, 1)

    opens = phrases.week_date(days_ahead(7))
    assert refusal.value.messages == [
        f"Booking opens on {opens} at 10am. It is open now for schools in the countryside."
    ]


def test_a_group_may_wait_before_others_may_ask(announced, host, rule):
    keep(announced, host, rule, places=0, until=None, early_days=2)

    with clock.as_of(moment(5)):
        first = ask(announced, 6, students=6)
        waits = ask(announced, 3, students=3, wait=True)
        bookings.cancel(first, reason="illness", by=first.asked_by)

    waits.refresh_from_db()
    assert waits.state == BookingState.OFFERED


@pytest.mark.parametrize(("days", "code"), [(-1, "opens_at"), (54, "opens_at")])
def test_booking_opens_later_than_now_and_before_it_closes(slot, host, days, code, refused):
    with refused(code):
        reserves.announce(slot, opens_at=moment(days), by=host)


def test_booking_that_has_begun_does_not_open_later(slot, host, refused):
    ask(slot, 1)

    with refused("has_opened"):
        reserves.announce(slot, opens_at=moment(7), by=host)


def test_without_a_moment_booking_opens_as_the_listing_says(announced, host):
    by_rule = announced.starts_on - timedelta(days=announced.placement.opens_days_before)

    slot = reserves.announce(announced, opens_at=None, by=host)

    assert (slot.opens_at, slot.opens_on) == (None, by_rule)


def test_dates_do_not_move_before_their_moment(announced, host, refused):
    with refused("opens_too_late"):
        slots.change(announced, starts_on=days_ahead(10), ends_on=days_ahead(10), by=host)


def test_the_listings_rule_does_not_close_booking_before_its_moment(announced, host, refused):
    page = sections.BOOKING
    late = (announced.starts_on - days_ahead(6)).days

    with refused("opens_too_late") as refusal:
        listings.write(announced.placement, page, {"closes_days_before": late}, by=host)

    assert f"would close before {phrases.moment(moment(7))}" in refusal.value.messages[0]
    listings.write(announced.placement, page, {"closes_days_before": late - 1}, by=host)
    announced.refresh_from_db()
    assert (announced.opens_at, announced.closes_on) == (moment(7), days_ahead(7))


def test_a_moment_that_has_passed_does_not_hold_the_rule(announced, host):
    late = (announced.starts_on - days_ahead(6)).days

    with clock.as_of(moment(8)):
        listings.write(announced.placement, sections.BOOKING, {"closes_days_before": late}, by=host)

    announced.refresh_from_db()
    assert announced.opens_at is None


def test_only_the_provider_announces_the_moment(slot):
    with pytest.raises(PermissionDenied):
        reserves.announce(slot, opens_at=moment(7), by=CareersLeaderFactory())


def test_nobody_comes_earlier_once_booking_is_open_to_all(slot, host, rule, refused):
    with refused("early"):
        keep(slot, host, rule, places=0, until=None, early_days=3)


def test_the_listings_rule_does_not_open_booking_after_places_were_kept(keeping, host, refused):
    ahead = (keeping.starts_on - days_ahead(UNTIL)).days

    with refused("opens_after_release") as refusal:
        listings.write(
            keeping.placement, sections.BOOKING, {"opens_days_before": ahead - 1}, by=host
        )

    until = phrases.long_date(days_ahead(UNTIL))
    assert f"places are kept until {until} for" in refusal.value.messages[0]
    listings.write(keeping.placement, sections.BOOKING, {"opens_days_before": ahead}, by=host)
    keeping.refresh_from_db()
    assert keeping.opens_on == keeping.reserved_until


def test_nor_do_dates_that_move(keeping, host, refused):
    listings.write(keeping.placement, sections.BOOKING, {"opens_days_before": 45}, by=host)
    late = keeping.starts_on + timedelta(days=14)

    with refused("opens_after_release"):
        slots.change(keeping, starts_on=late, ends_on=late, by=host)


def test_booked_dates_that_move_later_keep_what_they_keep_as_much_longer(keeping, host):
    ask(keeping, 1)
    listings.write(keeping.placement, sections.BOOKING, {"opens_days_before": 45}, by=host)
    late = keeping.starts_on + timedelta(days=49)

    redating.move(keeping, starts_on=late, ends_on=late, reason="staffing", by=host)

    keeping.refresh_from_db()
    assert keeping.reserved_until == days_ahead(UNTIL + 49)
    assert keeping.first_opening.date() <= keeping.reserved_until < keeping.closes_on
    assert counts(keeping) == (1, 4, 4)


def test_what_was_released_is_not_kept_again_where_dates_move_later(keeping, host):
    late = keeping.starts_on + timedelta(days=49)

    with clock.as_of(moment(UNTIL + 1)):
        redating.move(keeping, starts_on=late, ends_on=late, reason="staffing", by=host)

    assert counts(keeping) == (0, 0, 0)
    assert keeping.reserved_until == days_ahead(UNTIL)


def test_a_promise_that_is_broken_already_is_no_reason_to_refuse_what_leaves_it(keeping, host):
    listing = listings.write(
        keeping.placement, sections.BOOKING, {"opens_days_before": 45}, by=host
    )
    Slot.objects.filter(pk=keeping.pk).update(reserved_until=clock.today())
    keeping.refresh_from_db()
    assert keeping.opens_on > keeping.reserved_until

    assert listings.write(listing, sections.BOOKING, {"confirms_at_once": True}, by=host)


def test_booked_dates_do_not_move_before_the_moment_that_was_announced(
    announced, host, rule, refused
):
    keep(announced, host, rule, places=0, until=None, early_days=2)
    soon = days_ahead(20)
    listings.write(announced.placement, sections.BOOKING, {"closes_days_before": 14}, by=host)
    with clock.as_of(moment(5)):
        ask(announced, 2, students=2)

        with refused("opens_too_late"):
            redating.move(announced, starts_on=soon, ends_on=soon, reason="staffing", by=host)

    announced.refresh_from_db()
    assert announced.opens_at == moment(7)
