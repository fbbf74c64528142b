"""Answering a school's question from the link in its mail."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock, letters
from accounts.models import MemberState, Message, OneTimeLink, Role
from placements import enquiries
from placements.states import AnswerState
from tests.factories import CareersLeaderFactory, HostFactory, PlacementFactory, SlotFactory

pytestmark = pytest.mark.django_db

YES = {"answer": "yes", "yes-offer": "any", "yes-note": "Gladly."}
NO = {"answer": "no", "decline-reason": "no_capacity"}


@pytest.fixture
def host():
    return HostFactory()


@pytest.fixture
def placement(host):
    return PlacementFactory(provider=host.organisation)


@pytest.fixture
def answer(placement):
    leader = CareersLeaderFactory()
    enquiry = enquiries.ask(
        [placement], by=leader, question="Can you take a group?", places=4, year_group=10
    )
    return enquiry.answers.get()


@pytest.fixture
def link(host, answer):
    return link_of(host)


def link_of(host):
    """The address in the mail of one who works there."""
    message = Message.objects.get(kind="enquiry_asked", email=host.user.email)
    return re.search(r"http://testserver(/enquiries/answer/\S+)", letters.write(message).text)[1]


def state(answer):
    answer.refresh_from_db()
    return answer.state


def test_looking_at_the_link_changes_nothing(client, answer, link):
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "Can you take a group?" in page.content.decode()

    assert state(answer) == AnswerState.ASKED
    assert OneTimeLink.objects.live().count() == 1


def test_one_button_says_yes_in_the_readers_name(client, host, answer, link):
    response = client.post(link, YES, follow=True)

    assert "You have said that you can help." in response.content.decode()
    assert (state(answer), answer.note, answer.answered_by) == (AnswerState.YES, "Gladly.", host)


def test_a_yes_may_point_to_dates_or_to_a_placement(client, answer, link, placement):
    slot = SlotFactory(placement=placement)
    full = SlotFactory(placement=placement, places=1, taken=1)
    page = client.get(link).content.decode()
    assert f'value="{slot.pk}"' in page
    assert f'value="{placement.pk}"' in page
    assert f'value="{full.pk}"' not in page

    client.post(link, YES | {"yes-offer": str(slot.pk)})

    assert (state(answer), answer.slot, answer.placement) == (AnswerState.YES, slot, placement)


def test_only_dates_within_the_wanted_window_are_offered(client, answer, link, placement):
    inside = SlotFactory(placement=placement)
    outside = SlotFactory(placement=placement, starts_on=inside.starts_on + timedelta(days=90))
    enquiry = answer.enquiry
    enquiry.first_day, enquiry.last_day = inside.ends_on, inside.ends_on + timedelta(days=9)
    enquiry.save()

    page = client.get(link).content.decode()

    assert f'value="{inside.pk}"' in page
    assert f'value="{outside.pk}"' not in page


def test_the_other_button_says_no_because(client, answer, link):
    client.post(link, NO | {"decline-comment": "Try May."})

    assert (state(answer), answer.reason, answer.note) == (
        AnswerState.NO,
        "no_capacity",
        "Try May.",
    )


def test_a_link_works_once(client, answer, link):
    client.post(link, YES)

    assert client.get(link).status_code == 410
    assert client.post(link, NO).status_code == 410
    assert state(answer) == AnswerState.YES


def test_each_reader_has_a_link_of_their_own_and_the_first_answer_counts(client, host, placement):
    colleague = HostFactory(organisation=host.organisation)
    enquiry = enquiries.ask(
        [placement], by=CareersLeaderFactory(), question="Can you?", places=1, year_group=10
    )
    first, second = link_of(host), link_of(colleague)
    assert first != second

    client.post(second, NO)

    assert client.post(first, YES).status_code == 410
    answer = enquiry.answers.get()
    assert (answer.state, answer.answered_by) == (AnswerState.NO, colleague)


@pytest.mark.parametrize(
    "wrong",
    [
        YES | {"yes-offer": "something"},
        YES | {"yes-offer": ""},
        YES | {"yes-note": "x" * 501},
        NO | {"decline-reason": "because"},
        NO | {"decline-reason": "other"},
        NO | {"decline-comment": "x" * 501},
        {},
        {"answer": "perhaps"},
    ],
)
def test_a_wrong_answer_does_not_use_the_link_up(client, answer, link, wrong):
    assert client.post(link, wrong).status_code == 200

    assert state(answer) == AnswerState.ASKED
    assert client.get(link).status_code == 200


def test_dates_that_were_taken_since_the_page_was_shown_are_refused(
    client, answer, link, placement
):
    slot = SlotFactory(placement=placement, places=1)
    assert f'value="{slot.pk}"' in client.get(link).content.decode()
    slot.taken = 1
    slot.save()

    page = client.post(link, YES | {"yes-offer": str(slot.pk)}).content.decode()

    assert 'href="#id_yes-offer"' in page
    assert state(answer) == AnswerState.ASKED


def test_an_invented_or_run_out_link_opens_nothing(client, answer, link):
    invented = reverse("placements:answer-enquiry-by-link", args=["invented"])
    assert client.get(invented).status_code == 410

    with clock.as_of(answer.enquiry.answer_by):
        assert client.get(link).status_code == 410
        assert client.post(link, YES).status_code == 410
    assert state(answer) == AnswerState.ASKED


def test_a_question_that_was_closed_cannot_be_answered(client, answer, link):
    enquiries.close(answer.enquiry, by=answer.enquiry.asked_by)

    assert client.post(link, YES).status_code == 410
    assert state(answer) == AnswerState.WITHDRAWN


@pytest.mark.parametrize("change", [{"state": MemberState.LEFT}, {"role": Role.VIEWER}])
def test_the_link_of_somebody_who_may_not_answer_any_more_answers_nothing(
    client, host, answer, link, change
):
    for name, value in change.items():
        setattr(host, name, value)
    host.save(update_fields=list(change))

    assert client.post(link, YES).status_code in (403, 410)
    assert state(answer) == AnswerState.ASKED


def test_the_page_of_the_link_tells_no_person_at_the_school(client, answer, link):
    shown = client.get(link).content.decode()

    asker = answer.enquiry.asked_by.user
    assert asker.email not in shown
    assert asker.name not in shown


def test_a_stranger_to_the_sign_in_sees_what_is_next(client):
    assert client.get(reverse("placements:answered-enquiry")).status_code == 200
