"""The pages of fewer places and other dates, and the link by which a school answers."""

import re

import pytest
from django.urls import reverse

from accounts import clock, letters
from accounts.models import MemberState, Message, OneTimeLink
from placements import bookings, changes, lowering, redating
from placements.models import Booking
from placements.states import BookingState
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory, days_ahead
from tests.partner import Partner

pytestmark = pytest.mark.django_db

LATER = days_ahead(74)
DATES = {
    "starts_on_day": LATER.day,
    "starts_on_month": LATER.month,
    "starts_on_year": LATER.year,
    "reason": "staffing",
}


@pytest.fixture
def slot():
    return SlotFactory(places=12)


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def eight(slot, host):
    return agreed(slot, host, 8)


@pytest.fixture
def four(slot, host):
    return agreed(slot, host, 4)


@pytest.fixture
def moved(slot, host, eight):
    redating.move(slot, starts_on=LATER, ends_on=LATER, reason="staffing", by=host)
    return eight.changes.get()


@pytest.fixture
def link(moved):
    return mailed(moved)


def mailed(change):
    message = Message.objects.get(kind="booking_changed", subject=str(change.pk))
    return re.search(r"http://testserver(/bookings/changed/\S+)", letters.write(message).text)[1]


def agreed(slot, host, places):
    booking = bookings.request(slot, places=places, by=CareersLeaderFactory())
    return bookings.accept(booking, by=host)


def address(name, slot):
    return reverse(f"placements:{name}", args=[slot.placement_id, slot.pk])


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def state(booking):
    booking.refresh_from_db()
    return booking.state, booking.places


def chosen(slot, places, **keep):
    held = lowering.holding_places(slot)
    kept = {f"keep-{booking.pk}": booking.places for booking in held}
    return {
        "answer": "choose",
        "seen": lowering.mark(held),
        "places": places,
        "reason": "staffing",
        **kept,
        **keep,
    }


def test_a_number_below_what_is_booked_leads_to_the_choice(client, slot, host, eight, four):
    client.force_login(host.user)

    page = client.post(
        address("change-slot", slot),
        {
            "starts_on_day": slot.starts_on.day,
            "starts_on_month": slot.starts_on.month,
            "starts_on_year": slot.starts_on.year,
            "ends_on_day": slot.ends_on.day,
            "ends_on_month": slot.ends_on.month,
            "ends_on_year": slot.ends_on.year,
            "places": 8,
        },
    )

    assert "or choose which bookings cannot come" in words(page)
    assert f'href="{address("fewer-places", slot)}?places=8"' in page.content.decode()


def test_the_choice_shows_every_booking_and_saves_it(client, slot, host, eight, four):
    client.force_login(host.user)
    page = client.get(address("fewer-places", slot), {"places": 8})
    for booking in (eight, four):
        assert f"How many does {booking.school} keep?" in words(page)

    page = client.post(
        address("fewer-places", slot), chosen(slot, 8, **{f"keep-{four.pk}": 0}), follow=True
    )

    assert "Saved: 1 booking called off. We have told the schools." in words(page)
    assert state(four) == (BookingState.CANCELLED, 4)


def test_all_that_is_booked_is_kept_with_one_button(client, slot, host, eight):
    client.force_login(host.user)
    seen = lowering.mark(lowering.holding_places(slot))

    page = client.post(
        address("fewer-places", slot), {"answer": "keep_all", "seen": seen}, follow=True
    )

    assert "Every school keeps its places." in words(page)
    slot.refresh_from_db()
    assert (slot.places, slot.taken) == (8, 8)


def test_what_is_too_much_is_said_beside_the_number(client, slot, host, eight, four):
    client.force_login(host.user)

    page = client.post(address("fewer-places", slot), chosen(slot, 8))

    assert "You let schools keep 12 places, and want to offer 8." in words(page)
    assert 'href="#id_places"' in page.content.decode()


