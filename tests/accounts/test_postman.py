import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import clock, leases, outbox, postman, transports
from accounts.models import Message, MessageState, SentMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class Recording(transports.DemonstrationTransport):
    """A transport whose faults a test decides: what it raises, what it knows."""

    repeats_when_unsure = False
    refusals = (ConnectionRefusedError,)
    raises: Exception | None = None
    answers: bool | None = False
    sent: list[str] = []
    asked: list[str] = []

    def send(self, reference, mail):
        self.sent.append(reference)
        if self.raises:
            raise self.raises
        return "known-as-7"

    def was_sent(self, reference):
        self.asked.append(reference)
        return self.answers


class Repeating(Recording):
    """One that cannot be asked, and whose promise is never to lose anything."""

    can_be_asked = False
    repeats_when_unsure = True
    answers = None


@pytest.fixture
def transport(settings):
    return use(settings, Recording)


def use(settings, kind):
    settings.MAIL_TRANSPORT = f"{__name__}.{kind.__name__}"
    transports._named.cache_clear()
    chosen = transports.chosen()
    chosen.sent, chosen.asked = [], []
    return chosen


def owed(kind="note", **more):
    return outbox.post(kind, to=UserFactory(), about="abc", **more)


def found_as(message, **fields):
    Message.objects.filter(pk=message.pk).update(**fields)


def died_with_it(message, **more):
    found_as(
        message,
        state=MessageState.CLAIMED,
        lease_token=uuid.uuid4(),
        lease_until=timezone.now() - timedelta(seconds=1),
        attempts=1,
        **more,
    )


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_a_message_is_sent_once_however_often_it_is_delivered(note):
    message = owed()

    assert [postman.deliver(str(message.pk)) for _ in range(3)] == [True, False, False]
    assert SentMail.objects.count() == 1
    assert state_of(message) == MessageState.SENT


def test_what_was_sent_says_when_and_what_the_other_side_calls_it(note, transport):
    message = owed()

    postman.deliver_due()

    message.refresh_from_db()
    assert transport.sent == [str(message.pk)]
    assert message.provider_id == "known-as-7"
    assert message.sent_at
    assert message.lease_token is None


def test_nothing_is_sent_before_it_is_due(note):
    message = owed(due_at=clock.now() + timedelta(hours=1))

    assert postman.deliver_due() == 0
    assert state_of(message) == MessageState.PLANNED


def test_when_the_business_clock_moves_on_what_fell_due_is_sent(note):
    message = owed(due_at=clock.now() + timedelta(days=8))

    with clock.as_of(clock.now() + timedelta(days=8, minutes=1)):
        assert postman.deliver_due() == 1

    assert state_of(message) == MessageState.SENT


def test_a_message_is_claimed_before_it_is_sent_and_the_claim_can_be_seen(note, settings):
    class Looking(Recording):
        def send(self, reference, mail):
            self.found = Message.objects.get(pk=reference).state
            return ""

    globals()["Looking"] = Looking
    chosen = use(settings, Looking)
    owed()

    postman.deliver_due()

    assert chosen.found == MessageState.CLAIMED


def test_what_somebody_else_holds_is_left_to_them(note, transport):
    message = owed()
    found_as(
        message,
        state=MessageState.CLAIMED,
        lease_token=uuid.uuid4(),
        lease_until=timezone.now() + timedelta(seconds=30),
    )

    assert postman.deliver_due() == 0
    assert transport.sent == []


def test_when_somebody_died_with_a_message_the_transport_is_asked_first(note, transport):
    message = owed()
    died_with_it(message)

    postman.deliver_due()

    assert transport.asked == transport.sent == [str(message.pk)]
    assert state_of(message) == MessageState.SENT


def test_what_went_before_its_sender_died_does_not_go_again(note, transport):
    message = owed()
    died_with_it(message)
    transport.answers = True

    postman.deliver_due()

    assert transport.sent == []
    assert state_of(message) == MessageState.SENT


def test_what_nobody_can_say_waits_for_a_person(note, transport):
    message = owed()
    died_with_it(message)
    transport.answers = None

    assert [postman.deliver_due() for _ in range(2)] == [1, 0]
    assert transport.sent == []
    assert state_of(message) == MessageState.UNCERTAIN


