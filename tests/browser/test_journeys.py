"""From an employer's first word to the answer to a rating, as people do it, on what really runs.

The tests change nothing but the clock. Whatever came of something is read on pages, and mail
at /outbox/. Every page on the way is looked at by axe and must fit a phone.
"""

from datetime import UTC, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import pytest

from tests.browser.mailbox import Mailbox
from tests.browser.people import Broker, CareersLeader, Employer, Offer
from tests.browser.window import KeyboardWindow, Window
from tests.stack import stack

ENGLAND = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
AFTER_THE_POST = time(10)
SAID, ANSWERED = "They sold a loaf of their own.", "Come again in spring."


class Clock:
    """The stack's own time, which goes on and never back: journeys in any order can share it."""

    def __init__(self, site):
        self.site, self.ahead = site, timedelta()

    def today(self):
        return self._now().date()

    def goes_on_to(self, day):
        """To a moment after the morning's post of that day."""
        hours = ceil((datetime.combine(day, AFTER_THE_POST, ENGLAND) - self._now()) / HOUR)
        self.site.manage("clock", f"+{hours}h")
        self.ahead += hours * HOUR

    def _now(self):
        return (datetime.now(UTC) + self.ahead).astimezone(ENGLAND)


@pytest.fixture(scope="module")
def site(chromium):
    """A demonstration of its own, because its clock moves; with a beat that nobody waits for."""
    rounds = {"MAIL_ROUND_SECONDS": "3", "BOOKING_ROUND_SECONDS": "3"}
    with stack("web", "worker", "beat", prepare=[["demo"]], **rounds) as running:
        yield running


@pytest.fixture(scope="module")
def clock(site):
    return Clock(site)


@pytest.fixture
def mail(visit, site):
    return Mailbox(visit(site))


def weeks_from(today, *, ahead):
    """Monday to Friday, so many days from now at least; and once more in ten weeks."""
    monday = today + timedelta(days=ahead)
    monday += timedelta(days=-monday.weekday() % 7)
    starts = (monday, monday + timedelta(weeks=10))
    return tuple((start, start + timedelta(days=4)) for start in starts)


@pytest.mark.parametrize(
    ("title", "javascript"),
    [("A week in the test kitchen", True), ("A week at the flour mill", False)],
)
def test_a_placement_goes_from_its_first_word_to_the_answer_to_its_rating(
    visit, site, clock, mail, axe, title, javascript
):
    window = Window(visit(site, javascript=javascript), axe if javascript else None)
    employer, broker, leader = Employer(window), Broker(window), CareersLeader(window)
    offer = Offer(title, weeks_from(clock.today(), ahead=21))

    comes_to_be_published(offer, employer, broker, mail)
    is_booked_and_accepted(offer, leader, employer, mail)
    is_remembered_by_both(offer, leader, employer, mail, clock)
    is_looked_back_on_and_rated(offer, leader, employer, mail)

    for reader in (leader, employer):
        for once in ("In 7 days", "Tomorrow", "How did it go", "Still time to say"):
            assert len(mail.to(reader.address, once, title)) == 1, (reader.address, once)


def comes_to_be_published(offer, employer, broker, mail):
    with employer.signed_in() as window:
        employer.lists(offer)
        assert window.shows("Sent to the broker", "What happens next", "Marches Careers Hub")
    waits = mail.waits_for(broker.address, "A listing waits at your desk", offer.title)
    with broker.signed_in() as window:
        broker.sends_back(mail.link(waits, "Read it"))
        assert window.shows("has gone back with your notes")
    sent_back = mail.waits_for(employer.address, "Please change your listing", offer.title)
    with employer.signed_in() as window:
        employer.mends(mail.link(sent_back, "Read the notes"))
        assert window.heading == "Sent to the broker"
    again = mail.waits_for(broker.address, "A listing waits at your desk", offer.title, times=2)
    with broker.signed_in() as window:
        broker.publishes(mail.link(again, "Read it"))
        assert window.shows(f"“{offer.title}” is up for schools to see.")
    assert mail.waits_for(employer.address, "Published", offer.title)


def is_booked_and_accepted(offer, leader, employer, mail):
    secrets = (employer.telephone, employer.joining, employer.address)
    with leader.signed_in() as window:
        leader.finds(offer, near="SY1 1DQ")
        listing = window.page.url
        assert window.shows("12 of 12\tBook")
        leader.asks_for(6, of=offer.when)
        assert window.shows("Request sent", "What happens next")
        window.follow("See the booking")
        booking = window.page.url
        assert not any(secret in window.page.content() for secret in secrets)
    window.open(listing)
    assert window.shows("6 of 12", "12 of 12")
    assert not any(secret in window.page.content() for secret in secrets)
    request = mail.waits_for(employer.address, "Request for 6 places", offer.title)
    employer.accepts(mail.link(request, "Accept or decline"))
    assert window.shows("You have accepted 6 places", "What happens next")
    accepted = mail.waits_for(leader.address, "Accepted", offer.title)
    with leader.signed_in() as window:
        window.open(mail.link(accepted, "See the booking"))
        assert window.page.url == booking
        assert window.shows(*secrets)


def is_remembered_by_both(offer, leader, employer, mail, clock):
    first, last = offer.weeks[0]
    for day, words in (
        (first - timedelta(days=7), "In 7 days"),
        (first - timedelta(days=1), "Tomorrow"),
        (last + timedelta(days=1), "How did it go"),
        (last + timedelta(days=8), "Still time to say"),
    ):
        clock.goes_on_to(day)
        assert mail.waits_for(leader.address, words, offer.title)
        assert mail.waits_for(employer.address, words, offer.title)


def is_looked_back_on_and_rated(offer, leader, employer, mail):
    nudge = mail.waits_for(leader.address, "Still time to say", offer.title)
    with leader.signed_in() as window:
        leader.looks_back(mail.link(nudge, "Write your debrief"))
        # It is complete within a round of the clock.
        window.waits_for("Rate this placement")
        leader.rates(SAID)
        assert window.shows("Your rating now stands on the listing.")
    rated = mail.waits_for(employer.address, "Your placement was rated", offer.title)
    with employer.signed_in() as window:
        employer.replies(mail.link(rated, "Read it and answer"), ANSWERED)
        assert window.shows("Your answer now stands beneath the rating.")
    answered = mail.waits_for(leader.address, "Your rating was answered", offer.title)
    window.open(mail.link(answered, "Read it"))
    assert window.shows("1 rating so far. A score appears from three on.", SAID, ANSWERED)


def test_a_school_searches_and_books_by_keyboard_alone_on_a_phone(visit, site, axe, mail):
    window = KeyboardWindow(visit(site, width=320), axe)
    leader = CareersLeader(window)

    with leader.signed_in():
        window.unfold("Menu")
        window.follow("Find placements")
        window.fill({"Near": "HR1 2ER"})
        window.choose("Within", "15 miles")
        window.press("Show placements")
        window.follow("A week in an architects' studio")
        leader.asks_for(1)
        assert window.heading == "Request sent"
