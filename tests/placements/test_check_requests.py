from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import clock, letters, links
from accounts.models import Message, RiskBand, Role, WorkplaceKind
from brokers import boundaries
from placements import check_notices, check_requests, checklist, checks, guided_checks, tasks
from placements.check_notices import ASSESS
from placements.models import CheckRequest, WorkplaceCheck
from placements.states import BookingState
from placements.words import AskedEnd, CheckBasis, Paper
from tests.factories import (
    BookingFactory,
    BrokerFactory,
    CareersLeaderFactory,
    HostFactory,
    MemberFactory,
    NationalFactory,
    days_ahead,
)
from tests.placements import paper_rules

pytestmark = pytest.mark.django_db

ASSESSOR = "desk@safe-places.example.org"
FOUND = {
    "band": RiskBand.LOW,
    "outcome": "suitable",
    "checked_on": days_ahead(0),
    "valid_until": days_ahead(700),
    "cost_pence": 2500,
}
NO_WORRY = {name: good for name, (good, _) in guided_checks.QUESTIONS.items()}


@pytest.fixture(autouse=True)
def rules():
    paper_rules.begin()


@pytest.fixture
def leader():
    return CareersLeaderFactory()


@pytest.fixture
def booking(leader):
    host = HostFactory()
    return BookingFactory(
        slot__placement__provider=host.organisation,
        slot__placement__workplace__organisation=host.organisation,
        school=leader.organisation,
        asked_by=leader,
        state=BookingState.ACCEPTED,
        places=1,
    )


@pytest.fixture
def placement(booking):
    return booking.slot.placement


@pytest.fixture
def broker(placement):
    broker = BrokerFactory()
    boundaries.found_area(
        "The Marches",
        hub=broker.organisation,
        by=NationalFactory(),
        authorities=[placement.workplace.authority],
    )
    return broker


def ask(placement, by, **facts):
    told = {"assessor": "Safe Places Ltd", "email": ASSESSOR, "wanted_by": days_ahead(20)}
    return check_requests.ask_assessor(placement, by=by, **told | facts)


def link_of(request):
    """The token of a mail to the assessor."""
    letters.write(Message.objects.get(kind="check_asked", subject=str(request.pk)))
    lives = timedelta(days=9)
    return links.make(ASSESS, email=request.email, subject=str(request.pk), lives=lives)


def is_checked(booking):
    (line,) = [line for line in checklist.of(booking) if line.item == Paper.CHECK]
    return line.is_done


def told(kind):
    return [message.email for message in Message.objects.filter(kind=kind)]


def change(workplace, **facts):
    for name, value in facts.items():
        setattr(workplace, name, value)
    workplace.save()


# --- A specialist by a link


def test_an_assessor_writes_by_a_link_what_it_found_and_the_asker_is_told(
    booking, placement, leader
):
    request = ask(placement, leader)
    mail = letters.write(Message.objects.get(kind="check_asked"))
    assert mail.to == ASSESSOR
    assert leader.organisation.name in mail.text

    check_requests.answer(check_requests.opened(link_of(request)), **FOUND)

    check = WorkplaceCheck.objects.get()
    assert (check.assessor, check.basis, check.cost_pence) == (
        "Safe Places Ltd",
        "specialist",
        2500,
    )
    assert check.by_assessor
    assert is_checked(booking)
    request.refresh_from_db()
    assert (request.ended_as, request.check_made) == (AskedEnd.LOOKED, check)
    answer = letters.write(Message.objects.get(kind="check_answered", recipient=leader.user))
    assert "suitable, good until" in answer.text


def test_a_link_serves_for_one_answer_and_looking_changes_nothing(placement, leader):
    request = ask(placement, leader)
    first, second = link_of(request), link_of(request)
    for _ in range(3):
        assert check_requests.opened(first)

    check_requests.answer(check_requests.opened(first), **FOUND)

    assert check_requests.opened(first) is None
    assert check_requests.opened(second) is None


def test_of_two_answers_at_once_the_second_is_too_late(placement, leader, refused):
    request = ask(placement, leader)
    found = check_requests.opened(link_of(request))
    other = check_requests.opened(link_of(request))
    check_requests.cannot(found, words="We are too far away.")

    with refused("link_spent"):
        check_requests.answer(other, **FOUND)
    assert not WorkplaceCheck.objects.exists()


