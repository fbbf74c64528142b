"""What becomes of one question put to several providers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.models import MemberState, Message, Role, Standing
from placements import enquiries
from placements.models import Enquiry, EnquiryAnswer
from placements.states import AnswerState, EnquiryState, PlacementState
from tests.factories import (
    BrokerFactory,
    CareersLeaderFactory,
    EnquiryFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    days_ahead,
)

pytestmark = pytest.mark.django_db

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


def listed(count):
    """Placements of as many providers, each with somebody who answers."""
    return [PlacementFactory(provider=HostFactory().organisation) for _ in range(count)]


def fresh(row):
    row.refresh_from_db()
    return row.state


def moves(row):
    return [(move.came_from, move.went_to, move.by) for move in row.moves.all()]


def test_each_provider_is_asked_the_same_and_has_seven_days(leader):
    placements = listed(3)

    enquiry = enquiries.ask(
        placements,
        by=leader,
        first_day=days_ahead(30),
        last_day=days_ahead(60),
        adjustments=["step_free"],
        **ASKED,
    )

    assert enquiry.answer_by - enquiry.asked_at == timedelta(days=7)
    assert enquiry.school == leader.organisation
    assert (enquiry.question, enquiry.places, enquiry.year_group) == tuple(ASKED.values())
    assert enquiry.window == (days_ahead(30), days_ahead(60))
    assert enquiry.adjustments == ["step_free"]
    assert set(enquiry.answers.values_list("provider", "state")) == {
        (one.provider_id, AnswerState.ASKED) for one in placements
    }
    assert moves(enquiry) == [("", EnquiryState.OPEN, leader)]


def test_a_provider_of_several_listings_is_asked_once(leader, host):
    mine = PlacementFactory.create_batch(3, provider=host.organisation)

    enquiry = enquiries.ask([*mine, *listed(1)], by=leader, **ASKED)

    assert enquiry.answers.count() == 2
    assert set(enquiry.answers.get(provider=host.organisation).placements.all()) == set(mine)
    assert Message.objects.filter(kind="enquiry_asked", email=host.user.email).count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"question": "  "}, "no_question"),
        ({"question": "x" * 1001}, "invalid"),
        ({"places": 0}, "no_places"),
        ({"places": 1001}, "no_places"),
        ({"year_group": 6}, "not_suitable_year_group"),
        ({"adjustments": ["magic"]}, "invalid"),
        ({"first_day": days_ahead(9)}, "window"),
        ({"last_day": days_ahead(9)}, "window"),
        ({"first_day": days_ahead(9), "last_day": days_ahead(8)}, "window"),
        ({"first_day": days_ahead(-9), "last_day": days_ahead(0)}, "window"),
        ({"first_day": days_ahead(-1), "last_day": days_ahead(9)}, "first_day"),
    ],
)
def test_a_question_that_makes_no_sense_is_not_sent(leader, placement, refused, wrong, code):
    with refused(code):
        enquiries.ask([placement], by=leader, **ASKED | wrong)

    assert not Enquiry.objects.exists()
    assert not Message.objects.exists()


def test_somebody_must_be_asked_and_no_more_than_six_placements(leader, refused):
    with refused("nothing_chosen"):
        enquiries.ask([], by=leader, **ASKED)
    with refused("too_many"):
        enquiries.ask(listed(7), by=leader, **ASKED)

    assert enquiries.ask(listed(6), by=leader, **ASKED).answers.count() == 6


@pytest.mark.parametrize("state", [PlacementState.PAUSED, PlacementState.DRAFT])
def test_only_what_is_offered_can_be_asked_about(leader, placement, refused, state):
    gone = PlacementFactory(provider=HostFactory().organisation, state=state)

    with refused("not_published"):
        enquiries.ask([placement, gone], by=leader, **ASKED)

    assert not Enquiry.objects.exists()


def test_a_provider_where_nobody_could_answer_is_not_asked(leader, refused):
    placement = PlacementFactory()
    HostFactory(organisation=placement.provider, role=Role.VIEWER)

    with refused("nobody_to_answer"):
        enquiries.ask([placement], by=leader, **ASKED)


def test_a_school_has_at_most_two_questions_open_at_a_provider(leader, placement, refused):
    first, _ = (enquiries.ask([placement], by=leader, **ASKED) for _ in range(2))
    colleague = CareersLeaderFactory(organisation=leader.organisation)

    with refused("too_many_open"):
        enquiries.ask([placement, *listed(1)], by=colleague, **ASKED)
    enquiries.ask([placement], by=CareersLeaderFactory(), **ASKED)
    enquiries.close(first, by=leader)

    assert enquiries.ask([placement], by=colleague, **ASKED).is_open


def test_the_same_form_sent_twice_asks_once(leader, placement, refused):
    once = uuid4()

    first, second = (enquiries.ask([placement], by=leader, once=once, **ASKED) for _ in range(2))

    assert first == second
    assert Enquiry.objects.count() == 1
    with refused("key_reused"):
        enquiries.ask([placement], by=CareersLeaderFactory(), once=once, **ASKED)


@pytest.mark.parametrize(
    "stranger",
    [
        HostFactory,
        BrokerFactory,
        lambda: CareersLeaderFactory(role=Role.VIEWER),
        lambda: CareersLeaderFactory(state=MemberState.PENDING),
        lambda: CareersLeaderFactory(organisation__standing=Standing.UNVERIFIED),
        lambda: CareersLeaderFactory(
            organisation__standing=Standing.SUSPENDED, organisation__suspended_at=clock.now()
        ),
    ],
)
def test_only_those_who_act_for_a_school_in_good_standing_ask(placement, stranger):
    with pytest.raises(PermissionDenied):
        enquiries.ask([placement], by=stranger(), **ASKED)


def test_a_yes_may_name_dates(answer, host, placement):
    slot = SlotFactory(placement=placement)

    said = enquiries.say_yes(answer, by=host, note=" Gladly. ", placement=placement, slot=slot)

    assert fresh(answer) == AnswerState.YES
    assert (answer.note, answer.placement, answer.slot) == ("Gladly.", placement, slot)
    assert (answer.answered_by, said.offers_dates_to_come) == (host, True)
    assert moves(answer)[-1] == (AnswerState.ASKED, AnswerState.YES, host)


def test_a_yes_may_name_nothing(answer, host):
    enquiries.say_yes(answer, by=host)

    assert fresh(answer) == AnswerState.YES
    assert (answer.placement, answer.slot, answer.note) == (None, None, "")


def test_a_no_says_why(answer, host, refused):
    with refused("invalid"):
        enquiries.say_no(answer, reason="because", by=host)
    with refused("invalid"):
        enquiries.say_no(answer, reason="other", by=host)

    enquiries.say_no(answer, reason="no_capacity", comment="Try May.", by=host)

    assert fresh(answer) == AnswerState.NO
    assert (answer.reason, answer.note) == ("no_capacity", "Try May.")
    move = answer.moves.last()
    assert (move.reason, move.comment) == ("no_capacity", "Try May.")


def test_what_is_offered_is_ones_own_and_still_to_be_had(answer, host, placement, refused):
    theirs = PlacementFactory()
    paused = PlacementFactory(provider=host.organisation, state=PlacementState.PAUSED)
    elsewhere = SlotFactory()
    full = SlotFactory(placement=placement, places=1, taken=1)

    for offer, code in [
        ({"placement": theirs}, "not_published"),
        ({"placement": paused}, "not_published"),
        ({"placement": placement, "slot": elsewhere}, "invalid"),
        ({"slot": full}, "invalid"),
        ({"placement": placement, "slot": full}, "not_open"),
    ]:
        with refused(code):
            enquiries.say_yes(answer, by=host, **offer)
    assert fresh(answer) == AnswerState.ASKED


def test_an_answer_is_given_once(answer, host, refused):
    enquiries.say_yes(answer, by=host)

    with refused("already_answered"):
        enquiries.say_no(answer, reason="no_capacity", by=host)
    with refused("already_answered"):
        enquiries.say_yes(answer, by=host)
    assert fresh(answer) == AnswerState.YES


@pytest.mark.parametrize(
    "stranger",
    [
        lambda host, leader: leader,
        lambda host, leader: HostFactory(),
        lambda host, leader: BrokerFactory(),
        lambda host, leader: HostFactory(organisation=host.organisation, role=Role.VIEWER),
        lambda host, leader: HostFactory(organisation=host.organisation, state=MemberState.LEFT),
    ],
)
def test_only_those_who_act_for_the_provider_answer(answer, host, leader, stranger):
    other = stranger(host, leader)

    with pytest.raises(PermissionDenied):
        enquiries.say_yes(answer, by=other)
    with pytest.raises(PermissionDenied):
        enquiries.say_no(answer, reason="no_capacity", by=other)
    assert fresh(answer) == AnswerState.ASKED


@pytest.mark.parametrize("suspended", ["school", "provider"])
def test_nothing_begins_while_a_side_is_suspended(answer, host, refused, suspended):
    side = answer.enquiry.school if suspended == "school" else answer.provider
    side.standing, side.suspended_at = Standing.SUSPENDED, clock.now()
    side.save()

    with refused("suspended"):
        enquiries.say_yes(answer, by=host)
    enquiries.say_no(answer, reason="no_capacity", by=host)


def test_when_the_last_has_answered_nothing_more_is_waited_for(leader):
    placements = listed(2)
    enquiry = enquiries.ask(placements, by=leader, **ASKED)
    first, second = enquiry.answers.all()

    enquiries.say_yes(first, by=first.provider.members.get())
    assert fresh(enquiry) == EnquiryState.OPEN
    enquiries.say_no(second, reason="no_capacity", by=second.provider.members.get())

    assert fresh(enquiry) == EnquiryState.OVER
    assert moves(enquiry)[-1] == (EnquiryState.OPEN, EnquiryState.OVER, None)


def test_after_seven_days_what_nobody_answered_lapses_by_itself(leader, refused):
    enquiry = enquiries.ask(listed(2), by=leader, **ASKED)
    said, silent = enquiry.answers.all()
    enquiries.say_yes(said, by=said.provider.members.get())

    with clock.as_of(enquiry.answer_by - timedelta(minutes=1)):
        assert enquiries.lapse_unanswered() == 0
    with clock.as_of(enquiry.answer_by):
        with refused("lapsed"):
            enquiries.say_yes(silent, by=silent.provider.members.get())
        assert enquiries.lapse_unanswered() == 1
        assert enquiries.lapse_unanswered() == 0
        with refused("lapsed"):
            enquiries.say_yes(silent, by=silent.provider.members.get())

    assert (fresh(enquiry), fresh(said), fresh(silent)) == (
        EnquiryState.OVER,
        AnswerState.YES,
        AnswerState.LAPSED,
    )
    assert moves(silent)[-1] == (AnswerState.ASKED, AnswerState.LAPSED, None)


def test_a_school_that_has_decided_closes_its_question(leader, refused):
    enquiry = enquiries.ask(listed(3), by=leader, **ASKED)
    yes, no, silent = enquiry.answers.all()
    enquiries.say_yes(yes, by=yes.provider.members.get())
    enquiries.say_no(no, reason="no_capacity", by=no.provider.members.get())

    enquiries.close(enquiry, by=leader)

    assert fresh(enquiry) == EnquiryState.CLOSED
    assert [fresh(one) for one in (yes, no, silent)] == [
        AnswerState.YES,
        AnswerState.NO,
        AnswerState.WITHDRAWN,
    ]
    with refused("ended"):
        enquiries.say_yes(silent, by=silent.provider.members.get())
    with refused("move_not_allowed"):
        enquiries.close(enquiry, by=leader)


def test_a_question_whose_time_is_up_can_be_closed(answer, leader):
    with clock.as_of(answer.enquiry.answer_by):
        enquiries.lapse_unanswered()

        assert enquiries.close(answer.enquiry, by=leader).is_closed


def test_only_the_school_closes_its_question(answer, host, leader):
    viewer = CareersLeaderFactory(organisation=leader.organisation, role=Role.VIEWER)

    for other in (host, viewer, CareersLeaderFactory()):
        with pytest.raises(PermissionDenied):
            enquiries.close(answer.enquiry, by=other)


def test_each_side_sees_its_own(answer, leader, host):
    other = enquiries.ask(listed(1), by=CareersLeaderFactory(), **ASKED)

    (mine,) = Enquiry.objects.visible_to(leader)
    assert list(mine.answers.all()) == [answer]
    assert list(Enquiry.objects.visible_to(host)) == []
    assert list(EnquiryAnswer.objects.asked_of(host)) == [answer]
    assert list(EnquiryAnswer.objects.asked_of(leader)) == []
    assert other.answers.get() not in EnquiryAnswer.objects.asked_of(host)


def test_there_is_something_to_decide_from_the_first_yes_until_it_is_closed(answer, leader, host):
    def waiting():
        return Enquiry.objects.visible_to(leader).to_decide().count()

    assert waiting() == 0
    enquiries.say_yes(answer, by=host)
    assert waiting() == 1
    with clock.as_of(answer.enquiry.answer_by + timedelta(days=31)):
        assert waiting() == 0
    enquiries.close(answer.enquiry, by=leader)
    assert waiting() == 0


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("an_enquiry_asks_something", {"question": ""}),
        ("an_enquiry_is_for_some_places", {"places": 0}),
        ("enquiry_year_group_is_known", {"year_group": 14}),
        ("enquiry_state_is_known", {"state": "perhaps"}),
        ("the_window_of_an_enquiry_is_in_order", {"last_day": days_ahead(3)}),
        ("an_enquiry_leaves_time_to_answer", {"answer_by": clock.now() - timedelta(days=1)}),
    ],
)
def test_the_database_holds_an_enquiry_to_its_rules(rule, wrong):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        EnquiryFactory(**wrong)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("answer_state_is_known", {"state": "perhaps"}),
        ("what_is_answered_says_when_and_by_whom", {"state": AnswerState.YES}),
        ("a_no_says_why", {"state": AnswerState.NO, "answered_at": clock.now()}),
        ("offered_dates_are_of_an_offered_placement", {"slot": SlotFactory}),
    ],
)
def test_the_database_holds_an_answer_to_its_rules(answer, host, rule, wrong):
    made = {name: value() if callable(value) else value for name, value in wrong.items()}
    if rule == "a_no_says_why":
        made["answered_by"] = host

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        EnquiryAnswer.objects.filter(pk=answer.pk).update(**made)


def test_the_database_asks_a_provider_once(answer):
    with pytest.raises(IntegrityError, match="a_provider_is_asked_once"), transaction.atomic():
        EnquiryAnswer.objects.create(enquiry=answer.enquiry, provider=answer.provider)