def test_errors_are_told_in_the_order_of_the_questions(client, slot, host, eight, four):
    client.force_login(host.user)
    answers = chosen(slot, "", **{f"keep-{eight.pk}": "some", "reason": ""})

    page = client.post(address("fewer-places", slot), answers).content.decode()

    links = ("#id_places", f"#id_keep-{eight.pk}", "#id_reason")
    found = [page.index(f'href="{link}') for link in links]
    assert found == sorted(found)


def test_the_choice_is_shown_again_when_bookings_have_changed(client, slot, host, eight, four):
    client.force_login(host.user)
    sent = chosen(slot, 6, **{f"keep-{eight.pk}": 2})
    bookings.cancel(four, reason="illness", by=four.asked_by)
    late = agreed(slot, host, 1)

    page = client.post(address("fewer-places", slot), sent)

    assert "Nothing is saved yet: bookings of these dates have changed" in words(page)
    html = page.content.decode()
    assert f'name="keep-{late.pk}"' in html
    assert f'name="keep-{four.pk}"' not in html
    assert state(eight) == (BookingState.ACCEPTED, 8)
    again = chosen(slot, 6, **{f"keep-{eight.pk}": 2})
    assert again["seen"] in html
    client.post(address("fewer-places", slot), again)
    assert state(eight) == (BookingState.ACCEPTED, 2)


def test_where_places_are_groups_room_is_counted_in_groups_and_what_a_school_keeps_in_students(
    client,
):
    slot = SlotFactory(places=3, largest_group=30, placement__largest_group=30)
    host = HostFactory(organisation=slot.placement.provider)
    ten, thirty = agreed(slot, host, 10), agreed(slot, host, 30)
    client.force_login(host.user)

    page = words(client.get(address("fewer-places", slot)))

    assert "Schools have booked 2 groups." in page
    assert "Keep all 2 groups" in page
    assert "How many groups do you have room for?" in page
    assert f"How many students does {thirty.school} keep?" in page
    assert "Now 30 students, accepted" in page
    assert "Enter 0 if it cannot come, which frees its group." in page
    one = words(client.post(address("fewer-places", slot), chosen(slot, 1)))
    assert "You let schools keep 2 groups, and want to offer 1." in one

    students = chosen(slot, 40, **{f"keep-{thirty.pk}": 30})
    refused = words(client.post(address("fewer-places", slot), students))

    assert "You offer 3 groups of up to 30 on these dates. Enter 3 or fewer." in refused
    slot.refresh_from_db()
    assert (slot.places, state(ten)) == (3, (BookingState.ACCEPTED, 10))


def test_where_nobody_has_booked_there_is_nothing_to_choose(client, slot, host):
    client.force_login(host.user)

    response = client.get(address("fewer-places", slot))

    assert response.url == address("change-slot", slot)


def test_the_page_costs_the_same_however_many_have_booked(
    client, slot, host, four, django_assert_num_queries
):
    client.force_login(host.user)
    client.get(address("fewer-places", slot))
    with django_assert_num_queries(6):
        client.get(address("fewer-places", slot))
    for _ in range(3):
        agreed(slot, host, 1)
    with django_assert_num_queries(6):
        client.get(address("fewer-places", slot))


def test_moving_names_the_schools_that_are_asked(client, slot, host, eight):
    client.force_login(host.user)
    assert str(eight.school) in words(client.get(address("move-slot", slot)))

    page = client.post(address("move-slot", slot), DATES, follow=True)

    assert "Moved. We have asked 1 school." in words(page)
    slot.refresh_from_db()
    assert (slot.starts_on, slot.ends_on) == (LATER, LATER)


@pytest.mark.parametrize("is_agreed", [True, False])
def test_the_host_is_promised_nothing_that_does_not_hold_of_a_request(
    client, slot, host, is_agreed
):
    booking = bookings.request(slot, places=8, by=CareersLeaderFactory())
    if is_agreed:
        bookings.accept(booking, by=host)
    client.force_login(host.user)

    moving = words(client.get(address("move-slot", slot)))
    fewer = words(client.get(address("fewer-places", slot)))

    is_request = f"{booking.school}, whose request you have not answered yet"
    assert (is_request in moving) is not is_agreed
    assert ("is offered other places if it leaves" in moving) is is_agreed
    assert ("Parents and carers" in moving) is is_agreed
    for page in (moving, fewer):
        assert ("You still accept or decline requests." in page) is not is_agreed


