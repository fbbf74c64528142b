"""Nothing that can wait leaves at night or on a day of rest, and nothing is lost by that.

The year of these tests has both changes of the clocks, Christmas, Easter and every other bank holiday.
"""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import (
    clock,
    leases,
    letters,
    outbox,
    postman,
    quiet_hours,
    timeliness,
    working_days,
)
from accounts.clock import ENGLAND
from accounts.letters import Letter, Terms
from accounts.models import Message, MessageState, SentMail
from tests.factories import UserFactory

HALF_HOURS = [
    datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=30) * number for number in range(365 * 48)
]


def england(*moment):
    return datetime(*moment, tzinfo=ENGLAND)


@pytest.fixture(autouse=True)
def quiet_hours_are_kept(settings):
    settings.MAIL_QUIET_HOURS = True


def test_mail_leaves_from_seven_to_seven_on_working_days_and_at_no_other_time():
    for moment in HALF_HOURS:
        here = moment.astimezone(ENGLAND)
        may_leave = working_days.is_working_day(here.date()) and 7 <= here.hour < 19

        assert (quiet_hours.ends(moment) == moment) == may_leave, here


def test_what_waits_leaves_at_seven_on_the_next_working_day():
    for moment in HALF_HOURS:
        opens = quiet_hours.ends(moment).astimezone(ENGLAND)
        if opens != moment:
            assert (opens.hour, opens.minute) == (7, 0)
            assert working_days.is_working_day(opens.date())
            between = (moment + timedelta(minutes=30), opens - timedelta(minutes=30))
            assert all(
                quiet_hours.ends(other) == opens for other in between if moment < other < opens
            )


@pytest.mark.parametrize(
    ("due", "opens"),
    [
        # The clocks go back on Sunday 25 October 2026, and forward on Sunday 28 March 2027.
        (england(2026, 10, 23, 19), england(2026, 10, 26, 7)),
        (england(2027, 3, 25, 19), england(2027, 3, 30, 7)),
        (england(2026, 12, 24, 19), england(2026, 12, 29, 7)),
        (england(2026, 11, 3, 6, 59), england(2026, 11, 3, 7)),
    ],
)
def test_the_quiet_lasts_over_weekends_holidays_and_changes_of_the_clocks(due, opens):
    assert quiet_hours.ends(due) == opens


def test_nothing_expires_that_could_have_been_sent():
    """Whenever it was owed in a year, however far ahead, and however short it was worth sending."""
    ahead = [timedelta(), timedelta(hours=5), timedelta(days=1), timedelta(days=6)]
    worth = [timedelta(hours=3), timedelta(hours=14), timedelta(days=3)]
    for owed_at, wait, lasts in itertools.product(HALF_HOURS[::5], ahead, worth):
        expires_at = owed_at + wait + lasts
        leaves = leaving(owed_at, owed_at + wait, expires_at)

        assert owed_at <= leaves
        assert quiet_hours.ends(leaves) == leaves
        if leaves >= expires_at:
            # It was quiet from when it was owed until it was over.
            assert quiet_hours.ends(owed_at) == leaves


def leaving(owed_at, due_at, expires_at):
    """When what is not urgent leaves, if it is worth sending then."""
    with clock.as_of(owed_at):
        # What is due at once is due when it is owed.
        at_once = due_at == owed_at
        due_at = due_at if at_once else quiet_hours.brought_forward(due_at, expires_at)
    moment = max(owed_at, due_at)
    with clock.as_of(moment):
        wait = quiet_hours.wait_until()
    # The clock runs on while the test asks: what may leave, leaves at once.
    return moment if wait is None else wait


def test_tomorrow_for_a_monday_is_said_on_friday():
    sunday = england(2026, 11, 15, 9)
    with clock.as_of(england(2026, 11, 2, 12)):
        planned = quiet_hours.brought_forward(sunday, sunday + timedelta(hours=14))

    assert planned == england(2026, 11, 13, 9)


def test_what_can_wait_until_monday_is_not_brought_forward():
    sunday = england(2026, 11, 15, 9)
    with clock.as_of(england(2026, 11, 2, 12)):
        assert quiet_hours.brought_forward(sunday, sunday + timedelta(days=3)) == sunday
        assert quiet_hours.brought_forward(sunday, None) == sunday


def test_a_demonstration_has_no_quiet_hours(settings):
    settings.MAIL_QUIET_HOURS = False
    sunday = england(2026, 11, 15, 9)
    with clock.as_of(sunday):
        assert quiet_hours.wait_until() is None
        assert quiet_hours.brought_forward(sunday, sunday + timedelta(hours=1)) == sunday


NIGHT, MORNING = england(2026, 11, 13, 23), england(2026, 11, 16, 7)
A_MINUTE = timedelta(minutes=1)
QUIET = [
    NIGHT,
    england(2026, 11, 14, 12),
    england(2026, 11, 16, 6, 59),
    england(2026, 12, 28, 9),
    england(2027, 3, 28, 1, 30),
]


