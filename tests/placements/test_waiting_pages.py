"""What both sides see of a waiting list, what a school can press, and the link in its mail."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import clock, letters, phrases
from accounts.models import MemberState, Message, OneTimeLink, Role
from placements import bookings, slots, waiting
from placements.models import Booking, Slot
from placements.states import BookingState
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory, days_ahead

pytestmark = pytest.mark.django_db

OTHERS = "Some Other School"


@pytest.fixture
def slot():
    return SlotFactory(places=3, placement__title="A week in a bakery")


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def holder(slot):
    """Whoever has every place."""
    return bookings.request(slot, places=3, by=other())


@pytest.fixture
def offered(slot, holder, leader):
    booking = wait(slot, 2, by=leader)
    give_up(holder)
    booking.refresh_from_db()
    return booking


@pytest.fixture
def link(offered):
    """The address in the school's mail."""
    message = Message.objects.get(kind="waiting_offered")
    return re.search(r"http://testserver(/bookings/offer/\S+)", letters.write(message).text)[1]


def other():
    return CareersLeaderFactory(organisation__name=OTHERS)


def wait(slot, places=2, by=None, **told):
    return bookings.request(slot, places=places, by=by or other(), wait=True, **told)


def give_up(booking):
    return bookings.cancel(booking, reason="illness", by=booking.asked_by)


