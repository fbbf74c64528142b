"""Whom places are kept for and when booking opens: set by hosts, read by all, met by schools."""

import re

import pytest
from django.urls import reverse

from accounts import clock, phrases
from placements import bookings, counter, reserves
from placements.models import Booking, PriorityRule, Slot
from placements.words import Chances
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    PriorityRuleFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    days_ahead,
)
from tests.placements.test_reserves import keep, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule():
    PriorityRule.objects.all().delete()
    return PriorityRuleFactory(name="students eligible for pupil premium", explanation="By count.")


@pytest.fixture
def slot():
    return SlotFactory(places=6, placement__title="A week in theatre")


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def leader():
    return CareersLeaderFactory()


def at(name, slot):
    return reverse(f"placements:{name}", args=[slot.placement_id, slot.pk])


def listing(slot):
    return reverse("placements:placement", args=[slot.placement_id])


def seen(client, member, address):
    client.force_login(member.user)
    return client.get(address).content.decode()


def sent(client, member, address, **typed):
    client.force_login(member.user)
    return client.post(address, typed, follow=True).content.decode()


def day(name, days):
    on = days_ahead(days)
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_a_host_keeps_places_and_everybody_reads_for_whom_and_how_long(
    client, slot, host, leader, rule
):
    page = sent(client, host, at("prioritise", slot), rule=rule.pk, places="4", **day("until", 20))

    until = phrases.long_date(days_ahead(20))
    kept = f"4 of the places are kept until {until} for students eligible for pupil premium."
    assert f"Saved. {kept}" in page
    client.logout()
    shown = client.get(listing(slot)).content.decode()
    for words in (kept, "2 of 6", f"Why places go first to {rule}", "By count."):
        assert words in shown, words


def test_a_host_keeps_a_share_and_finds_it_again_on_the_page(client, slot, host, rule):
    page = sent(client, host, at("prioritise", slot), rule=rule.pk, share="20", **day("until", 20))
    assert "Saved. 2 of the places are kept until" in page

    page = seen(client, host, at("prioritise", slot))

    assert "It is rounded up, to at least 1 place." in page
    assert re.search(r'name="share"[^>]* value="20"', page)
    assert not re.search(r'name="places"[^>]* value="\d', page)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose who has priority"),
        ({"rule": "this", "places": "2", "share": "20"}, "or a share of them, not both."),
        ({"rule": "this"}, "Keep at least 1 place for them, or let them ask earlier."),
        ({"rule": "this", "places": "4"}, "Enter the last day on which they are kept."),
        ({"rule": "this", "places": "4", **day("until", 58)}, "Everybody must have time to ask"),
        ({"rule": "this", "places": "7", **day("until", 9)}, "Only 6 places can be kept"),
        ({"rule": "this", "share": "101"}, "Enter a share from 1 to 100 per cent"),
        ({"rule": "this", "share": "a third"}, "Enter a share from 1 to 100 per cent"),
        ({"rule": "this", "early_days": "61"}, "must be 60 or less"),
        ({"rule": "this", "early_days": "6"}, "Booking is open to everybody already"),
    ],
)
def test_what_cannot_be_promised_is_said_beside_its_question(
    client, slot, host, rule, typed, words
):
    answers = {**typed, "rule": rule.pk} if typed else {}

    page = sent(client, host, at("prioritise", slot), **answers)

    assert words in page
    assert "There is a problem" in page
    assert Slot.objects.get(pk=slot.pk).priority is None


def test_a_share_of_which_too_few_places_are_free_is_said_beside_the_share(
    client, slot, host, rule
):
    bookings.request(slot, places=slot.places, by=CareersLeaderFactory())

    page = sent(client, host, at("prioritise", slot), rule=rule.pk, share="50", **day("until", 9))

    assert '<a href="#id_share">Every place is booked' in page


def test_a_host_gives_nobody_priority_any_more(client, slot, host, rule):
    keep(slot, host, rule)
    assert "Give nobody priority" in seen(client, host, at("prioritise", slot))

    page = sent(client, host, at("end-priority", slot))

    assert "No places are kept any more." in page
    assert Slot.objects.get(pk=slot.pk).places_left == 6


def test_a_school_that_the_rule_does_not_speak_of_reads_why_it_cannot(
    client, slot, host, leader, rule
):
    keep(slot, host, rule, places=6)
    assert "Only kept places" in seen(client, leader, listing(slot))

    page = sent(client, leader, at("book", slot), places="2", year_group="10")

    assert "Every place on these dates that is for all schools is taken." in page
    assert "6 of the places are kept until" in page
    assert "Join the waiting list" in page
    assert not Booking.objects.exists()


def test_a_school_says_of_how_many_of_its_group_the_rule_speaks(client, slot, host, leader, rule):
    keep(slot, host, rule, places=5)
    asked = f"How many of your places are for {rule}?"
    assert asked in seen(client, leader, at("book", slot))

    typed = {"places": "3", "year_group": "10", "priority_students": "2"}
    sent(client, leader, at("book", slot), **typed)

    booking = Booking.objects.get()
    address = reverse("placements:booking", args=[booking.pk])
    words = f"2 places of these were kept for {rule}."
    assert (booking.places, booking.reserved) == (3, 2)
    assert words in seen(client, leader, address)
    assert words not in seen(client, host, address)