@pytest.fixture
def urgent(note):
    """A kind with the words of `note` of which those about "now" are urgent."""
    terms = Terms("Tests", "Sam", "now", urgent="now", is_urgent=lambda one: one.subject == "now")
    before = letters._letters["note"]
    letters._letters["note"] = Letter("note", before.words, before.still_holds, terms=terms)
    return "note"


@pytest.mark.django_db
def test_what_can_wait_is_put_off_until_morning_and_then_goes_once(note):
    with clock.as_of(NIGHT):
        message = outbox.post("note", to=UserFactory(), about="abc")
        postman.deliver_due()
        message.refresh_from_db()

        assert (message.state, message.attempts) == (MessageState.PLANNED, 0)
        assert message.next_attempt_at - timezone.now() > timedelta(hours=55)
        assert not SentMail.objects.exists()
        assert postman.deliver_due() == 0
        assert leases.oldest_owed() is None

    night_is_over(message)
    with clock.as_of(MORNING):
        assert leases.oldest_owed() is not None
        postman.deliver_due()
        postman.deliver_due()

    assert SentMail.objects.filter(reference=str(message.pk)).count() == 1


def night_is_over(message):
    # Leases and turns go by the database's clock, which no test moves.
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())


@pytest.mark.django_db
def test_what_is_urgent_goes_at_night_and_its_neighbour_of_the_same_kind_waits(urgent):
    with clock.as_of(NIGHT):
        goes = outbox.post(urgent, to=UserFactory(), about="now")
        waits = outbox.post(urgent, to=UserFactory(), about="later")
        postman.deliver_due()

    assert states(goes, waits) == [MessageState.SENT, MessageState.PLANNED]


@pytest.mark.django_db
def test_what_would_be_over_by_morning_goes_at_night_only_where_it_is_urgent(urgent):
    with clock.as_of(NIGHT):
        goes, late = (
            outbox.post(urgent, to=UserFactory(), about=about, expires_at=MORNING - A_MINUTE)
            for about in ("now", "later")
        )
        postman.deliver_due()

    assert states(goes, late) == [MessageState.SENT, MessageState.PLANNED]
    night_is_over(late)
    with clock.as_of(MORNING):
        postman.deliver_due()
    # Kept as too late to send, where those who see to mail find it.
    assert states(late) == [MessageState.EXPIRED]
    assert SentMail.objects.count() == 1


@pytest.mark.django_db
def test_what_is_over_soon_after_the_morning_is_sent_then(note):
    with clock.as_of(NIGHT):
        soon = outbox.post("note", to=UserFactory(), about="abc", expires_at=MORNING + A_MINUTE)
        postman.deliver_due()
    night_is_over(soon)
    with clock.as_of(MORNING):
        postman.deliver_due()

    assert states(soon) == [MessageState.SENT]


CAN_WAIT = [one.kind for one in letters.registered() if one.terms and not one.terms.urgent]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", CAN_WAIT)
def test_nothing_of_a_kind_that_is_never_urgent_leaves_in_the_quiet(kind):
    """However soon it is over: at night, on a Saturday, on a bank holiday, when the clocks change."""
    for moment in QUIET:
        with clock.as_of(moment):
            for lasts in (timedelta(minutes=1), timedelta(hours=5), timedelta(days=30), None):
                expires_at = moment + lasts if lasts else None
                message = Message(kind=kind, due_at=moment, expires_at=expires_at)
                assert timeliness.waits_until(message) == quiet_hours.ends(moment)


def test_what_may_be_stopped_wakes_nobody():
    for letter in letters.registered():
        assert not (letter.may_be_stopped and letter.terms.urgent), letter.kind


@pytest.mark.django_db
def test_what_may_have_been_sent_is_asked_about_at_night_but_sent_again_by_day(note):
    with clock.as_of(NIGHT):
        message = outbox.post("note", to=UserFactory(), about="abc")
        Message.objects.filter(pk=message.pk).update(
            state=MessageState.CLAIMED,
            lease_token=uuid.uuid4(),
            lease_until=timezone.now() - timedelta(seconds=1),
            attempts=1,
        )
        postman.deliver_due()

    # The transport said that it had not gone: there is no doubt any more.
    assert states(message) == [MessageState.PLANNED]
    assert not SentMail.objects.exists()


@pytest.mark.django_db
def test_what_nobody_can_say_was_sent_still_has_its_turn_in_the_morning(note, settings):
    settings.MAIL_TRANSPORT = "tests.accounts.test_postman.Repeating"
    with clock.as_of(NIGHT):
        message = outbox.post("note", to=UserFactory(), about="abc")
        Message.objects.filter(pk=message.pk).update(
            state=MessageState.CLAIMED,
            lease_token=uuid.uuid4(),
            lease_until=timezone.now() - timedelta(seconds=1),
            attempts=1,
        )
        postman.deliver_due()

    assert states(message) == [MessageState.UNCERTAIN]
    night_is_over(message)
    with clock.as_of(MORNING):
        postman.deliver_due()
    assert states(message) == [MessageState.SENT]


def states(*messages):
    return [Message.objects.get(pk=message.pk).state for message in messages]


def test_the_day_the_clocks_change_is_a_day_of_rest():
    assert not working_days.is_working_day(date(2026, 10, 25))