def seen(client, member, name, *parts, **query):
    client.force_login(member.user)
    response = client.get(reverse(f"placements:{name}", args=parts), query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def state(booking):
    booking.refresh_from_db()
    return booking.state


# Joining


def test_a_full_slot_leads_to_its_waiting_list(client, slot, holder, leader):
    join = reverse("placements:join-list", args=[slot.placement_id, slot.pk])

    assert join in seen(client, leader, "placement", slot.placement_id)
    shown = seen(client, leader, "book", slot.placement_id, slot.pk)
    assert "Every place on these dates is taken." in shown
    assert join in shown


def test_too_large_a_group_is_led_there_too(client, slot, leader):
    bookings.request(slot, places=1, by=other())
    client.force_login(leader.user)

    typed = {
        "once": str(uuid4()),
        "places": "3",
        "year_group": "10",
        "adjustments": ["step_free", "easy_read"],
        "note": "By bus.",
    }
    shown = client.post(reverse("placements:book", args=[slot.placement_id, slot.pk]), typed)
    join = reverse("placements:join-list", args=[slot.placement_id, slot.pk])
    assert f'formaction="{join}"' in shown.content.decode()

    led = client.post(join, typed | {"look": "first"}).content.decode()

    assert 'value="3"' in led
    assert "By bus." in led
    for chosen in ("10", "step_free", "easy_read"):
        assert f'value="{chosen}" checked' in led
    assert "There is a problem" not in led
    assert not Booking.objects.filter(school=leader.organisation).exists()


def test_a_school_joins_and_is_told_where_it_stands(client, slot, holder, leader):
    before = wait(slot)
    client.force_login(leader.user)
    typed = {"once": str(uuid4()), "places": "3", "as_few_as": "2", "year_group": "10"}

    response = client.post(
        reverse("placements:join-list", args=[slot.placement_id, slot.pk]), typed, follow=True
    )

    booking = Booking.objects.get(school=leader.organisation)
    assert "You are on the waiting list" in response.content.decode()
    assert (booking.state, booking.places, booking.as_few_as) == ("waiting", 3, 2)
    shown = seen(client, leader, "booking", booking.pk)
    assert "1 group joined the waiting list before you." in shown
    assert "Leave the waiting list" in shown
    give_up(before)
    assert "You are next on the waiting list." in seen(client, leader, "booking", booking.pk)


@pytest.mark.parametrize(
    ("typed", "beside", "said"),
    [
        ({"places": "9"}, "places", "These dates have 3 places altogether"),
        ({"as_few_as": "3"}, "as_few_as", "Fewer places must be between 1 and the 2 you ask for"),
        ({"places": ""}, "places", "Enter how many places you need"),
    ],
)
def test_what_is_wrong_is_said_beside_its_question(
    client, slot, holder, leader, typed, beside, said
):
    client.force_login(leader.user)
    usual = {"once": str(uuid4()), "places": "2", "year_group": "10"}

    response = client.post(
        reverse("placements:join-list", args=[slot.placement_id, slot.pk]), usual | typed
    )

    assert said in response.content.decode()
    assert f'id="id_{beside}-error"' in response.content.decode()
    assert slot.bookings.on_list().count() == 0


def test_who_has_a_booking_is_led_to_it(client, slot, holder):
    shown = seen(client, holder.asked_by, "join-list", slot.placement_id, slot.pk)

    assert reverse("placements:booking", args=[holder.pk]) in shown
    assert "<form method" not in shown.partition("<main")[2]


def test_whoever_finds_places_after_all_books_them(client, slot, leader):
    client.force_login(leader.user)
    typed = {"once": str(uuid4()), "places": "2", "year_group": "10"}

    response = client.post(
        reverse("placements:join-list", args=[slot.placement_id, slot.pk]), typed, follow=True
    )

    assert "Request sent" in response.content.decode()


# Where one stands


def test_a_group_reads_what_went_past_it_and_not_to_whom(client, slot, holder, leader):
    booking = wait(slot, 3, by=leader)
    wait(slot, 1)
    host = HostFactory(organisation=slot.placement.provider)
    bookings.accept(holder, places=2, by=host)

    shown = seen(client, leader, "booking", booking.pk)

    assert "Places that went past you" in shown
    assert "1 place was free, and your group needs 3. You kept your turn." in shown
    assert OTHERS not in shown
    assert "Places that went past you" not in seen(client, host, "booking", booking.pk)


def test_the_lists_say_what_to_do(client, slot, host, offered):
    waits = wait(slot, 3)

    assert "Take the places up by" in seen(client, offered.asked_by, "bookings")
    assert "1 booking on this page waits for you" in seen(client, offered.asked_by, "bookings")
    assert "Waits for free places until" in seen(client, waits.asked_by, "bookings")
    shown = seen(client, host, "bookings")
    assert "The school has until" in shown
    assert "Waits for free places until" in shown


def test_the_first_page_of_a_school_counts_its_offers(client, offered):
    client.force_login(offered.asked_by.user)

    shown = client.get(reverse("dashboard")).content.decode()

    assert "offer of places to take up or turn down" in shown


def test_a_provider_sees_how_many_wait_and_nothing_of_offers(client, slot, host, offered):
    wait(slot, 3)
    wait(slot, 2)

    shown = seen(client, host, "listing-dates", slot.placement_id)

    assert "2 groups wait for 5 places" in shown
    assert OTHERS not in shown


def test_who_calls_dates_off_reads_whom_it_concerns(client, slot, host, holder):
    wait(slot, 3)
    wait(slot, 2)

    shown = seen(client, host, "cancel-slot", slot.placement_id, slot.pk)

    assert "1 school will lose 3 places. We tell them at once." in shown
    assert "2 groups wait for places on these dates." in shown


@pytest.mark.parametrize("groups", [1, 3])
def test_the_dates_cost_the_same_however_many_wait(
    client, slot, host, holder, groups, django_assert_num_queries
):
    for _ in range(groups):
        wait(slot, 2)
    seen(client, host, "listing-dates", slot.placement_id)

    with django_assert_num_queries(9):
        seen_again = client.get(reverse("placements:listing-dates", args=[slot.placement_id]))
    assert seen_again.status_code == 200


@pytest.mark.parametrize("times", [1, 3])
def test_a_group_costs_the_same_however_often_it_was_passed_over(
    client, slot, holder, leader, times, django_assert_num_queries
):
    booking = wait(slot, 3, by=leader)
    host = HostFactory(organisation=slot.placement.provider)
    bookings.accept(holder, places=2, by=host)
    for _ in range(times):
        give_up(bookings.request(slot, places=1, by=CareersLeaderFactory()))
    assert booking.passed_over.count() == times
    seen(client, leader, "booking", booking.pk)

    with django_assert_num_queries(9):
        client.get(reverse("placements:booking", args=[booking.pk]))


# Taking up, turning down, leaving


def test_a_button_takes_the_places_up(client, offered):
    shown = seen(client, offered.asked_by, "booking", offered.pk)
    assert "Take up 2 places" in shown

    response = client.post(reverse("placements:take-up-offer", args=[offered.pk]), follow=True)

    assert "You have taken up 2 places. We have asked the host." in response.content.decode()
    assert state(offered) == BookingState.REQUESTED


def test_too_late_is_said_on_the_page_it_came_from(client, offered):
    client.force_login(offered.asked_by.user)
    page = reverse("placements:booking", args=[offered.pk])

    with clock.as_of(offered.answer_by):
        response = client.post(
            reverse("placements:take-up-offer", args=[offered.pk]),
            follow=True,
            headers={"referer": f"http://testserver{page}"},
        )

    shown = response.content.decode()
    assert "The time to take up this offer has passed." in shown
    assert "The offer was not taken up in time" in shown


@pytest.mark.parametrize(
    ("stands", "button", "done"),
    [
        ("offered", "Turn the offer down", "You have turned the offer down."),
        ("waiting", "Leave the waiting list", "You have left the waiting list."),
    ],
)
def test_a_school_turns_down_or_leaves_with_a_reason(
    client, slot, holder, leader, stands, button, done
):
    booking = wait(slot, 2, by=leader)
    if stands == "offered":
        give_up(holder)
    shown = seen(client, leader, "cancel-booking", booking.pk)
    assert button in shown
    assert "We found places elsewhere" in shown

    response = client.post(
        reverse("placements:cancel-booking", args=[booking.pk]),
        {"reason": "found_elsewhere"},
        follow=True,
    )

    assert done in response.content.decode()
    assert state(booking) == BookingState.CANCELLED


def test_a_host_gives_no_reason_that_only_a_school_has(client, holder, host):
    bookings.accept(holder, by=host)

    assert "found_elsewhere" not in seen(client, host, "cancel-booking", holder.pk)


def test_a_list_that_ended_says_so(client, slot, holder, leader):
    booking = wait(slot, 2, by=leader)
    with clock.as_of(booking.answer_by):
        bookings.cancel(holder, reason="illness", by=holder.asked_by)

    assert "The waiting list has ended." in seen(client, leader, "booking", booking.pk)


# By the link in the mail


def moved(slot):
    Slot.objects.filter(pk=slot.pk).update(starts_on=days_ahead(70), ends_on=days_ahead(71))
    slot.refresh_from_db()
    return f"The dates have changed to {phrases.date_range(slot.starts_on, slot.ends_on)}"


def test_nobody_joins_the_list_of_dates_they_have_not_seen(client, slot, holder, leader):
    join = reverse("placements:join-list", args=[slot.placement_id, slot.pk])
    shown = seen(client, leader, "join-list", slot.placement_id, slot.pk)
    days = dict(re.findall(r'name="((?:starts|ends)_on)" value="([^"]+)"', shown))
    said = moved(slot)

    again = client.post(join, {"places": "2", "year_group": "10", **days}).content.decode()

    assert said in again
    assert f'name="starts_on" value="{slot.starts_on}"' in again
    assert not Booking.objects.filter(school=leader.organisation).exists()


def test_an_offer_of_other_dates_than_the_page_showed_is_not_taken_up(client, offered, leader):
    shown = seen(client, leader, "booking", offered.pk)
    days = dict(re.findall(r'name="((?:starts|ends)_on)" value="([^"]+)"', shown))
    said = moved(offered.slot)
    back = reverse("placements:booking", args=[offered.pk])
    up = reverse("placements:take-up-offer", args=[offered.pk])

    again = client.post(up, days, HTTP_REFERER=back, follow=True).content.decode()

    assert said in again
    assert state(offered) == BookingState.OFFERED
    days = dict(re.findall(r'name="((?:starts|ends)_on)" value="([^"]+)"', again))
    client.post(up, days)
    assert state(offered) == BookingState.REQUESTED


def test_nor_by_the_link_which_stays_good(client, offered, link):
    shown = client.get(link).content.decode()
    days = dict(re.findall(r'name="((?:starts|ends)_on)" value="([^"]+)"', shown))
    said = moved(offered.slot)

    again = client.post(link, {"answer": "yes", **days}, HTTP_REFERER=link, follow=True)

    assert said in again.content.decode()
    assert state(offered) == BookingState.OFFERED
    client.post(link, {"answer": "yes"})
    assert state(offered) == BookingState.REQUESTED


def test_looking_at_the_link_changes_nothing(client, offered, link):
    for _ in range(2):
        assert "Take up 2 places" in client.get(link).content.decode()

    assert state(offered) == BookingState.OFFERED
    assert OneTimeLink.objects.live().count() == 1


def test_one_button_takes_the_places_up_without_signing_in(client, offered, link):
    response = client.post(link, {"answer": "yes"}, follow=True)

    assert "You have taken up 2 places." in response.content.decode()
    assert "The host answers each request." in response.content.decode()
    assert state(offered) == BookingState.REQUESTED
    assert offered.moves.last().by == offered.asked_by
    assert client.get(link).status_code == 410


def test_the_other_turns_them_down_and_passes_them_on(client, slot, offered, link):
    waits = wait(slot, 3)

    response = client.post(link, {"answer": "no", "reason": "found_elsewhere"}, follow=True)

    assert "You have turned the offer down." in response.content.decode()
    assert (state(offered), state(waits)) == (BookingState.CANCELLED, BookingState.OFFERED)
    assert client.post(link, {"answer": "yes"}).status_code == 410


@pytest.mark.parametrize("wrong", [{"answer": "no"}, {"answer": "maybe"}, {}])
def test_a_refused_answer_does_not_use_the_link_up(client, offered, link, wrong):
    assert client.post(link, wrong).status_code == 200
    assert state(offered) == BookingState.OFFERED
    assert client.post(link, {"answer": "yes"}).status_code == 302


def test_a_link_is_worth_nothing_when_its_time_is_up(client, offered, link):
    with clock.as_of(offered.answer_by + timedelta(seconds=1)):
        assert client.get(link).status_code == 410


@pytest.mark.parametrize("loses", ["role", "membership"])
def test_a_link_can_do_no_more_than_its_reader(client, offered, link, loses):
    member = offered.asked_by
    if loses == "role":
        member.role = Role.VIEWER
    else:
        member.state = MemberState.LEFT
    member.save()

    answer = client.post(link, {"answer": "yes"}).status_code

    assert answer == (403 if loses == "role" else 410)
    assert state(offered) == BookingState.OFFERED


# What the letters say


def letter(kind):
    message = Message.objects.get(kind=kind)
    assert letters.of_kind(kind).still_holds(message)
    return letters.write(message)


def test_a_letter_says_that_a_group_waits_for_what_and_how_long(slot, holder, leader):
    wait(slot, 3, by=leader, as_few_as=2)

    mail = letter("waiting_joined")

    assert mail.title == "You are on the waiting list: A week in a bakery"
    assert "waits for 3 places" in mail.text
    assert "or as few as 2" in mail.text


def test_a_letter_offers_and_says_until_when(slot, holder, leader):
    wait(slot, 5, by=leader, as_few_as=2)
    give_up(holder)

    mail = letter("waiting_offered")

    assert mail.title == "3 places for you: A week in a bakery"
    assert "3 places of the 5 you asked for" in mail.text
    assert "We hold them for" in mail.text


def test_no_offer_is_announced_that_was_answered_before_the_mail_went(offered):
    bookings.cancel(offered, reason="found_elsewhere", by=offered.asked_by)

    message = Message.objects.get(kind="waiting_offered")
    assert not letters.of_kind("waiting_offered").still_holds(message)


def test_a_letter_says_that_an_offer_lapsed(offered):
    with clock.as_of(offered.answer_by):
        waiting.settle_all()

    assert "has lapsed" in letter("waiting_offer_lapsed").text


@pytest.mark.parametrize("why", ["time", "called off"])
def test_a_letter_says_that_the_list_has_ended_and_why(slot, host, holder, leader, why):
    booking = wait(slot, by=leader)
    if why == "time":
        with clock.as_of(booking.answer_by):
            waiting.settle_all()
    else:
        slots.cancel(slot, reason="illness", comment="", by=host)

    mail = letter("waiting_over")

    assert mail.title == "The waiting list has ended: A week in a bakery"
    assert ("have been called off" if why == "called off" else "We are sorry") in mail.text
