import time
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts import bell, clock, outbox, tasks
from accounts.models import MemberState, Message, MessageState, Role
from marketplace.celery import app
from tests.factories import EmployerFactory, HostFactory, NationalFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_message_is_owed_to_a_person_about_a_subject():
    person, employer = UserFactory(), EmployerFactory()

    message = outbox.post("note", to=person, about=employer)

    assert message.recipient == person
    assert message.email == person.email
    assert message.subject == str(employer.pk)
    assert message.state == MessageState.PLANNED


def test_somebody_without_an_account_is_owed_one_by_address():
    message = outbox.post("note", to="new@example.org", about="abc")

    assert (message.recipient, message.email, message.subject) == (None, "new@example.org", "abc")


def test_what_is_said_twice_is_owed_once():
    person = UserFactory()

    first = outbox.post("note", to=person, about="abc")
    second = outbox.post("note", to=person, about="abc")

    assert first == second
    assert Message.objects.count() == 1


def test_a_key_tells_two_occasions_apart():
    person = UserFactory()

    outbox.post("note", to=person, about="abc", key="monday")
    outbox.post("note", to=person, about="abc", key="tuesday")

    assert Message.objects.count() == 2


def test_an_address_of_any_length_is_told_apart():
    longest = "a" * 64 + "@" + "b" * 180 + ".org"

    outbox.post("note", to=longest, about="abc")
    outbox.post("note", to=longest, about="abc")
    outbox.post("note", to="c" + longest[1:], about="abc")

    assert Message.objects.count() == 2


def test_nothing_is_owed_for_a_change_that_was_rolled_back():
    with transaction.atomic():
        outbox.post("note", to="new@example.org", about="abc")
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_an_organisation_hears_through_everybody_who_works_for_it():
    lead = HostFactory()
    ours = lead.organisation
    colleague = HostFactory(organisation=ours, role=Role.COLLEAGUE)
    HostFactory(organisation=ours, role=Role.VIEWER)
    HostFactory(organisation=ours, state=MemberState.LEFT)
    HostFactory(organisation=ours, state=MemberState.PENDING)
    HostFactory(organisation=ours, user__is_active=False)
    HostFactory()

    count = outbox.post_to("note", organisation=ours, about=ours)

    assert count == 2
    assert set(Message.objects.values_list("recipient", flat=True)) == {
        lead.user_id,
        colleague.user_id,
    }


def test_what_is_planned_can_be_taken_back_and_what_was_sent_cannot():
    planned = outbox.post("note", to="one@example.org", about="abc")
    sent = outbox.post("note", to="two@example.org", about="abc")
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT, sent_at=clock.now())

    count = outbox.unsay("note", about="abc")

    planned.refresh_from_db()
    sent.refresh_from_db()
    assert count == 1
    assert planned.state == MessageState.CANCELLED
    assert sent.state == MessageState.SENT


def test_what_was_taken_back_is_owed_again_when_it_becomes_true_again():
    message = outbox.post("note", to="one@example.org", about="abc")
    outbox.unsay("note", about="abc")
    tomorrow = clock.now() + timedelta(days=1)

    again = outbox.post("note", to="one@example.org", about="abc", due_at=tomorrow)

    assert again.pk == message.pk
    assert again.state == MessageState.PLANNED
    assert again.due_at == tomorrow


def test_what_is_owed_again_has_all_its_attempts_again():
    message = outbox.post("note", to="one@example.org", about="abc")
    Message.objects.filter(pk=message.pk).update(
        attempts=8, next_attempt_at=clock.now() + timedelta(days=1), last_error="refused"
    )
    outbox.unsay("note", about="abc")

    again = outbox.post("note", to="one@example.org", about="abc")

    assert (again.state, again.attempts) == (MessageState.PLANNED, 0)
    assert (again.next_attempt_at, again.last_error) == (None, "")