def test_of_a_group_students_are_counted_for_the_rule_and_not_places(client, leader, rule):
    slot = SlotFactory(places=2, largest_group=30, placement__largest_group=30)
    keep(slot, HostFactory(organisation=slot.placement.provider), rule, places=1)

    page = seen(client, leader, at("book", slot))

    assert f"How many of your students are {rule}?" in page
    assert "A place that is kept for them can be your group" in page
    assert "How many of your places" not in page
    assert "So many of the places" not in page


def test_more_than_the_group_is_said_beside_the_question(client, slot, host, leader, rule):
    keep(slot, host, rule, places=5)

    typed = {"places": "1", "year_group": "10", "priority_students": "2"}
    page = sent(client, leader, at("book", slot), **typed)

    assert "They cannot be more than the 1 you ask for." in page
    assert 'id="id_priority_students-error"' in page or "priority_students-error" in page


def test_students_counted_for_one_rule_are_not_taken_for_those_of_another(
    client, slot, host, leader, rule
):
    keep(slot, host, rule, places=5)
    send = PriorityRuleFactory(criterion=Chances.SEND, name="students with SEND")
    typed = {"places": "3", "year_group": "10", "priority_students": "2", "counted_for": rule.pk}
    assert f'name="counted_for" value="{rule.pk}"' in seen(client, leader, at("book", slot))
    keep(slot, host, send, places=5)

    page = sent(client, leader, at("book", slot), **typed)

    assert not Booking.objects.exists()
    assert 'id="id_priority_students-error"' in page or "priority_students-error" in page
    assert "These dates have just been given to others first." in page
    assert "How many of your places are for students with SEND?" in page
    assert f'name="counted_for" value="{send.pk}"' in page
    # Nor are they when the form leads to the list.
    page = sent(client, leader, at("join-list", slot), **typed, look="first")
    assert f'name="counted_for" value="{send.pk}"' in page
    assert 'name="priority_students" value="2"' not in page
    sent(client, leader, at("book", slot), **{**typed, "counted_for": send.pk})
    assert Booking.objects.get().reserved == 2


def test_a_host_reads_that_those_who_wait_were_not_asked(client, slot, host, rule):
    bookings.request(slot, places=6, by=CareersLeaderFactory())
    bookings.request(slot, places=2, wait=True, by=CareersLeaderFactory())

    page = seen(client, host, at("prioritise", slot))

    assert "Groups that wait already were not asked how many of their students" in page


def test_nobody_is_asked_about_places_that_are_released(client, slot, host, leader, rule):
    keep(slot, host, rule)
    counter.keep(slot, 0)

    for name in ("book", "join-list"):
        page = seen(client, leader, at(name, slot))
        assert "How many of your places" not in page
        assert "Places that are kept for" not in page


def test_a_school_reads_what_the_host_learns_of_those_with_priority(
    client, slot, host, leader, rule
):
    keep(slot, host, rule)
    words = "The host sees how many kept places are left, and not who has them."
    assert words in seen(client, leader, at("book", slot))

    bookings.request(slot, places=2, priority_students=2, by=leader)

    page = seen(client, host, at("prioritise", slot))
    assert "2 of 6 places are booked. Booking closes on" in page


def test_a_school_that_the_register_names_is_not_asked(client, slot, host, leader):
    rural = PriorityRuleFactory(criterion=Chances.RURAL, name="schools in the countryside")
    keep(slot, host, rural, places=6)
    school = SchoolOrganisationFactory(school__rural_code="E1")
    there = CareersLeaderFactory(organisation=school)

    page = seen(client, there, at("book", slot))

    assert "How many of your places" not in page
    assert "All students of your school have priority here" in page
    sent(client, there, at("book", slot), places="6", year_group="10")
    assert Booking.objects.get().reserved == 6


def test_nobody_is_asked_where_nothing_is_kept(client, slot, leader):
    assert "How many of your places" not in seen(client, leader, at("book", slot))


def test_a_group_that_waits_reads_who_comes_first_and_is_asked(client, slot, host, leader, rule):
    keep(slot, host, rule, places=4)
    bookings.request(slot, places=6, priority_students=4, by=CareersLeaderFactory())

    page = seen(client, leader, at("join-list", slot))
    assert f"Places that are kept for {rule} are only offered to these" in page
    assert f"How many of your places are for {rule}?" in page
    typed = {"places": "3", "priority_students": "1", "year_group": "10"}
    sent(client, leader, at("join-list", slot), **typed)

    waits = Booking.objects.get(school=leader.organisation)
    assert (waits.state, waits.priority_students, waits.reserved) == ("waiting", 1, 0)