def test_moving_tells_apart_who_is_asked_and_who_has_been_offered_places(client, slot, host, eight):
    offered = bookings.request(slot, places=6, as_few_as=4, by=CareersLeaderFactory(), wait=True)
    client.force_login(host.user)

    page = words(client.get(address("move-slot", slot)))

    assert (
        f"<li>{offered.school}</li>" not in client.get(address("move-slot", slot)).content.decode()
    )
    assert f"Places are held for {offered.school}, which has not taken its offer up yet." in page


def test_a_school_keeps_its_places_on_the_bookings_page(client, moved, eight):
    client.force_login(eight.asked_by.user)
    page = client.get(reverse("placements:booking", args=[eight.pk]))
    assert "The host has changed your booking" in words(page)
    assert "Keep your places or leave by" in words(client.get(reverse("placements:bookings")))

    page = client.post(
        reverse("placements:keep-changed", args=[eight.pk]), {"change": moved.pk}, follow=True
    )

    assert "You keep your places." in words(page)
    assert "The host has changed your booking" not in words(page)


def test_a_school_leaves_on_the_bookings_page(client, moved, eight):
    client.force_login(eight.asked_by.user)

    page = client.post(
        reverse("placements:leave-changed", args=[eight.pk]), {"change": moved.pk}, follow=True
    )

    assert "You have left." in words(page)
    assert "What you can have instead" in words(page)
    assert "Reason: The host had changed it" in words(page)


@pytest.mark.parametrize(
    ("verb", "is_agreed", "told"),
    [
        ("keep", True, "You keep your places."),
        ("keep", False, "Your request stands as it is now."),
        ("leave", True, "and we look for other places for you."),
        ("leave", False, "You have left. The host has been told."),
    ],
)
def test_a_school_is_told_what_it_has_now(client, slot, host, verb, is_agreed, told):
    booking = bookings.request(slot, places=2, by=CareersLeaderFactory())
    if is_agreed:
        bookings.accept(booking, by=host)
    redating.move(slot, starts_on=LATER, ends_on=LATER, reason="staffing", by=host)
    client.force_login(booking.asked_by.user)

    page = client.post(
        reverse(f"placements:{verb}-changed", args=[booking.pk]),
        {"change": booking.changes.get().pk},
        follow=True,
    )

    assert told in words(page)


@pytest.mark.parametrize("verb", ["keep", "leave"])
def test_nobody_agrees_on_the_page_to_what_they_have_not_seen(
    client, slot, host, moved, eight, verb
):
    client.force_login(eight.asked_by.user)
    shown = client.get(reverse("placements:booking", args=[eight.pk])).content.decode()
    assert shown.count(f'name="change" value="{moved.pk}"') == 2
    again = days_ahead(81)
    redating.move(slot, starts_on=again, ends_on=again, reason="staffing", by=host)

    for seen in ({"change": moved.pk}, {}, {"change": "9" * 5000}, {"change": "x"}):
        page = client.post(
            reverse(f"placements:{verb}-changed", args=[eight.pk]), seen, follow=True
        )
        assert "Nothing is done yet: the host has changed this booking since you looked." in words(
            page
        )

    assert state(eight)[0] == BookingState.ACCEPTED
    assert changes.open_for(eight).first_day == again


def test_the_host_sees_that_it_has_asked(client, host, moved, eight):
    client.force_login(host.user)

    page = client.get(reverse("placements:booking", args=[eight.pk]))

    assert "You have changed this booking" in words(page)
    assert reverse("placements:keep-changed", args=[eight.pk]) not in page.content.decode()


def test_looking_at_the_link_changes_nothing(client, moved, link):
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
    assert "The dates were" in words(page)

    moved.refresh_from_db()
    assert moved.is_open


