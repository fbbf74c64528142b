import re

import pytest
from django.urls import reverse
from icalendar import Calendar

from placements import bookings, calendar_feeds
from placements.states import BookingState
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return CareersLeaderFactory()


def booked(leader, state=BookingState.ACCEPTED):
    return BookingFactory(school=leader.organisation, asked_by=leader, state=state)


def feed(secret):
    return reverse("placements:calendar-feed", args=[secret])


def made_by(client, user):
    client.force_login(user)
    page = client.post(reverse("placements:calendar-address"), follow=True).content.decode()
    return re.search(r"/calendar/([\w-]+)\.ics", page)[1]


def test_an_agreed_booking_is_a_file_for_a_calendar(client, leader):
    booking = booked(leader)
    client.force_login(leader.user)

    answer = client.get(reverse("placements:booking-calendar", args=[booking.pk]))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="work-experience.ics"'
    assert "private" in answer["Cache-Control"]
    (entry,) = Calendar.from_ical(answer.content).events
    assert entry["uid"].startswith(str(booking.pk))


def test_both_sides_find_the_file_on_the_page_of_what_is_agreed(client, leader):
    host = HostFactory()
    slot = SlotFactory(placement=PlacementFactory(provider=host.organisation))
    booking = bookings.request(slot, places=2, by=leader)
    address = reverse("placements:booking-calendar", args=[booking.pk])
    for side in (leader, host):
        client.force_login(side.user)
        page = client.get(reverse("placements:booking", args=[booking.pk])).content.decode()
        assert address not in page
        assert client.get(address).status_code == 404

    bookings.accept(booking, by=host)

    for side in (leader, host):
        client.force_login(side.user)
        page = client.get(reverse("placements:booking", args=[booking.pk])).content.decode()
        assert address in page
        assert client.get(address).status_code == 200


def test_a_feed_needs_no_cookie_and_sets_none(client, leader):
    booking = booked(leader)
    secret = made_by(client, leader.user)
    client.cookies.clear()

    answer = client.get(feed(secret))

    assert not answer.cookies
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert [entry["uid"].split("@")[0] for entry in Calendar.from_ical(answer.content).events] == [
        str(booking.pk)
    ]


def test_a_feed_that_has_not_changed_is_not_sent_again(client, leader):
    booked(leader)
    secret = calendar_feeds.make(leader.user)
    etag = client.get(feed(secret))["ETag"]

    assert client.get(feed(secret), headers={"if-none-match": etag}).status_code == 304

    booked(leader)
    assert client.get(feed(secret), headers={"if-none-match": etag}).status_code == 200


def test_a_spent_secret_is_as_absent_as_an_invented_one(client, leader):
    first = made_by(client, leader.user)
    second = made_by(client, leader.user)

    assert client.get(feed(first)).status_code == 404
    assert client.get(feed("nothing")).status_code == 404
    assert client.get(feed(second)).status_code == 200

    client.post(reverse("placements:stop-calendar"))
    assert client.get(feed(second)).status_code == 404


def test_the_address_is_shown_once(client, leader):
    secret = made_by(client, leader.user)

    page = client.get(reverse("placements:calendar-address")).content.decode()

    assert secret not in page
    assert "You made your address on" in page


def test_the_account_leads_to_it(client, leader):
    client.force_login(leader.user)

    page = client.get(reverse("accounts:account")).content.decode()

    assert reverse("placements:calendar-address") in page


@pytest.mark.parametrize("number", [1, 3])
def test_a_feed_costs_the_same_however_many_bookings(
    client, leader, number, django_assert_num_queries
):
    for _ in range(number):
        booked(leader)
    secret = calendar_feeds.make(leader.user)

    with django_assert_num_queries(3):
        answer = client.get(feed(secret))

    assert len(Calendar.from_ical(answer.content).events) == number