def test_what_is_planned_can_be_moved_to_another_time():
    message = outbox.post("note", to="one@example.org", about="abc")
    tomorrow = clock.now() + timedelta(days=1)

    outbox.replan("note", about="abc", due_at=tomorrow)

    message.refresh_from_db()
    assert message.due_at == tomorrow


def test_the_bell_rings_on_commit_for_what_is_due_and_for_nothing_else(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks() as bells:
        outbox.post("note", to="one@example.org", about="abc")
        outbox.post(
            "later", to="one@example.org", about="abc", due_at=clock.now() + timedelta(days=1)
        )

    assert len(bells) == 1


@pytest.fixture
def nobody_hears(monkeypatch):
    """Celery as it is while there is no server behind the address."""
    bell._forget()
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///nowhere/valkey.sock")


def test_a_request_goes_on_at_once_when_nobody_hears_the_bell(
    nobody_hears, django_capture_on_commit_callbacks
):
    began = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        message = outbox.post("note", to="one@example.org", about="abc")

    message.refresh_from_db()
    assert message.state == MessageState.PLANNED
    # Retrying the bell would take minutes.
    assert time.monotonic() - began < 20


def left_to_a_person(**facts):
    message = outbox.post("note", to="one@example.org", about="abc")
    Message.objects.filter(pk=message.pk).update(attempts=8, **facts)
    return message


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNCERTAIN])
def test_the_national_team_has_what_was_left_to_it_sent_again_or_lets_it_be(state):
    national, message = NationalFactory(), left_to_a_person(state=state)

    again = outbox.try_again(message, by=national)
    Message.objects.filter(pk=message.pk).update(state=state)
    let_be = outbox.let_be(message, by=national, reason="They rang us.")

    assert (again.state, again.attempts) == (MessageState.PLANNED, 0)
    assert let_be.state == MessageState.CANCELLED
    assert (let_be.let_be_by, let_be.let_be_because) == (national, "They rang us.")


def test_what_was_let_be_is_not_owed_again():
    message = left_to_a_person(state=MessageState.FAILED)
    outbox.let_be(message, by=NationalFactory(), reason="They rang us.")

    again = outbox.post("note", to="one@example.org", about="abc")

    assert (again.pk, again.state) == (message.pk, MessageState.CANCELLED)


@pytest.mark.parametrize("verb", [outbox.try_again, partial(outbox.let_be, reason="Why not?")])
def test_what_is_on_its_way_is_nobodys_to_decide(refused, verb):
    with refused("move_not_allowed"):
        verb(outbox.post("note", to="one@example.org", about="abc"), by=NationalFactory())
    with refused("move_not_allowed"):
        verb(
            left_to_a_person(state=MessageState.UNCERTAIN, next_attempt_at=clock.now()),
            by=NationalFactory(),
        )


@pytest.mark.parametrize("verb", [outbox.try_again, partial(outbox.let_be, reason="Why not?")])
def test_nobody_else_decides_about_messages(verb):
    with pytest.raises(PermissionDenied):
        verb(left_to_a_person(state=MessageState.FAILED), by=HostFactory())


def test_the_console_has_messages_sent_again(client):
    national, message = NationalFactory(user__is_staff=True), left_to_a_person(state="failed")
    client.force_login(national.user)

    client.post(
        reverse("admin:accounts_message_changelist"),
        {"action": "try_again", "_selected_action": [message.pk]},
    )

    message.refresh_from_db()
    assert message.state == MessageState.PLANNED


@pytest.mark.django_db(transaction=True)
def test_what_is_owed_is_written_though_the_bell_is_broken(note, monkeypatch):
    def is_broken(*_, **__):
        raise KeyError("no such transport")

    monkeypatch.setattr(tasks.deliver_message, "apply_async", is_broken)
    bell._forget()

    message = outbox.post("note", to="sam@example.org", about="abc")

    assert Message.objects.get().pk == message.pk