def test_a_transport_that_cannot_be_asked_repeats_rather_than_loses(note, settings):
    chosen = use(settings, Repeating)
    message = owed()
    died_with_it(message)

    postman.deliver_due()

    assert chosen.sent == [str(message.pk)]
    assert state_of(message) == MessageState.SENT


def test_whoever_lost_the_lease_marks_nothing(note, settings):
    class Overtaken(Recording):
        def send(self, reference, mail):
            found_as(Message(pk=reference), lease_token=uuid.uuid4())
            return ""

    globals()["Overtaken"] = Overtaken
    use(settings, Overtaken)
    message = owed()

    postman.deliver_due()

    assert state_of(message) == MessageState.CLAIMED


def test_a_failure_that_leaves_doubt_is_asked_about_before_the_next_attempt(note, transport):
    message = owed()
    transport.raises = TimeoutError("nobody answered")

    postman.deliver_due()
    first = state_of(message)
    found_as(message, next_attempt_at=timezone.now() - timedelta(seconds=1))
    transport.raises = None
    postman.deliver_due()

    assert first == MessageState.UNCERTAIN
    assert transport.asked == [str(message.pk)]
    assert state_of(message) == MessageState.SENT


def test_a_plain_refusal_leaves_no_doubt(note, transport):
    message = owed()
    transport.raises = ConnectionRefusedError("no")

    postman.deliver_due()

    assert state_of(message) == MessageState.PLANNED
    assert message.last_error == "ConnectionRefusedError"
    assert message.next_attempt_at > timezone.now() + timedelta(seconds=40)


def test_one_that_cannot_be_written_holds_up_no_other(note, unwritable, transport):
    poison = owed(unwritable, due_at=clock.now() - timedelta(days=1))
    message = owed()

    postman.deliver_due()

    assert state_of(message) == MessageState.SENT
    assert state_of(poison) == MessageState.PLANNED
    assert poison.last_error == "LookupError"


def test_after_eight_attempts_it_is_given_up_and_can_be_seen(unwritable, transport):
    poison = owed(unwritable)

    for _ in range(10):
        postman.deliver_due()
        found_as(poison, next_attempt_at=None)

    assert state_of(poison) == MessageState.FAILED
    assert poison.attempts == 8


def test_one_that_kills_whoever_takes_it_is_given_up_too(note, transport):
    message = owed()
    died_with_it(message)
    found_as(message, attempts=8)

    postman.deliver_due()

    assert transport.sent == []
    assert state_of(message) == MessageState.FAILED


def test_each_attempt_waits_longer_than_the_last_and_all_take_two_days():
    waits = [postman._wait(attempts) for attempts in range(1, 8)]

    assert waits == sorted(waits)
    assert timedelta(hours=36) < sum(waits, timedelta()) < timedelta(hours=60)


def test_what_is_no_longer_true_is_not_said(note, transport):
    message = owed()
    note["holds"] = False

    postman.deliver_due()

    assert transport.sent == []
    assert state_of(message) == MessageState.CANCELLED


def test_what_comes_too_late_is_not_said(note, transport):
    message = owed(expires_at=clock.now() - timedelta(seconds=1))

    postman.deliver_due()

    assert transport.sent == []
    assert state_of(message) == MessageState.EXPIRED


def test_somebody_whose_account_was_closed_is_written_to_no_more(note, transport):
    message = outbox.post("note", to=UserFactory(is_active=False), about="abc")

    postman.deliver_due()

    assert state_of(message) == MessageState.CANCELLED


def test_the_oldest_owed_message_can_be_watched(note):
    long_ago = clock.now() - timedelta(hours=2)
    owed(due_at=long_ago)

    before = leases.oldest_owed()
    postman.deliver_due()

    assert before == long_ago
    assert leases.oldest_owed() is None


