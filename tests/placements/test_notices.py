"""What the letters about bookings say, to whom, and that they keep to themselves what they must."""

import re
from datetime import timedelta

import pytest

from accounts import letters, postman
from accounts.models import Message, OneTimeLink, Role, SentMail
from placements import bookings, notices
from tests.factories import BookingFactory, CareersLeaderFactory, HostFactory, SlotFactory

pytestmark = pytest.mark.django_db

KINDS = [
    "booking_accepted",
    "booking_cancelled",
    "booking_declined",
    "booking_lapsed",
    "booking_made",
    "booking_note",
    "booking_requested",
    "replacement_held",
    "waiting_joined",
    "waiting_offer_lapsed",
    "waiting_offered",
    "waiting_over",
]
UNSAID = ("Tell nobody this", "Sam Baker", "sam@example.org", "Priya Shah", "priya@", "Back door")


@pytest.fixture
def leader():
    return CareersLeaderFactory(user__name="Priya Shah", user__email="priya@school.example.org")


@pytest.fixture
def slot():
    return SlotFactory(
        placement__title="A week in a bakery", placement__joining_instructions="Back door"
    )


@pytest.fixture
def host(slot):
    return HostFactory(organisation=slot.placement.provider)


@pytest.fixture
def asked(slot, leader):
    return bookings.request(slot, places=4, by=leader, note="Tell nobody this.")


def letter(kind, to):
    """The letter of that kind that is owed to a member, as it would be sent now."""
    message = Message.objects.get(kind=kind, email=to.user.email)
    assert letters.of_kind(kind).still_holds(message)
    return letters.write(message)


def owed(kind):
    message = Message.objects.get(kind=kind)
    return message.state, letters.of_kind(kind).still_holds(message)


def test_every_kind_of_letter_about_bookings_is_known_to_the_postman():
    assert [kind for kind in letters.kinds() if kind in KINDS] == KINDS


def test_the_request_says_who_asks_for_what_and_until_when(host, asked):
    mail = letter("booking_requested", host)

    assert mail.title == "Request for 4 places: A week in a bakery"
    assert f'{asked.school.name} asks for 4 places at "A week in a bakery"' in mail.text
    assert "Please answer by" in mail.text
    assert re.search(r"http://testserver/bookings/answer/[\w-]{40,}/", mail.text)


def test_each_reader_of_a_request_has_a_link_of_their_own(host, slot, asked):
    colleague = HostFactory(organisation=slot.placement.provider, role=Role.COLLEAGUE)
    bookings.cancel(asked, reason="dates_clash", by=asked.asked_by)
    again = bookings.request(slot, places=1, by=asked.asked_by)

    for reader in (host, colleague):
        message = Message.objects.get(
            kind="booking_requested", email=reader.user.email, subject=str(again.pk)
        )
        letters.write(message)

    made = OneTimeLink.objects.filter(purpose=notices.ANSWER, subject=str(again.pk))
    assert set(made.values_list("user", flat=True)) == {host.user_id, colleague.user_id}
    assert abs(made.first().expires_at - again.answer_by) < timedelta(seconds=1)


def test_a_request_that_was_answered_is_not_announced_any_more(host, asked):
    bookings.decline(asked, reason="no_capacity", by=host)

    assert owed("booking_requested") == ("cancelled", False)


def test_an_acceptance_of_some_says_how_many(leader, host, asked):
    bookings.accept(asked, places=3, by=host)

    assert "has accepted 3 places of the 4 you asked for" in letter("booking_accepted", leader).text


def test_an_acceptance_that_was_called_off_before_the_mail_went_is_not_sent(host, asked):
    bookings.accept(asked, by=host)
    bookings.cancel(asked, reason="illness", by=host)

    assert owed("booking_accepted") == ("planned", False)


@pytest.mark.parametrize("who", ["leader", "host"])
def test_a_cancellation_says_which_side_it_came_from(request, leader, host, asked, who):
    bookings.accept(asked, by=host)
    by, told = (leader, host) if who == "leader" else (host, leader)

    bookings.cancel(asked, reason="other", comment="Tell nobody this", by=by)

    side = "by the school" if who == "leader" else "by the host"
    assert f"has been called off {side}" in letter("booking_cancelled", told).text


def test_no_letter_tells_what_belongs_behind_the_sign_in(leader, host, slot, asked):
    bookings.ask(asked, words="Tell nobody this", by=leader)
    written = [letter("booking_requested", host), letter("booking_note", host)]
    bookings.accept(asked, by=host)
    bookings.ask(asked, words="Tell nobody this", by=host)
    written += [letter("booking_accepted", leader), letter("booking_note", leader)]
    bookings.cancel(asked, reason="other", comment="Tell nobody this", by=host)
    written.append(letter("booking_cancelled", leader))
    again = bookings.request(slot, places=1, by=leader, note="Tell nobody this")
    bookings.decline(again, reason="other", comment="Tell nobody this", by=host)
    written.append(letter("booking_declined", leader))

    for mail in written:
        told = f"{mail.title} {mail.text} {mail.html}"
        assert [secret for secret in UNSAID if secret in told] == []
        assert "http://testserver/bookings/" in mail.text


def test_both_sides_hear_of_a_lapse_and_of_a_booking_made_at_once(leader):
    slot = SlotFactory(placement__confirms_at_once=True)
    host = HostFactory(organisation=slot.placement.provider)
    booking = bookings.request(slot, places=2, by=leader)
    assert "has booked 2 places" in letter("booking_made", host).text

    booking.state = "lapsed"
    booking.save(update_fields=["state"])
    notices.booking_lapsed(booking)
    assert "was not answered in time" in letter("booking_lapsed", host).text
    assert "was not answered in time" in letter("booking_lapsed", leader).text


def test_a_school_that_several_hosts_accept_at_once_has_one_mail(leader, host, asked):
    bookings.accept(asked, by=host)
    other = BookingFactory(school=leader.organisation, slot__taken=2)
    bookings.accept(other, by=HostFactory(organisation=other.slot.placement.provider))

    postman.deliver_due()

    [mail] = SentMail.objects.filter(to=leader.user.email)
    assert mail.title == "2 requests accepted"
    assert other.slot.placement.provider.name in mail.text
    assert asked.slot.placement.provider.name in mail.text
