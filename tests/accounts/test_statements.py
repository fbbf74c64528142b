import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts import outbox
from accounts.models import Message, MessageState, Wording
from accounts.statements import Change, Question
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def tried(pk, moment):
    return Message.objects.filter(pk=pk), {"attempts": F("attempts") + 1, "next_attempt_at": moment}


TRIED = Change(tried, pk=uuid.UUID, moment=type(timezone.now()))
FOUND_TRIED = Question(lambda: Message.objects.select_related("recipient"), after=TRIED)


@pytest.fixture
def message(note):
    return outbox.post("note", to=UserFactory(), about="abc")


def test_a_change_says_how_many_rows_it_changed_and_reaches_no_other(message, note):
    other = outbox.post("note", to=UserFactory(), about="abc")
    soon = timezone.now() + timedelta(minutes=1)

    assert [TRIED.make(pk=pk, moment=soon) for pk in (message.pk, uuid.uuid4())] == [1, 0]
    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.attempts, message.next_attempt_at) == (1, soon)
    assert (other.attempts, other.next_attempt_at) == (0, None)


def test_a_question_after_a_change_is_asked_of_what_was_changed_as_it_is_now(
    message, django_assert_num_queries
):
    outbox.post("note", to=UserFactory(), about="abc")

    with django_assert_num_queries(1):
        found = FOUND_TRIED.first(pk=message.pk, moment=timezone.now())
        assert found.recipient.email == message.email

    assert (found.pk, found.attempts) == (message.pk, 1)
    assert FOUND_TRIED.first(pk=uuid.uuid4(), moment=timezone.now()) is None


def test_it_finds_somebody_without_an_account_too(note):
    message = outbox.post("note", to="sam@example.org", about="abc")

    found = FOUND_TRIED.first(pk=message.pk, moment=timezone.now())

    assert (found.email, found.recipient) == ("sam@example.org", None)


def test_what_is_asked_for_in_an_order_is_found_in_it():
    newest = Question(Wording.objects.of_kind, kind=str)
    by = MemberFactory()
    for number in (1, 3, 2):
        Wording.objects.create(
            kind="note", number=number, text="Hi", because="So", by=by, at=timezone.now()
        )

    assert newest.first(kind="note").number == 3


def test_a_statement_is_planned_once_on_a_connection(message):
    kept = [TRIED.make(pk=message.pk, moment=timezone.now()) for _ in range(3)]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['UPDATE "accounts_message" SET "attempts"%'],
        )
        assert (kept, cursor.fetchone()) == ([1, 1, 1], (1,))


def test_a_change_keeps_to_the_columns_that_it_is_given(message):
    TRIED.make(pk=message.pk, moment=timezone.now())

    message.refresh_from_db()
    assert message.state == MessageState.PLANNED


def test_whatever_value_comes_an_index_on_some_of_the_rows_serves():
    held_for = Question(lambda reader: Message.objects.held().filter(recipient=reader), reader=int)
    held_for.first(reader=1)

    with connection.cursor() as cursor:
        # As after some runs, by a plan for any value; and as where there are many rows.
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%''held''%'")
        [[name]] = cursor.fetchall()
        cursor.execute(f"EXPLAIN EXECUTE {name}(1)")
        assert "message_held_" in str(cursor.fetchall())


def test_what_never_changes_may_hold_any_sign(message):
    strange = "100 % of %(kind)s, 'so' \\ they say"
    Message.objects.filter(pk=message.pk).update(last_error=strange)
    said = Question(lambda kind: Message.objects.filter(kind=kind, last_error=strange), kind=str)

    assert said.first(kind="note").pk == message.pk
    assert said.first(kind="another") is None


@pytest.mark.django_db(transaction=True)
def test_the_first_of_a_request_finds_another_connection_where_the_server_ended_its_own(
    message, monkeypatch
):
    monkeypatch.setattr(connection, "close_at", None)
    ended = connection.connection.info.backend_pid
    elsewhere = connection.copy()
    with elsewhere.cursor() as cursor:
        # It waits until it is gone.
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
    elsewhere.close()
    # As the next request begins.
    connection.close_if_unusable_or_obsolete()

    assert TRIED.make(pk=message.pk, moment=timezone.now()) == 1
    assert connection.connection.info.backend_pid != ended
