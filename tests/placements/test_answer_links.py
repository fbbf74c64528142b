"""One click in a mail, one button on a page: an answer without signing in."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock, letters, postman
from accounts.models import MemberState, Message, OneTimeLink, Role, SentMail
from placements import bookings
from placements.states import BookingState
from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory

pytestmark = pytest.mark.django_db

ACCEPT = {"answer": "accept", "accept-places": "4"}
DECLINE = {"answer": "decline", "decline-reason": "no_capacity"}


@pytest.fixture
def slot():
    return SlotFactory()


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def asked(slot, host):
    return bookings.request(slot, places=4, by=CareersLeaderFactory())


@pytest.fixture
def link(host, asked):
    """The address in the host's mail."""
    message = Message.objects.get(kind="booking_requested", email=host.user.email)
    return re.search(r"http://testserver(/bookings/answer/\S+)", letters.write(message).text)[1]


def state(booking):
    booking.refresh_from_db()
    return booking.state


def test_looking_at_the_link_changes_nothing(client, asked, link):
    for _ in range(2):
        assert client.get(link).status_code == 200

    assert state(asked) == BookingState.REQUESTED
    assert OneTimeLink.objects.live().count() == 1


def test_one_button_accepts_all_that_was_asked_for(client, host, asked, link):
    assert 'value="4"' in client.get(link).content.decode()

    response = client.post(link, ACCEPT, follow=True)

    assert "You have accepted 4 places." in response.content.decode()
    assert state(asked) == BookingState.ACCEPTED
    assert asked.moves.last().by == host


def test_some_of_the_places_can_be_accepted(client, asked, link):
    client.post(link, ACCEPT | {"accept-places": "2"})

    assert (state(asked), asked.places) == (BookingState.ACCEPTED, 2)


def test_the_other_button_declines(client, asked, link):
    client.post(link, DECLINE)

    assert (state(asked), asked.reason) == (BookingState.DECLINED, "no_capacity")


def test_a_link_works_once(client, asked, link):
    client.post(link, ACCEPT)

    assert client.get(link).status_code == 410
    assert client.post(link, DECLINE).status_code == 410
    assert state(asked) == BookingState.ACCEPTED


@pytest.mark.parametrize(
    "wrong",
    [
        ACCEPT | {"accept-places": "9"},
        ACCEPT | {"accept-places": ""},
        ACCEPT | {"accept-places": "-1"},
        DECLINE | {"decline-reason": "because"},
        DECLINE | {"decline-reason": "other"},
        DECLINE | {"decline-comment": "x" * 501},
        {},
        {"answer": "perhaps"},
    ],
)
def test_a_wrong_answer_does_not_use_the_link_up(client, asked, link, wrong):
    assert client.post(link, wrong).status_code == 200

    assert state(asked) == BookingState.REQUESTED
    assert client.get(link).status_code == 200


def test_an_invented_or_run_out_link_opens_nothing(client, asked, link):
    assert client.get(reverse("placements:answer", args=["invented"])).status_code == 410

    with clock.as_of(asked.answer_by + timedelta(seconds=1)):
        assert client.get(link).status_code == 410
        assert client.post(link, ACCEPT).status_code == 410
    assert state(asked) == BookingState.REQUESTED


def test_a_request_that_was_taken_back_cannot_be_answered(client, asked, link):
    bookings.cancel(asked, reason="dates_clash", by=asked.asked_by)

    assert client.post(link, ACCEPT).status_code == 410
    assert state(asked) == BookingState.CANCELLED


@pytest.mark.parametrize("change", [{"state": MemberState.LEFT}, {"role": Role.VIEWER}])
def test_the_link_of_somebody_who_may_not_answer_any_more_answers_nothing(
    client, host, asked, link, change
):
    for name, value in change.items():
        setattr(host, name, value)
    host.save(update_fields=list(change))

    assert client.post(link, ACCEPT).status_code in (403, 410)
    assert state(asked) == BookingState.REQUESTED


def test_the_page_of_the_link_tells_no_contact(client, asked, link):
    shown = client.get(link).content.decode()

    assert asked.asked_by.user.email not in shown
    assert "sam@example.org" not in shown


def test_whoever_accepted_is_told_what_happens_next(client, asked, link):
    told = client.post(link, ACCEPT, follow=True).content.decode()

    assert "What happens next" in told
    assert "We remind both sides before the first day." in told


def test_whoever_declined_is_not_told_of_a_first_day(client, asked, link):
    told = client.post(link, DECLINE, follow=True).content.decode()

    assert "You have declined." in told
    assert "first day" not in told


def test_a_stranger_to_the_sign_in_finds_the_page_for_afterwards(client):
    assert client.get(reverse("placements:answered")).status_code == 200


def test_of_several_requests_in_one_mail_each_is_answered_by_a_link_of_its_own(client, slot, host):
    asked = [bookings.request(slot, places=1, by=CareersLeaderFactory()) for _ in range(4)]
    withdrawn = asked.pop()
    bookings.cancel(withdrawn, reason="dates_clash", by=withdrawn.asked_by)
    postman.deliver_due()

    [mail] = SentMail.objects.filter(to=host.user.email, title__contains="equest")
    found = re.findall(r"http://testserver(/bookings/answer/\S+)", mail.text)
    client.post(found[1], ACCEPT | {"accept-places": "1"})
    client.post(found[2], DECLINE)

    assert mail.title == "3 requests for places"
    assert withdrawn.school.name not in mail.text
    assert len(found) == len(set(found)) == 3
    assert [state(booking) for booking in asked] == [
        BookingState.REQUESTED,
        BookingState.ACCEPTED,
        BookingState.DECLINED,
    ]