def test_an_assessor_that_cannot_says_why(placement, leader, refused):
    request = ask(placement, leader)
    found = check_requests.opened(link_of(request))
    with refused("invalid"):
        check_requests.cannot(found, words=" ")

    check_requests.cannot(found, words="We are too far away.")

    request.refresh_from_db()
    assert (request.ended_as, request.words) == (AskedEnd.CANNOT, "We are too far away.")
    mail = letters.write(Message.objects.get(kind="check_answered", recipient=leader.user))
    assert "Safe Places Ltd cannot look at" in mail.text


def test_a_refused_answer_does_not_use_the_link_up(placement, leader, refused):
    token = link_of(ask(placement, leader))

    with refused("conditions_missing"):
        check_requests.answer(check_requests.opened(token), **FOUND | {"outcome": "conditions"})

    assert check_requests.opened(token)


def test_what_is_overdue_reminds_the_assessor_and_tells_the_asker(placement, leader):
    request = ask(placement, leader)
    late = Message.objects.get(kind="check_late")
    asker = Message.objects.get(kind="check_unanswered")
    assert (late.email, asker.recipient) == (ASSESSOR, leader.user)
    assert {clock.today() + timedelta(21)} == {one.due_at.date() for one in (late, asker)}
    with clock.as_of(late.due_at):
        assert request.is_overdue
        assert "It has not heard from you yet" in letters.write(late).text
        assert "Safe Places Ltd has not said" in letters.write(asker).text

    check_requests.answer(check_requests.opened(link_of(request)), **FOUND)

    states = Message.objects.filter(kind__in=("check_late", "check_unanswered"))
    assert {message.state for message in states} == {"cancelled"}
    assert not letters.of_kind("check_late").still_holds(late)


def test_what_is_taken_back_ends_its_link(placement, leader, refused):
    request = ask(placement, leader)
    token = link_of(request)
    for stranger in (CareersLeaderFactory(), HostFactory()):
        with pytest.raises(PermissionDenied):
            check_requests.take_back(request, by=stranger)

    check_requests.take_back(request, by=leader)

    assert check_requests.opened(token) is None
    with refused("already_answered"):
        check_requests.take_back(request, by=leader)
    # So they can be asked again.
    assert ask(placement, leader).is_open


def test_one_assessor_is_asked_once_about_a_workplace(placement, leader, refused):
    ask(placement, leader)

    with refused("already_asked"):
        ask(placement, leader, email=ASSESSOR.upper())
    assert ask(placement, leader, email="other@assessors.example.org")


def another_leader(booking):
    """Of another school that goes to the same workplace."""
    leader = CareersLeaderFactory()
    BookingFactory(
        slot=booking.slot,
        school=leader.organisation,
        asked_by=leader,
        state=BookingState.ACCEPTED,
        places=1,
    )
    return leader


def test_what_worries_a_second_school_reaches_the_hub_too(booking, placement, leader, broker):
    """And neither learns that the other has asked."""
    worried = NO_WORRY | {"dangers": True}
    guided_checks.talk_through(placement, NO_WORRY | {"alone": True}, by=leader)
    second = another_leader(booking)

    guided_checks.talk_through(placement, worried, by=second)
    ask(placement, leader)
    ask(placement, second)

    assert {one.note for one in CheckRequest.objects.of_a_desk()} == {
        guided_checks.QUESTIONS[name][1] for name in ("alone", "dangers")
    }
    checks.record(placement, by=broker, basis=CheckBasis.VISIT, **FOUND)
    assert not CheckRequest.objects.open().of_a_desk().exists()
    assert set(told("check_answered")) == {leader.user.email, second.user.email}


def test_a_second_worry_is_added_to_what_the_hub_was_asked(placement, leader, broker, refused):
    alone, dangers = (guided_checks.QUESTIONS[name][1] for name in ("alone", "dangers"))
    asked = check_requests.ask_desk(placement, wanted_by=days_ahead(40), by=leader, note="Heights.")
    seen = days_ahead(90)

    worried = guided_checks.talk_through(
        placement, NO_WORRY | {"alone": True}, by=leader, insurance_seen_until=seen
    )
    guided_checks.talk_through(placement, NO_WORRY | {"alone": True, "dangers": True}, by=leader)

    assert worried == asked
    asked.refresh_from_db()
    lines = [line for line in asked.note.splitlines() if line]
    assert lines[:2] == ["Heights.", alone]
    assert "The insurance certificate was seen" in lines[2]
    assert lines[3:] == [dangers]
    assert asked.wanted_by == days_ahead(14)
    first, late = Message.objects.filter(kind="check_wanted").order_by("due_at")
    assert (first.due_at.date(), late.due_at.date()) == (clock.today(), days_ahead(15))
    mail = letters.write(Message.objects.filter(kind="check_told_more").first())
    assert mail.to == broker.user.email
    assert "has added to what it told you" in mail.text
    assert len(told("check_told_more")) == 2


