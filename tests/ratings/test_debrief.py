import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message, MessageState, Role
from placements.states import BookingState
from ratings import debrief
from ratings.debrief import Answers
from ratings.models import DebriefSide
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


def test_whoever_has_looked_back_is_asked_no_more(booking, leader, host):
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

    for message in asked.values():
        message.refresh_from_db()
    assert asked["debrief_to_school"].state == MessageState.CANCELLED
    assert asked["debrief_to_host"].state == MessageState.PLANNED
