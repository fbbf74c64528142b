"""What cannot wait for a working day goes at night, so that it is read before the start."""

from datetime import date, datetime, timedelta

import pytest

from accounts import clock, letters, outbox, timeliness
from accounts.clock import ENGLAND
from placements import urgency
from placements.models import Booking, Slot
from tests.factories import NamedStudentFactory, SelfFoundFactory

FRIDAY_EVENING = datetime(2026, 11, 13, 20, tzinfo=ENGLAND)
# Monday 3 May 2027 is a bank holiday.
BEFORE_A_HOLIDAY = datetime(2027, 4, 30, 19, 5, tzinfo=ENGLAND)
BEFORE_CHRISTMAS = datetime(2026, 12, 24, 19, 5, tzinfo=ENGLAND)
BEFORE_EASTER = datetime(2027, 3, 25, 19, 5, tzinfo=ENGLAND)
NOON = datetime(2026, 11, 12, 12, tzinfo=ENGLAND)


@pytest.fixture(autouse=True)
def quiet_hours_are_kept(settings):
    settings.MAIL_QUIET_HOURS = True


def beginning(*day):
    return Slot(starts_on=date(*day), ends_on=date(*day))


@pytest.mark.parametrize(
    ("now", "slot", "is_at_hand"),
    [
        (FRIDAY_EVENING, beginning(2026, 11, 16), True),
        (FRIDAY_EVENING, beginning(2026, 11, 17), True),
        (FRIDAY_EVENING, beginning(2026, 11, 18), False),
        (FRIDAY_EVENING, beginning(2026, 11, 12), False),
        # The first working day after three days and more of rest, and the one after it.
        (BEFORE_A_HOLIDAY, beginning(2027, 5, 4), True),
        (BEFORE_A_HOLIDAY, beginning(2027, 5, 6), False),
        (BEFORE_CHRISTMAS, beginning(2026, 12, 29), True),
        (BEFORE_EASTER, beginning(2027, 3, 30), True),
        (BEFORE_EASTER, beginning(2027, 4, 1), False),
        (NOON, beginning(2026, 11, 15), True),
        (NOON, beginning(2026, 11, 16), False),
    ],
)
def test_what_begins_before_news_of_it_has_been_read_is_at_hand(now, slot, is_at_hand):
    with clock.as_of(now):
        assert urgency.is_at_hand(slot) == is_at_hand


@pytest.mark.parametrize(
    ("now", "slot", "is_before"),
    [
        (FRIDAY_EVENING, beginning(2026, 11, 16), True),
        (FRIDAY_EVENING, beginning(2026, 11, 17), False),
        (BEFORE_A_HOLIDAY, beginning(2027, 5, 4), True),
        (BEFORE_A_HOLIDAY, beginning(2027, 5, 5), False),
        (NOON, beginning(2026, 11, 12), True),
        (NOON, beginning(2026, 11, 13), False),
    ],
)
def test_what_begins_on_the_day_on_which_mail_arrives_begins_before_it(now, slot, is_before):
    with clock.as_of(now):
        assert urgency.begins_before_news(slot) == is_before


SUNDAY, MONDAY = datetime(2026, 11, 15, 12, tzinfo=ENGLAND), date(2026, 11, 16)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["consent_asked", "reminder_to_school", "reminder_to_host"])
@pytest.mark.parametrize(("starts_on", "goes"), [(MONDAY, True), (date(2026, 11, 17), False)])
def test_what_is_agreed_for_a_monday_and_owed_on_sunday_is_said_on_sunday(kind, starts_on, goes):
    with clock.as_of(SUNDAY):
        student = NamedStudentFactory(booking__slot__starts_on=starts_on)
        about = student if kind == "consent_asked" else student.booking
        message = outbox.intend(kind, to="pat@example.org", about=about)

        assert (timeliness.waits_until(message) is None) == goes


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lapses", "goes"), [(timedelta(hours=5), True), (timedelta(days=2), False)]
)
def test_an_employer_is_asked_at_a_weekend_where_the_request_lapses_on_it(lapses, goes):
    with clock.as_of(SUNDAY):
        found = SelfFoundFactory()
        Booking.objects.filter(pk=found.booking_id).update(answer_by=SUNDAY + lapses)
        message = outbox.intend("found_asked", to="pat@example.org", about=found)

        assert (timeliness.waits_until(message) is None) == goes
    with clock.as_of(NOON):
        assert not letters.of_kind("found_asked").is_urgent(message)