@pytest.mark.parametrize(
    ("said", "becomes", "thanks"),
    [
        ("keep", BookingState.ACCEPTED, "Your places stay yours"),
        ("leave", BookingState.CANCELLED, "The booking is cancelled"),
    ],
)
def test_one_button_answers_without_signing_in(client, moved, eight, link, said, becomes, thanks):
    page = client.post(link, {"answer": said}, follow=True)

    assert thanks in words(page)
    assert state(eight)[0] == becomes
    assert client.get(link).status_code == 410
    assert client.post(link, {"answer": "leave"}).status_code == 410


@pytest.mark.parametrize(
    ("said", "thanks", "not_said"),
    [
        ("keep", "It still has to accept or decline it", "Your places stay yours"),
        ("leave", "It is not counted against you.", "we email you and hold them"),
    ],
)
def test_a_request_that_is_answered_without_signing_in_is_not_called_agreed(
    client, slot, host, said, thanks, not_said
):
    booking = bookings.request(slot, places=2, by=CareersLeaderFactory())
    redating.move(slot, starts_on=LATER, ends_on=LATER, reason="staffing", by=host)

    page = client.post(mailed(booking.changes.get()), {"answer": said}, follow=True)

    assert thanks in words(page)
    assert not_said not in words(page)


@pytest.mark.parametrize("wrong", [{}, {"answer": "perhaps"}])
def test_what_is_no_answer_does_not_use_the_link_up(client, moved, link, wrong):
    assert client.post(link, wrong).status_code == 200
    assert OneTimeLink.objects.live().filter(subject=str(moved.pk)).exists()


def test_a_link_opens_nothing_for_whoever_has_left_the_school(client, moved, eight, link):
    eight.asked_by.state = MemberState.LEFT
    eight.asked_by.save()

    assert client.get(link).status_code == 410


def test_a_link_ends_with_the_time_to_answer(client, moved, link):
    with clock.as_of(moved.answer_by):
        assert client.get(link).status_code == 410


def test_a_platform_reads_what_has_changed_and_answers(slot, host):
    school = Partner(CareersLeaderFactory().organisation)
    booking = bookings.accept(bookings.request(slot, places=4, by=school.member), by=host)
    redating.move(slot, starts_on=LATER, ends_on=LATER, reason="staffing", by=host)

    told = school.get(f"/api/v1/bookings/{booking.pk}").json()["changed"]
    assert told["before"]["places"] == told["now"]["places"] == 4
    assert told["now"]["starts_on"] == LATER.isoformat()
    assert told["reason"] == "staffing"

    kept = school.do("keep", booking, {})
    assert (kept.status_code, kept.json()["changed"]) == (200, None)
    again = school.do("leave", booking, {})
    assert (again.status_code, again.json()["code"]) == (409, "move_not_allowed")


def test_a_platform_leaves(slot, host):
    school = Partner(CareersLeaderFactory().organisation)
    booking = bookings.accept(bookings.request(slot, places=4, by=school.member), by=host)
    redating.move(slot, starts_on=LATER, ends_on=LATER, reason="staffing", by=host)

    left = school.do("leave", booking, {}).json()

    assert (left["state"], left["reason"], left["ended_by"]) == (
        "cancelled",
        "host_changed",
        "school",
    )
    assert Booking.objects.get(pk=booking.pk).replacement_owed
    assert changes.open_for(booking) is None


def test_a_platform_agrees_to_no_change_that_it_has_not_read(slot, host):
    school = Partner(CareersLeaderFactory().organisation)
    booking = bookings.accept(bookings.request(slot, places=4, by=school.member), by=host)
    redating.move(slot, starts_on=LATER, ends_on=LATER, reason="staffing", by=host)
    read = school.get(f"/api/v1/bookings/{booking.pk}").json()["changed"]["id"]
    again = days_ahead(81)
    redating.move(slot, starts_on=again, ends_on=again, reason="staffing", by=host)

    for verb in ("keep", "leave"):
        refusal = school.do(verb, booking, {"change": read})
        assert (refusal.status_code, refusal.json()["code"]) == (409, "stale")

    read = school.get(f"/api/v1/bookings/{booking.pk}").json()["changed"]["id"]
    assert school.do("keep", booking, {"change": read}).json()["changed"] is None
