"""A worker that stands still with a message in hand until somebody else has sent it, and wakes.

The controls take out what keeps it from sending again, and must see it sent twice.
"""

import os
import signal
import time

import pytest

from accounts.models import MessageState
from tests.faults import freezing
from tests.faults import sink as sinks
from tests.faults.test_messages import marketplace, owe, states, wait_until

pytestmark = pytest.mark.faults

MESSAGES = 6


def with_one_that_freezes(sink, *, without=""):
    return marketplace(
        sink,
        "Asked",
        "worker",
        "beat",
        DJANGO_SETTINGS_MODULE="tests.faults.freezing_settings",
        **{freezing.WITHOUT: without},
    )


def wakes_when_all_is_sent(running):
    """Owe some messages, let the frozen one wake when they have gone; give what it has in hand."""
    owe(running, MESSAGES, over_seconds=1)
    wait_until(running, lambda found: found[MessageState.SENT] == MESSAGES, within=90)
    pid, reference = (running.var / "frozen").read_text().split()
    os.kill(int(pid), signal.SIGCONT)
    return reference


def until(what, within=60):
    ends = time.monotonic() + within
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.1)


def test_whoever_was_frozen_past_its_lease_sends_nothing_and_marks_nothing_when_it_wakes():
    with sinks.listening() as sink, with_one_that_freezes(sink) as running:
        reference = wakes_when_all_is_sent(running)
        until(lambda: "HeldUpError" in running.log_of("worker"))

        assert sink.arrived[reference] == 1
        assert (len(sink.arrived), sink.total) == (MESSAGES, MESSAGES)
        assert states(running) == {MessageState.SENT: MESSAGES}
        assert running.sql("SELECT 1 FROM accounts_message WHERE last_error <> ''") == []


def test_without_a_look_at_the_clock_it_sends_what_another_has_sent():
    with sinks.listening() as sink, with_one_that_freezes(sink, without="clock") as running:
        reference = wakes_when_all_is_sent(running)

        until(lambda: sink.arrived[reference] == 2)


def test_without_the_fence_what_another_has_sent_goes_again():
    with sinks.listening() as sink, with_one_that_freezes(sink, without="fence") as running:
        reference = wakes_when_all_is_sent(running)
        until(lambda: states(running)[MessageState.PLANNED] >= 1)
        running.sql("UPDATE accounts_message SET next_attempt_at = now() WHERE state = 'planned'")

        until(lambda: sink.arrived[reference] == 2)