def test_what_is_put_off_is_not_late_and_has_its_turn_before_what_came_since(note, transport):
    before, after = (owed(due_at=clock.now() - timedelta(hours=hours)) for hours in (3, 1))
    found_as(before, next_attempt_at=timezone.now() + timedelta(hours=1))
    while_it_waits = leases.oldest_owed()
    its_turn = timezone.now() - timedelta(hours=2)
    found_as(before, next_attempt_at=its_turn)

    assert while_it_waits == after.due_at
    assert leases.oldest_owed() == its_turn
    postman.deliver_due()
    assert transport.sent == [str(before.pk), str(after.pk)]


def many(number, **as_found):
    reader = UserFactory()
    messages = [outbox.intend("note", to=reader, about=str(one)) for one in range(number)]
    outbox.owe_missing(messages)
    Message.objects.update(**as_found)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_message")


def walked_past(asked):
    """How many rows a question read and had no use for, where the table is large."""
    with connection.cursor() as cursor:
        # One as small as this is read as a whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT json) {asked}")
        [[[plan]]] = cursor.fetchall()
    return sum(step.get("Rows Removed by Filter", 0) for step in within(plan["Plan"]))


def within(step):
    yield step
    for one in step.get("Plans", ()):
        yield from within(one)


def claim():
    return leases.claim(leases.deliverable(), 20)


@pytest.mark.parametrize("ask", [claim, leases.oldest_owed])
@pytest.mark.parametrize("how", ["put off", "left for a person"])
def test_nobody_walks_past_what_has_no_turn(note, ask, how):
    if how == "put off":
        many(500, next_attempt_at=timezone.now() + timedelta(days=1))
    else:
        many(500, state=MessageState.UNCERTAIN)
    message = owed()

    with CaptureQueriesContext(connection) as questions:
        assert ask() in ([message], message.due_at)

    [asked] = [one["sql"] for one in questions if one["sql"].startswith("SELECT")]
    found_as(message, lease_until=None)
    assert walked_past(asked) == 0


def test_whoever_was_held_up_past_its_lease_hands_nothing_over(note, transport, settings):
    settings.MAIL_LEASE_SECONDS = 0
    message = owed()

    postman.deliver_due()

    assert transport.sent == []
    assert state_of(message) == MessageState.PLANNED
    assert message.last_error == "HeldUpError"


def getting_ready(settings, do):
    """Send by a transport that does this before each mail is handed over."""

    class GettingReady(Repeating):
        resting = 0

        def get_ready(self):
            do()

        def rest(self):
            self.resting += 1

    globals()["GettingReady"] = GettingReady
    return use(settings, GettingReady)


def test_whoever_got_ready_for_too_long_hands_nothing_over(note, settings):
    settings.MAIL_LEASE_SECONDS = 1
    chosen = getting_ready(settings, lambda: sleep(0.7))
    message = owed()

    postman.deliver_due()

    assert chosen.sent == []
    assert state_of(message) == MessageState.PLANNED
    assert message.last_error == "HeldUpError"


def test_where_nothing_could_be_handed_over_there_is_no_doubt(note, settings):
    def is_away():
        raise TimeoutError

    chosen = getting_ready(settings, is_away)
    message = owed()

    postman.deliver_due()

    assert chosen.sent == []
    assert (state_of(message), message.attempts) == (MessageState.PLANNED, 1)
    assert message.last_error == "TimeoutError"


def test_a_transport_is_told_when_there_are_no_more(note, settings):
    chosen = getting_ready(settings, lambda: None)
    messages = [owed() for _ in range(3)]

    postman.deliver(str(messages[0].pk))
    before = chosen.resting
    postman.deliver_due()

    assert (before, chosen.resting) == (1, 2)


def test_whoever_lost_the_lease_and_fails_leaves_no_trace(note, settings):
    class OvertakenAndRefused(Recording):
        def send(self, reference, mail):
            found_as(Message(pk=reference), lease_token=uuid.uuid4())
            raise ConnectionRefusedError

    globals()["OvertakenAndRefused"] = OvertakenAndRefused
    use(settings, OvertakenAndRefused)
    message = owed()

    postman.deliver_due()

    assert state_of(message) == MessageState.CLAIMED
    assert (message.next_attempt_at, message.last_error) == (None, "")