def test_the_hub_is_not_told_twice_what_it_knows(placement, leader, broker, refused):
    worried = NO_WORRY | {"alone": True}
    guided_checks.talk_through(placement, worried, by=leader)

    with refused("already_asked"):
        guided_checks.talk_through(placement, worried, by=leader)
    with refused("already_asked"):
        check_requests.ask_desk(placement, wanted_by=days_ahead(30), by=leader)
    assert told("check_told_more") == []

    with refused("too_much"):
        check_requests.ask_desk(
            placement, wanted_by=days_ahead(30), by=leader, note="x" * check_requests.LONGEST_NOTE
        )
    checks.record(placement, by=broker, basis=CheckBasis.VISIT, **FOUND)
    again = guided_checks.talk_through(placement, worried, by=leader)
    assert again.note == guided_checks.QUESTIONS["alone"][1]


def test_a_school_tells_its_hub_more_on_the_page(client, placement, leader, broker):
    client.force_login(leader.user)
    typed = {"whom": "hub", "note": "Two of them use chairs."} | day("wanted_by", 20)
    address = page("ask-for-check", placement.pk)
    client.post(address, typed)

    more = client.post(address, typed | {"note": "There is a <ramp>."}, follow=True)

    shown = words(more)
    assert "Two of them use chairs." in shown
    assert "There is a &lt;ramp&gt;." in shown
    assert CheckRequest.objects.count() == 1


