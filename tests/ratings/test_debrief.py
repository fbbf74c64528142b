from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import clock, postman
from accounts.models import (
    Message,
    MessageState,
    Organisation,
    OrganisationKind,
    Role,
    SentMail,
)
from placements import tasks, timetable
from placements.states import BookingState
from ratings import debrief, rating
from ratings.debrief import Answers
from ratings.models import DIMENSIONS, DebriefSide
from tests.factories import (
    BookingFactory,
    CareersLeaderFactory,
    MemberFactory,
    PastBookingFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

ANSWERS = Answers(went_well="The welcome.", to_change="Lunch.", outcomes_met=True, students_came=2)
MARKS = dict.fromkeys(DIMENSIONS, 4)


def test_both_sides_look_back_and_each_hears_of_the_other(booking, leader, host):
    by_school = debrief.write(booking, ANSWERS, by=leader)
    by_host = debrief.write(booking, Answers(went_well="Keen.", would_host_again=True), by=host)

    heard = {
        message.subject: message.recipient
        for message in Message.objects.filter(kind="debrief_written")
    }
    assert (by_school.side, by_host.side) == (DebriefSide.SCHOOL, DebriefSide.HOST)
    assert heard == {str(by_school.pk): host.user, str(by_host.pk): leader.user}


def test_a_side_looks_back_once(refused, booking, leader):
    debrief.write(booking, ANSWERS, by=leader)

    with refused("already_debriefed"):
        debrief.write(booking, ANSWERS, by=MemberFactory(organisation=leader.organisation))


def test_nobody_else_looks_back(booking, broker):
    for stranger in (CareersLeaderFactory(), broker):
        with pytest.raises(PermissionDenied):
            debrief.write(booking, ANSWERS, by=stranger)


def test_a_viewer_only_reads(booking, leader):
    viewer = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)

    with pytest.raises(PermissionDenied):
        debrief.write(booking, ANSWERS, by=viewer)


def test_a_booking_that_has_not_ended_is_not_looked_back_on(refused):
    booking = BookingFactory(
        state=BookingState.ACCEPTED, slot=SlotFactory(starts_on=days_ahead(-1))
    )

    with refused("not_over"):
        debrief.write(booking, ANSWERS, by=booking.asked_by)


@pytest.mark.parametrize("state", [BookingState.CANCELLED, BookingState.NOT_ATTENDED])
def test_what_did_not_go_ahead_is_not_looked_back_on(refused, state):
    booking = PastBookingFactory(state=state)

    with refused("not_completed"):
        debrief.write(booking, ANSWERS, by=booking.asked_by)


def test_no_more_students_came_than_had_a_place(refused, booking, leader):
    with refused("too_many"):
        debrief.write(booking, Answers(went_well="All.", students_came=3), by=leader)


def test_what_went_well_is_due(refused, booking, leader):
    with refused("invalid"):
        debrief.write(booking, Answers(went_well=" "), by=leader)


def test_whoever_has_looked_back_and_rated_is_asked_no_more(booking, leader, host):
    asked = {
        kind: Message.objects.create(
            kind=kind,
            dedupe_key=kind,
            email="a@example.org",
            subject=booking.pk,
            due_at=booking.asked_at,
        )
        for kind in ("debrief_to_school", "debrief_to_host")
    }

    debrief.write(booking, ANSWERS, by=leader)
    assert states(asked) == {
        "debrief_to_school": MessageState.PLANNED,
        "debrief_to_host": MessageState.PLANNED,
    }

    rating.rate(booking, by=leader, marks=MARKS, would_use_again=True)
    assert states(asked) == {
        "debrief_to_school": MessageState.CANCELLED,
        "debrief_to_host": MessageState.PLANNED,
    }

    debrief.write(booking, Answers(went_well="Keen.", would_host_again=True), by=host)
    assert states(asked)["debrief_to_host"] == MessageState.CANCELLED


def states(asked):
    rows = Message.objects.filter(pk__in=[message.pk for message in asked.values()])
    return dict(rows.values_list("kind", "state"))


def told(leader):
    """What reached a school's leader since it was last asked."""
    mails = SentMail.objects.filter(to=leader.user.email)
    said = [(mail.title.split(":")[0], mail.text) for mail in mails.order_by("pk")]
    mails.delete()
    return said


def morning(booking, days):
    """Five past nine, so many days after the last one."""
    day = booking.slot.ends_on + timedelta(days=days)
    return clock.as_of(datetime.combine(day, time(9, 5), tzinfo=clock.ENGLAND))


@pytest.fixture
def ended(leader):
    """A booking of yesterday, of which nothing has been said yet."""
    yesterday = days_ahead(-1)
    found = PastBookingFactory(slot=SlotFactory(starts_on=yesterday, ends_on=yesterday))
    timetable.plan(found)
    return found


def test_whoever_wrote_how_it_went_is_still_asked_twice_for_a_rating_and_then_no_more(ended):
    leader = ended.asked_by
    with morning(ended, 1):
        postman.deliver_due()
    assert [title for title, _ in told(leader)] == ["How did it go"]
    debrief.write(ended, ANSWERS, by=leader)

    asked = {}
    for day in (2, 8, 9, 15, 16, 22):
        with morning(ended, day):
            tasks.plan_what_is_missing()
            postman.deliver_due()
        asked[day] = told(leader)

    assert {day: [title for title, _ in mails] for day, mails in asked.items()} == {
        2: [],
        8: ["Would you rate it for other schools"],
        9: [],
        15: ["Would you rate it for other schools"],
        16: [],
        22: [],
    }
    [(_, first)], [(_, last)] = asked[8], asked[15]
    assert f"/bookings/{ended.pk}/rate/" in first
    assert f"/bookings/{ended.pk}/debrief/" not in first
    assert "We do not ask again." not in first
    assert "We do not ask again." in last


def test_whoever_rated_is_still_asked_how_it_went_and_not_for_a_rating(ended):
    leader = ended.asked_by
    rating.rate(ended, by=leader, marks=MARKS, would_use_again=True)

    with morning(ended, 8):
        postman.deliver_due()

    # The first one was over by then.
    [(title, text)] = told(leader)
    assert title == "Still time to say how it went"
    assert f"/bookings/{ended.pk}/debrief/" in text
    assert f"/bookings/{ended.pk}/rate/" not in text


@pytest.mark.parametrize("is_found", [True, False])
def test_a_rating_is_not_asked_for_where_nobody_could_read_it(ended, is_found):
    if is_found:
        Organisation.objects.filter(pk=ended.slot.placement.provider_id).update(
            kind=OrganisationKind.FOUND
        )
    debrief.write(ended, ANSWERS, by=ended.asked_by)

    with morning(ended, 8):
        postman.deliver_due()

    assert len(told(ended.asked_by)) == (0 if is_found else 1)