def watching(settings, *, at_send):
    """Send by a transport that does this before each mail goes."""

    class Watching(Recording):
        def send(self, reference, mail):
            at_send(reference)
            return super().send(reference, mail)

    globals()["Watching"] = Watching
    return use(settings, Watching)


def in_hand():
    """How many are claimed, and how many leased."""
    claimed = Message.objects.filter(state=MessageState.CLAIMED)
    return claimed.count(), Message.objects.exclude(lease_token=None).count()


def a_handful(number=2):
    return [owed(due_at=clock.now() - timedelta(minutes=10 - n)) for n in range(number)]


def test_where_it_can_be_asked_some_are_leased_at_once_and_claimed_one_by_one(note, settings):
    found = []
    chosen = watching(settings, at_send=lambda _: found.append(in_hand()))
    messages = [owed() for _ in range(3)]

    assert postman.deliver_due() == 3
    assert found == [(1, 3), (1, 2), (1, 1)]
    assert sorted(chosen.sent) == sorted(str(message.pk) for message in messages)


def test_where_it_cannot_be_asked_each_is_claimed_by_itself(note, settings):
    found = []
    watching(settings, at_send=lambda _: found.append(in_hand())).can_be_asked = False
    for _ in range(3):
        owed()

    assert postman.deliver_due() == 3
    assert found == [(1, 1), (1, 1), (1, 1)]


def test_of_a_handful_whose_postman_died_each_goes_by_itself(note, settings):
    found = []
    watching(settings, at_send=lambda _: found.append(in_hand()[0]))
    for _ in range(3):
        died_with_it(owed())

    assert postman.deliver_due() == 3
    # The others are as they were left: claimed by somebody who is gone.
    assert found == [3, 2, 1]
    assert set(Message.objects.values_list("attempts", flat=True)) == {2}


def test_what_is_forgotten_while_others_of_its_handful_go_is_not_sent(note, settings):
    messages = a_handful()
    chosen = watching(settings, at_send=lambda _: found_as(messages[1], is_forgotten=True))

    postman.deliver_due()

    assert chosen.sent == [str(messages[0].pk)]
    assert state_of(messages[1]) == MessageState.CANCELLED


def test_what_another_took_while_others_of_its_handful_went_is_left_to_them(note, settings):
    messages = a_handful()
    another = {"state": MessageState.CLAIMED, "lease_token": uuid.uuid4()}
    chosen = watching(settings, at_send=lambda _: found_as(messages[1], **another))

    postman.deliver_due()

    assert chosen.sent == [str(messages[0].pk)]
    assert state_of(messages[1]) == MessageState.CLAIMED


def test_what_another_has_leased_while_others_of_its_handful_went_is_left_to_them(note, settings):
    messages = a_handful()
    chosen = watching(settings, at_send=lambda _: found_as(messages[1], lease_token=uuid.uuid4()))

    postman.deliver_due()

    assert chosen.sent == [str(messages[0].pk)]
    assert (state_of(messages[1]), messages[1].attempts) == (MessageState.PLANNED, 0)


def while_the_first_goes(settings, do):
    """Deliver, and do this once, while the others of the handful wait for their turn."""
    once = iter([do])
    chosen = watching(settings, at_send=lambda _: next(once, lambda: None)())
    postman.deliver_due()
    return chosen.sent


def test_what_is_taken_back_while_others_of_its_handful_go_is_not_sent(note, settings):
    first, _ = owed(due_at=clock.now() - timedelta(minutes=9)), owed()
    other = outbox.post("note", to=UserFactory(), about="other")

    sent = while_the_first_goes(settings, lambda: outbox.unsay("note", about="other"))

    assert str(first.pk) == sent[0]
    assert str(other.pk) not in sent
    assert (state_of(other), other.lease_token) == (MessageState.CANCELLED, None)


def test_what_is_taken_back_and_owed_again_meanwhile_is_sent_once(note, settings):
    owed(due_at=clock.now() - timedelta(minutes=9))
    reader = UserFactory()
    other = outbox.post("note", to=reader, about="other")

    def changes_their_mind():
        outbox.unsay("note", about="other")
        outbox.post("note", to=reader, about="other")

    sent = while_the_first_goes(settings, changes_their_mind)

    assert sent.count(str(other.pk)) == 1
    assert state_of(other) == MessageState.SENT


