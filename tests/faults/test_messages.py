"""Messages that fall due while the processes that deliver them are killed.

The promise: with a transport that can be asked by reference, each message goes exactly
once. The controls take one part of the machinery out and must see the promise broken.
"""

import random
import time
from collections import Counter
from itertools import cycle, islice

import pytest

from accounts.models import MessageState
from tests.faults import sink as sinks
from tests.stack import stack

pytestmark = pytest.mark.faults

LEASE = 5


def marketplace(sink, transport, *programs, **env):
    return stack(
        *programs,
        SINK=sink.address,
        MAIL_TRANSPORT=f"tests.faults.sink.{transport}",
        MAIL_LEASE_SECONDS=str(LEASE),
        MAIL_ROUND_SECONDS="1",
        **env,
    )


def owe(running, count, over_seconds):
    code = f"from tests.faults import owing; owing.owe({count}, {over_seconds})"
    running.manage("shell", "-v0", "-c", code)


def states(running):
    return Counter(dict(running.sql("SELECT state, count(*) FROM accounts_message GROUP BY state")))


def taken_up_again(running):
    """How many were claimed anew after whoever had claimed them was gone."""
    ((count,),) = running.sql("SELECT count(*) FROM accounts_message WHERE attempts > 1")
    return count


def wait_until(running, what, within):
    until = time.monotonic() + within
    while not what(states(running)):
        assert time.monotonic() < until, f"{states(running)}\n{running.log_of('worker')[-3000:]}"
        time.sleep(0.2)


def kill_the_worker(running, sink):
    with sink.one_in_hand():
        running.kill("worker")
    running.start("worker")


def kill_the_beat(running, sink):
    running.kill("beat")
    running.start("beat")


def kill_the_queue(running, sink):
    running.kill_queue()
    time.sleep(random.uniform(0, 0.5))
    running.start_queue()


def test_500_messages_go_exactly_once_while_worker_beat_and_redis_are_killed_20_times():
    kills = list(islice(cycle([kill_the_worker, kill_the_queue, kill_the_beat]), 20))
    with sinks.listening() as sink, marketplace(sink, "Asked", "worker", "beat") as running:
        owe(running, 500, over_seconds=25)

        for kill in kills:
            kill(running, sink)
            time.sleep(random.uniform(0.1, 0.6))
            assert [
                name for name, child in running.running.items() if child.poll() is not None
            ] == []
        wait_until(running, lambda found: found[MessageState.SENT] == 500, within=90)

        assert set(sink.arrived.values()) == {1}
        assert len(sink.arrived) == 500
        # Each worker that was killed had sent a mail and not marked it: that one was asked about.
        assert taken_up_again(running) >= kills.count(kill_the_worker)


def test_without_the_question_what_was_in_hand_goes_twice():
    with (
        sinks.listening(answers_after=0.5) as sink,
        marketplace(sink, "NeverAsked", "worker", "beat") as running,
    ):
        owe(running, 6, over_seconds=1)

        kill_the_worker(running, sink)
        wait_until(running, lambda found: found[MessageState.SENT] == 6, within=60)

        assert len(sink.arrived) == 6
        assert max(sink.arrived.values()) > 1


def test_without_the_question_or_leave_to_repeat_it_is_left_to_a_person():
    with (
        sinks.listening(answers_after=0.5) as sink,
        marketplace(sink, "LeftToAPerson", "worker", "beat") as running,
    ):
        owe(running, 6, over_seconds=1)

        kill_the_worker(running, sink)
        wait_until(
            running,
            lambda found: found[MessageState.CLAIMED] == 0 and found[MessageState.PLANNED] == 0,
            within=60,
        )

        assert set(sink.arrived.values()) == {1}
        assert states(running)[MessageState.UNCERTAIN] > 0


def owe_requests(running, hosts, each):
    code = f"from tests.faults import owing; owing.owe_requests({hosts}, {each})"
    running.manage("shell", "-v0", "-c", code)


def fall_due(running, count):
    """The next of what is due tomorrow is due now."""
    some = f"""SELECT id FROM accounts_message WHERE due_at > now() + interval '1 hour'
        ORDER BY due_at, id LIMIT {count}"""
    running.sql(f"UPDATE accounts_message SET due_at = now() WHERE id IN ({some})")


def test_what_goes_several_in_one_mail_is_told_exactly_once_while_the_worker_is_killed():
    with sinks.listening() as sink, marketplace(sink, "Telling", "worker", "beat") as running:
        owe_requests(running, hosts=4, each=25)

        for _ in range(5):
            # Some at a time: in a few mails all could go before the worker is killed again.
            fall_due(running, 20)
            kill_the_worker(running, sink)
        wait_until(running, lambda found: found[MessageState.SENT] == 100, within=90)

        assert set(sink.told_of.values()) == {1}
        assert len(sink.told_of) == 100
        assert set(sink.arrived.values()) == {1}
        assert len(sink.arrived) < 100
        assert taken_up_again(running) >= 5


def test_without_the_question_what_went_several_in_one_mail_is_told_twice():
    with (
        sinks.listening(answers_after=0.5) as sink,
        marketplace(sink, "TellingNeverAsked", "worker", "beat") as running,
    ):
        owe_requests(running, hosts=1, each=6)
        fall_due(running, 6)

        kill_the_worker(running, sink)
        wait_until(running, lambda found: found[MessageState.SENT] == 6, within=60)

        assert len(sink.told_of) == 6
        assert max(sink.told_of.values()) > 1
