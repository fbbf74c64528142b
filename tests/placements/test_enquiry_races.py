"""Two at once. One side is held still in an open transaction, so nothing is left to luck."""

from uuid import uuid4

import pytest

from placements import enquiries
from placements.models import Enquiry
from placements.states import AnswerState, EnquiryState
from tests.factories import CareersLeaderFactory, HostFactory, PlacementFactory
from tests.placements.test_booking_races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = {"question": "Could you take our group?", "places": 4, "year_group": 10}


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def placement(host):
    return PlacementFactory(provider=host.organisation)


@pytest.fixture
def answer(placement, leader):
    return enquiries.ask([placement], by=leader, **ASKED).answers.get()


def states(answer):
    answer.refresh_from_db()
    return answer.enquiry.state, answer.state


def test_of_two_colleagues_who_answer_at_once_the_second_waits_and_is_refused(answer, host):
    colleague = HostFactory(organisation=host.organisation)

    with meanwhile(enquiries.say_no, answer, reason="no_capacity", by=colleague) as second:
        enquiries.say_yes(answer, by=host)

    assert second == ["already_answered"]
    assert states(answer) == (EnquiryState.OVER, AnswerState.YES)
    assert answer.moves.count() == 2


def test_an_answer_that_comes_while_the_school_closes_is_refused(answer, host, leader):
    with meanwhile(enquiries.say_yes, answer, by=host) as late:
        enquiries.close(answer.enquiry, by=leader)

    assert late == ["ended"]
    assert states(answer) == (EnquiryState.CLOSED, AnswerState.WITHDRAWN)


def test_a_school_closes_after_the_answer_in_flight_is_written(answer, host, leader):
    with meanwhile(enquiries.close, answer.enquiry, by=leader) as closed:
        enquiries.say_yes(answer, by=host)

    assert closed == [EnquiryState.CLOSED]
    assert states(answer) == (EnquiryState.CLOSED, AnswerState.YES)


def test_the_last_two_answers_at_once_end_the_question_once(placement, leader, host):
    other = HostFactory()
    placements = [placement, PlacementFactory(provider=other.organisation)]
    enquiry = enquiries.ask(placements, by=leader, **ASKED)
    first = enquiry.answers.get(provider=host.organisation)
    second = enquiry.answers.get(provider=other.organisation)

    with meanwhile(enquiries.say_yes, second, by=other) as answered:
        enquiries.say_yes(first, by=host)

    assert answered == [AnswerState.YES]
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.OVER
    assert enquiry.moves.filter(went_to=EnquiryState.OVER).count() == 1


def test_two_questions_at_once_are_counted_one_after_the_other(placement, leader):
    enquiries.ask([placement], by=leader, **ASKED)
    colleague = CareersLeaderFactory(organisation=leader.organisation)

    with meanwhile(enquiries.ask, [placement], by=colleague, **ASKED) as third:
        enquiries.ask([placement], by=leader, **ASKED)

    assert third == ["too_many_open"]
    assert Enquiry.objects.count() == 2


def test_a_double_click_asks_once(placement, leader):
    asked = {**ASKED, "once": uuid4(), "by": leader}

    with meanwhile(enquiries.ask, [placement], **asked) as again:
        enquiries.ask([placement], **asked)

    assert again == [EnquiryState.OPEN]
    assert Enquiry.objects.count() == 1