def test_what_is_put_off_while_others_of_its_handful_go_waits(note, settings):
    owed(due_at=clock.now() - timedelta(minutes=9))
    other = outbox.post("note", to=UserFactory(), about="other")
    later = clock.now() + timedelta(hours=1)

    sent = while_the_first_goes(
        settings, lambda: outbox.replan("note", about="other", due_at=later)
    )

    assert str(other.pk) not in sent
    assert (state_of(other), other.attempts) == (MessageState.PLANNED, 0)


def test_whose_address_changes_while_others_of_its_handful_go_is_written_to_there(note, settings):
    class Addressed(Recording):
        def send(self, reference, mail):
            self.sent.append(mail.to)
            if len(self.sent) == 1:
                reader.email = "new@example.com"
                reader.save()
                outbox.follow(reader, before="old@example.com")
            return ""

    globals()["Addressed"] = Addressed
    chosen = use(settings, Addressed)
    owed(due_at=clock.now() - timedelta(minutes=9))
    reader = UserFactory(email="old@example.com")
    outbox.post("note", to=reader, about="other")

    postman.deliver_due()

    assert chosen.sent[1:] == ["new@example.com"]


def test_each_of_a_handful_has_the_whole_of_a_lease_from_its_turn_on(note, settings):
    messages = a_handful()
    found = []
    watching(settings, at_send=lambda one: found.append(Message.objects.get(pk=one).lease_until))

    postman.deliver_due()

    assert found[0] < found[1]
    assert state_of(messages[1]) == MessageState.SENT


def test_a_lease_that_ran_out_before_its_turn_is_no_attempt(note, transport):
    message = owed()
    gone = {"lease_token": uuid.uuid4(), "lease_until": timezone.now() - timedelta(seconds=1)}
    found_as(message, **gone)

    postman.deliver_due()

    # It was never in anybody's hand, so there is no doubt to ask about.
    assert (transport.asked, transport.sent) == ([], [str(message.pk)])
    assert (state_of(message), message.attempts) == (MessageState.SENT, 1)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_keeps_locked_holds_up_no_other(note, settings):
    messages = a_handful(3)
    with ThreadPoolExecutor() as elsewhere:
        locked, done = Event(), Event()
        chosen = watching(
            settings,
            at_send=lambda _: (
                locked.is_set() or elsewhere.submit(keep_locked, messages[1], locked, done),
                locked.wait(5),
            ),
        )
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        postman.deliver_due()
        done.set()
        connection.close()

    assert chosen.sent == [str(messages[0].pk), str(messages[2].pk)]
    assert state_of(messages[1]) == MessageState.PLANNED


def keep_locked(message, locked, done):
    try:
        with transaction.atomic():
            Message.objects.select_for_update().get(pk=message.pk)
            locked.set()
            done.wait(10)
    finally:
        connection.close()


def test_the_rest_of_a_handful_is_given_back_when_one_takes_long(note, settings):
    messages = [owed(due_at=clock.now() - timedelta(minutes=10 - n)) for n in range(3)]
    settings.MAIL_LEASE_SECONDS = 1
    chosen = watching(settings, at_send=lambda _: sleep(0.35))

    assert postman.deliver(str(messages[0].pk))
    chosen.sent.clear()
    taken = postman._deliver_some(leases.deliverable(), postman._end_of_round())

    assert taken == 1
    assert chosen.sent == [str(messages[1].pk)]
    assert state_of(messages[2]) == MessageState.PLANNED
    assert (messages[2].attempts, messages[2].lease_token) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_two_postmen_never_take_the_same_message(note):
    message = owed()

    with ThreadPoolExecutor() as elsewhere, transaction.atomic():
        Message.objects.select_for_update().get(pk=message.pk)
        other = elsewhere.submit(deliver_elsewhere, message)
        assert other.result(timeout=5) is False

    assert postman.deliver(str(message.pk))


def deliver_elsewhere(message):
    try:
        return postman.deliver(str(message.pk))
    finally:
        connection.close()


def test_nothing_is_claimed_inside_somebody_elses_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        postman.deliver_due()