def test_an_assessor_that_never_answers_is_waited_for_no_longer_than_its_link(
    placement, leader, broker
):
    request = ask(placement, leader)
    of_the_hub = check_requests.ask_desk(placement, wanted_by=days_ahead(20), by=leader)
    token = link_of(request)
    last = check_notices.last_moment(request)
    with clock.as_of(last - timedelta(minutes=1)):
        tasks.look_at_papers()
        request.refresh_from_db()
        assert request.is_open

    with clock.as_of(last):
        tasks.look_at_papers()

        request.refresh_from_db()
        of_the_hub.refresh_from_db()
        assert (request.ended_as, of_the_hub.is_open) == (AskedEnd.UNANSWERED, True)
        assert check_requests.opened(token) is None
        assert ask(placement, leader, wanted_by=clock.today()).is_open


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"wanted_by": days_ahead(-1)}, "wanted_by"),
        ({"wanted_by": days_ahead(181)}, "wanted_by"),
        ({"assessor": " "}, "nobody_to_answer"),
        ({"email": ""}, "nobody_to_answer"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(placement, leader, refused, facts, code):
    with refused(code):
        ask(placement, leader, **facts)


def test_only_schools_with_a_booking_there_and_its_hub_ask(placement, leader, broker):
    ask(placement, broker, email="other@assessors.example.org")

    reader = MemberFactory(organisation=leader.organisation, role=Role.VIEWER)
    for stranger in (CareersLeaderFactory(), BrokerFactory(), HostFactory(), reader):
        with pytest.raises(PermissionDenied):
            ask(placement, stranger)
        with pytest.raises(PermissionDenied):
            check_requests.ask_desk(placement, wanted_by=days_ahead(9), by=stranger)
    assert CheckRequest.objects.count() == 1


def test_an_assessors_no_stands_against_a_school_and_is_told_to_the_hub(
    placement, leader, broker, refused
):
    request = ask(placement, leader)
    found = check_requests.opened(link_of(request))

    check_requests.answer(found, **FOUND | {"outcome": "unsuitable"})

    facts = {**FOUND, "basis": CheckBasis.SPECIALIST, "by": leader}
    with refused("no_stands"):
        checks.record(placement, **facts)
    mail = letters.write(Message.objects.get(kind="check_unsuitable"))
    assert mail.to == broker.user.email
    assert "Safe Places Ltd looked at" in mail.text
    checks.record(placement, **facts | {"by": broker})
    assert not letters.of_kind("check_unsuitable").still_holds(
        Message.objects.get(kind="check_unsuitable")
    )


def test_a_hubs_no_stands_against_an_assessor_whom_a_school_chose(
    placement, leader, broker, refused
):
    facts = {**FOUND, "basis": CheckBasis.VISIT, "outcome": "unsuitable"}
    checks.record(placement, by=broker, **facts)

    with refused("no_stands"):
        check_requests.answer(check_requests.opened(link_of(ask(placement, leader))), **FOUND)


def test_an_assessor_whom_a_hub_invited_does_not_speak_for_the_hub(placement, broker, refused):
    """G5: what its hub found not suitable, only the hub clears."""
    invited = check_requests.opened(link_of(ask(placement, broker)))
    facts = {**FOUND, "basis": CheckBasis.VISIT, "by": broker}
    checks.record(placement, **facts | {"outcome": "unsuitable"})

    with refused("no_stands"):
        check_requests.answer(invited, **FOUND)

    checks.record(placement, **facts)
    check_requests.answer(invited, **FOUND)
    assert not WorkplaceCheck.objects.latest("pk").is_by_a_desk


def test_no_school_finds_another_assessor_who_says_yes_after_a_no(
    booking, placement, leader, broker, refused
):
    """Whom a school names may be a second address of its own."""
    found = check_requests.opened(link_of(ask(placement, leader)))
    check_requests.answer(found, **FOUND | {"outcome": "unsuitable"})
    another = ask(placement, leader, assessor="Very Safe", email="leader@home.example.org")

    with refused("no_stands"):
        check_requests.answer(check_requests.opened(link_of(another)), **FOUND)
    assert not is_checked(booking)

    invited = ask(placement, broker, email="other@assessors.example.org")
    check_requests.answer(check_requests.opened(link_of(invited)), **FOUND)
    assert is_checked(booking)


# --- The hub


def test_a_school_asks_its_hub_and_the_hubs_check_answers_it(booking, placement, leader, broker):
    request = check_requests.ask_desk(
        placement, wanted_by=days_ahead(9), by=leader, note="It is a dairy."
    )
    mail = letters.write(Message.objects.filter(kind="check_wanted").earliest("due_at"))
    assert mail.to == broker.user.email
    # What was noted is read at the desk.
    assert "dairy" not in mail.text

    checks.record(placement, by=broker, basis=CheckBasis.VISIT, **FOUND)

    request.refresh_from_db()
    assert request.ended_as == AskedEnd.LOOKED
    assert told("check_answered") == [leader.user.email]
    assert is_checked(booking)
    assert not letters.of_kind("check_wanted").still_holds(
        Message.objects.filter(kind="check_wanted").latest("due_at")
    )


def test_a_schools_own_check_leaves_what_the_hub_was_asked(placement, leader, broker):
    request = check_requests.ask_desk(placement, wanted_by=days_ahead(9), by=leader)

    checks.record(placement, by=leader, basis=CheckBasis.CONVERSATION, **FOUND)

    request.refresh_from_db()
    assert request.is_open


def test_a_hub_does_not_ask_itself(placement, broker, refused):
    with refused("nobody_to_answer"):
        check_requests.ask_desk(placement, wanted_by=days_ahead(9), by=broker)


def test_a_school_reads_its_own_requests_and_the_hub_all_of_its_area(placement, leader, broker):
    ours = ask(placement, leader)
    theirs = ask(placement, broker, email="other@assessors.example.org")

    assert list(check_requests.of(placement, by=leader)) == [ours]
    assert set(check_requests.of(placement, by=broker)) == {ours, theirs}


# --- The talk


def test_a_talk_without_a_worry_is_a_check_for_everyday_risks(booking, placement, leader):
    made = guided_checks.talk_through(
        placement, NO_WORRY, by=leader, insurance_seen_until=days_ahead(300)
    )

    assert (made.band, made.basis, made.outcome) == ("low", "conversation", "suitable")
    assert made.insurance_seen_until == days_ahead(300)
    assert is_checked(booking)


@pytest.mark.parametrize("question", guided_checks.QUESTIONS)
def test_any_worry_is_the_hubs(booking, placement, leader, broker, question):
    answers = NO_WORRY | {question: not NO_WORRY[question]}

    made = guided_checks.talk_through(placement, answers, by=leader)

    assert isinstance(made, CheckRequest)
    assert made.note == guided_checks.QUESTIONS[question][1]
    assert told("check_wanted")[0] == broker.user.email
    assert not is_checked(booking)


@pytest.mark.parametrize(
    "facts",
    [
        {"risk_band": RiskBand.HIGHER},
        {"kind": WorkplaceKind.PRIVATE_HOME},
        {"lone_adult": True},
    ],
)
def test_what_the_host_says_of_its_risks_is_a_worry_too(placement, leader, broker, facts):
    change(placement.workplace, **facts)

    assert isinstance(guided_checks.talk_through(placement, NO_WORRY, by=leader), CheckRequest)


# --- Pages


def page(name, *parts):
    return reverse(f"placements:{name}", args=parts)


def day(name, days):
    one = days_ahead(days)
    return {f"{name}_day": one.day, f"{name}_month": one.month, f"{name}_year": one.year}


def words(response):
    return " ".join(response.content.decode().split())


def test_a_school_asks_an_assessor_on_a_page_and_takes_it_back(client, placement, leader):
    client.force_login(leader.user)
    address = page("ask-for-check", placement.pk)
    typed = {"whom": "assessor", "note": "It is a dairy.", **day("wanted_by", 9)}

    assert "Name the assessor" in words(client.post(address, typed))

    typed |= {"assessor": "Safe Places Ltd", "email": ASSESSOR}
    asked = words(client.post(address, typed, follow=True))
    assert "They have been asked" in asked
    assert "Safe Places Ltd" in asked
    assert "It is a dairy." in asked
    again = words(client.post(address, typed))
    assert "You have asked them about this workplace already" in again
    taken = client.post(page("take-check-back", CheckRequest.objects.get().pk), follow=True)
    assert "Taken back." in words(taken)
    assert "Who has been asked" not in words(taken)


def test_a_school_asks_its_hub_on_a_page(client, placement, leader, broker):
    client.force_login(leader.user)

    client.post(page("ask-for-check", placement.pk), {"whom": "hub", **day("wanted_by", 9)})

    assert CheckRequest.objects.of_a_desk().count() == 1


def test_an_assessor_answers_on_a_page_without_an_account(client, booking, placement, leader):
    token = link_of(ask(placement, leader, note="Ask for the yard."))
    address = page("assess", token)
    shown = words(client.get(address))
    assert placement.workplace.address in shown
    assert "Ask for the yard." in shown
    assert "Choose whether it is suitable" in words(client.post(address, {"band": "low"}))

    days = {**day("checked_on", 0), **day("valid_until", 300)}
    thanks = client.post(address, {"band": "low", "outcome": "suitable", "pounds": "25", **days})

    assert "has been told" in words(thanks)
    assert is_checked(booking)
    assert client.get(address).status_code == 410


def test_an_assessor_that_cannot_says_so_on_the_page(client, placement, leader):
    address = page("assess", link_of(ask(placement, leader)))
    assert "Say why not" in words(client.post(address, {"cannot": "yes"}))

    client.post(address, {"cannot": "yes", "words": "Too far."})

    assert CheckRequest.objects.get().ended_as == AskedEnd.CANNOT


def test_neither_a_cache_nor_the_next_site_learns_of_an_assessors_page(client, placement, leader):
    answer = client.get(page("assess", link_of(ask(placement, leader))))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_school_talks_a_workplace_through_on_a_page(client, booking, placement, leader, broker):
    client.force_login(leader.user)
    address = page("talk-through", placement.pk)
    answers = {name: "yes" if good else "no" for name, good in NO_WORRY.items()}

    worried = client.post(address, answers | {"dangers": "yes"}, follow=True)
    assert "We have asked your hub to look at it" in words(worried)
    assert "There are machines" in words(worried)

    assert "You have asked them about this workplace already" in words(
        client.post(address, answers | {"dangers": "yes"})
    )
    calm = client.post(address, answers, follow=True)
    assert "recorded as the check" in words(calm)
    assert is_checked(booking)


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_of_checks_costs_the_same_however_many_requests(
    client, placement, leader, number, django_assert_num_queries
):
    for one in range(number):
        ask(placement, leader, email=f"{one}@assessors.example.org")
    client.force_login(leader.user)
    client.get(page("workplace-check", placement.pk))

    with django_assert_num_queries(8):
        client.get(page("workplace-check", placement.pk))
