from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock, outbox, undelivered
from accounts.models import Message, MessageState, Role
from tests.factories import GivenUpMessageFactory, HeldMessageFactory, HostFactory, NationalFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:messages")


@pytest.fixture
def national(client):
    member = NationalFactory()
    client.force_login(member.user)
    return member


def sent(**facts):
    message = outbox.post("no_account", to="sam@example.org", about="", key=str(facts))
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, **facts)
    return message


def test_the_national_team_sees_how_much_waits_was_sent_failed_and_is_in_doubt():
    now = clock.now()
    outbox.post("no_account", to="one@example.org", about="", due_at=now - timedelta(hours=2))
    outbox.post("no_account", to="two@example.org", about="", due_at=now + timedelta(days=2))
    sent(sent_at=now)
    sent(sent_at=now - timedelta(days=2))
    GivenUpMessageFactory()
    GivenUpMessageFactory.create_batch(2, state=MessageState.UNCERTAIN)
    GivenUpMessageFactory(state=MessageState.PLANNED, due_at=now + timedelta(days=1))

    found = undelivered.figures()

    # What is in doubt is owed as well, until somebody has decided.
    assert (found.due, found.sent_today, found.failing) == (3, 1, 1)
    assert (found.given_up, found.in_doubt) == (1, 2)
    assert found.oldest == now - timedelta(hours=2)


def test_no_count_grows_with_the_nation(client, national, monkeypatch):
    monkeypatch.setattr(undelivered, "MOST", 2)
    GivenUpMessageFactory.create_batch(4)

    assert undelivered.figures().given_up == 3
    assert "more than 2" in client.get(PAGE).content.decode()


def test_what_became_of_the_mail_for_an_address_is_found_however_it_is_typed(client, national):
    GivenUpMessageFactory(email="sam@example.org", last_error="SMTPRecipientsRefused")
    GivenUpMessageFactory(email="kim@example.org")

    page = client.post(PAGE, {"email": " Sam@Example.org "}).content.decode()

    assert "Mail for" in page
    assert "SMTPRecipientsRefused" in page
    assert "kim@example.org" not in page


def test_an_address_is_looked_for_in_no_web_address(client, national):
    page = client.get(PAGE, {"email": "sam@example.org"}).content.decode()

    assert "sam@example.org" not in page


def test_what_was_given_up_is_sent_again(client, national):
    message = GivenUpMessageFactory()

    answer = client.post(reverse("accounts:send-message-again", args=[message.pk]))

    message.refresh_from_db()
    assert answer.url == PAGE
    assert (message.state, message.attempts) == (MessageState.PLANNED, 0)


def test_what_waits_for_an_address_that_works_is_counted_shown_and_sent_again(client, national):
    message = HeldMessageFactory(email="sam@mistyped.invalid")

    page = client.get(PAGE).content.decode()
    client.post(reverse("accounts:send-message-again", args=[message.pk]))

    message.refresh_from_db()
    assert undelivered.figures().held == 0
    assert "sam@mistyped.invalid" in page
    assert "Waits for an address that works" in page
    assert reverse("accounts:came-back") in page
    assert message.state == MessageState.PLANNED


def test_what_nobody_needs_any_more_is_let_be_with_a_reason(client, national):
    message = GivenUpMessageFactory()
    address = reverse("accounts:let-message-be", args=[message.pk])

    without = client.post(address, {"reason": ""})
    client.post(address, {"reason": "They rang us."})

    message.refresh_from_db()
    assert "Enter why it is not sent any more" in without.content.decode()
    assert message.state == MessageState.CANCELLED
    assert (message.let_be_by, message.let_be_because) == (national, "They rang us.")


def test_what_went_in_one_mail_says_so_and_is_decided_at_once(client, national):
    first = GivenUpMessageFactory(state=MessageState.UNCERTAIN)
    GivenUpMessageFactory.create_batch(2, state=MessageState.UNCERTAIN, gathered_into=first.pk)
    GivenUpMessageFactory()
    address = reverse("accounts:let-message-be", args=[first.pk])

    page = client.get(PAGE).content.decode()
    asked = client.get(address).content.decode()
    client.post(address, {"reason": "They rang us."})

    assert page.count("In one mail with") == page.count("2 others") == 3
    assert "2 others went in the same mail" in asked
    assert Message.objects.filter(state=MessageState.CANCELLED).count() == 3


def test_of_one_mail_that_came_back_each_is_decided_by_itself(client, national):
    first = HeldMessageFactory()
    HeldMessageFactory.create_batch(2, gathered_into=first.pk)
    address = reverse("accounts:let-message-be", args=[first.pk])

    asked = client.get(address).content.decode()
    client.post(address, {"reason": "They rang us."})

    assert "in the same mail" not in asked
    assert Message.objects.get(state=MessageState.CANCELLED) == first


def test_what_was_sent_meanwhile_is_not_let_be(client, national):
    message = sent(sent_at=clock.now())

    answer = client.post(reverse("accounts:let-message-be", args=[message.pk]), {"reason": "Oh."})

    assert "Nobody need decide about this message." in answer.content.decode()


def test_who_only_reads_in_the_national_team_decides_nothing(client):
    client.force_login(NationalFactory(role=Role.VIEWER).user)
    message = GivenUpMessageFactory()

    page = client.get(PAGE).content.decode()

    assert message.email in page
    assert "Send again" not in page


def test_nobody_else_sees_what_became_of_messages(client):
    client.force_login(HostFactory().user)

    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("messages", [1, 3])
def test_the_list_costs_the_same_however_long(
    client, national, messages, django_assert_num_queries
):
    GivenUpMessageFactory.create_batch(messages)
    HeldMessageFactory.create_batch(messages)

    # Seven figures and three lists; the others ask who it is.
    with django_assert_num_queries(17):
        client.get(PAGE)