def test_whoever_was_passed_by_reads_that_they_were_kept_for_others(
    client, slot, host, leader, rule
):
    keep(slot, host, rule, places=4)
    first = bookings.request(slot, places=6, priority_students=4, by=CareersLeaderFactory())
    waits = bookings.request(slot, places=3, wait=True, by=leader)
    bookings.request(slot, places=4, priority_students=4, wait=True, by=CareersLeaderFactory())
    bookings.cancel(first, reason="illness", by=first.asked_by)

    page = seen(client, leader, reverse("placements:booking", args=[waits.pk]))

    assert (
        "The other places were kept for those who have priority here. 2 places were free for"
        " you, and your group needs 3. You kept your turn."
    ) in " ".join(page.split())


# When booking opens


def test_a_host_announces_the_moment_and_everybody_reads_it(client, slot, host, leader):
    assert "Booking is open." in seen(client, host, at("opening", slot))

    page = sent(client, host, at("opening", slot), at="10am", **day("day", 7))

    opens = f"Booking opens on {phrases.week_date(days_ahead(7))} at 10am."
    assert f"Saved. {opens}" in page
    assert opens in seen(
        client, host, reverse("placements:listing-dates", args=[slot.placement_id])
    )
    shown = seen(client, leader, listing(slot))
    assert opens in shown
    assert at("book", slot) + '"' not in shown
    assert opens in seen(client, leader, at("book", slot))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Enter the day on which booking opens"),
        ({**day("day", 7), "at": "soon"}, "Enter a time, like 9am or 3:30pm"),
        ({**day("day", -1), "at": "10am"}, "Booking must open later than now."),
        ({**day("day", 59), "at": "10am"}, "Booking must open before it closes on"),
    ],
)
def test_a_moment_that_cannot_be_is_said_beside_its_question(client, slot, host, typed, words):
    page = sent(client, host, at("opening", slot), **typed)

    assert words in page
    assert "There is a problem" in page
    assert Slot.objects.get(pk=slot.pk).opens_at is None


def test_a_host_goes_back_to_opening_as_the_listing_says(client, slot, host):
    reserves.announce(slot, opens_at=moment(7), by=host)
    assert "Open 365 days before, like other dates" in seen(client, host, at("opening", slot))

    page = sent(client, host, at("open-as-usual", slot))

    assert "Booking opens as the listing says." in page
    assert Slot.objects.get(pk=slot.pk).is_open_to_all


def test_those_who_come_early_are_shown_the_way_in(client, slot, host, leader, rule):
    slot = reserves.announce(slot, opens_at=moment(7), by=host)
    keep(slot, host, rule, places=0, until=None, early_days=2)

    with clock.as_of(moment(5)):
        shown = seen(client, leader, listing(slot))
        assert f"It is open now for {rule}." in shown
        typed = {"places": "2", "year_group": "10", "priority_students": "1"}
        refused = sent(client, leader, at("book", slot), **typed)
        assert f"It is open now for {rule}." in refused
        sent(client, leader, at("book", slot), **{**typed, "priority_students": "2"})

    assert Booking.objects.get().places == 2


def test_the_page_of_dates_costs_the_same_however_many_keep_places(
    client, slot, host, rule, django_assert_num_queries
):
    address = reverse("placements:listing-dates", args=[slot.placement_id])
    client.force_login(host.user)
    keep(slot, host, rule)
    client.get(address)
    with django_assert_num_queries(9) as told:
        client.get(address)
    for days in (70, 80):
        more = SlotFactory(placement=slot.placement, starts_on=days_ahead(days))
        keep(more, host, rule)
    with django_assert_num_queries(len(told)):
        client.get(address)


def test_a_listing_costs_the_same_however_many_dates_keep_places(
    client, slot, host, rule, django_assert_num_queries
):
    keep(slot, host, rule)
    client.get(listing(slot))
    with django_assert_num_queries(5) as told:
        client.get(listing(slot))
    for days in (70, 80):
        keep(SlotFactory(placement=slot.placement, starts_on=days_ahead(days)), host, rule)
    with django_assert_num_queries(len(told)):
        client.get(listing(slot))


def test_no_priority_can_be_given_once_booking_has_closed(client, slot, host, rule):
    with clock.as_of(moment(58)):
        page = sent(
            client, host, at("prioritise", slot), rule=rule.pk, places="1", **day("until", 58)
        )

    assert "Booking has closed for these dates." in page


def test_a_moment_that_would_be_lost_is_said_beside_what_would_lose_it(client, slot, host):
    reserves.announce(slot, opens_at=moment(7), by=host)
    rule = reverse("placements:listing-section", args=[slot.placement_id, "booking"])
    near = {**day("starts_on", 9), **day("ends_on", 9), "places": "6"}

    ruled = sent(
        client, host, rule, counted_in="students", opens_days_before="90", closes_days_before="59"
    )
    moved = sent(client, host, at("change-slot", slot), **near)

    for page, name in ((ruled, "closes_days_before"), (moved, "starts_on_day")):
        assert f'<a href="#id_{name}">Booking of ' in page
