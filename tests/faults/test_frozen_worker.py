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
from tests.faults.test_messages import (
    fall_due,
    marketplace,
    owe,
    owe_requests,
    states,
    wait_until,
)

pytestmark = pytest.mark.faults

MESSAGES = 6


def with_one_that_freezes(sink, *, without="", transport="Asked"):
    return marketplace(
        sink,
        transport,
        "worker",
        "beat",
        DJANGO_SETTINGS_MODULE="tests.faults.freezing_settings",
        **{freezing.WITHOUT: without},
    )


def wakes_when_all_is_sent(running):
    """Owe some messages, let the frozen one wake when they have gone; give what it has in hand."""
    owe(running, MESSAGES, over_seconds=1)
    wait_until(running, lambda found: found[MessageState.SENT] == MESSAGES, within=90)
    pid, reference = frozen(running)
    os.kill(int(pid), signal.SIGCONT)
    return reference


def frozen(running):
    """Which process stands still, and what it has in hand; nothing, while none does."""
    note = running.var / "frozen"
    return note.read_text().split() if note.exists() else []


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


def killed_with_several_in_hand(running, sink, meanwhile=""):
    """Kill whoever has gathered several and handed none of them over; give the first of them."""
    owe_requests(running, hosts=1, each=MESSAGES)
    fall_due(running, MESSAGES)
    until(lambda: frozen(running))
    _, reference = frozen(running)
    assert (states(running), sink.total) == ({MessageState.CLAIMED: MESSAGES}, 0)
    running.kill("worker")
    if meanwhile:
        running.sql(meanwhile, reference)
    running.start("worker")
    wait_until(running, lambda found: found[MessageState.SENT] == MESSAGES, within=90)
    return reference


def test_several_whose_sender_died_before_handing_them_over_go_each_by_itself_and_once():
    with sinks.listening() as sink, with_one_that_freezes(sink, transport="Telling") as running:
        killed_with_several_in_hand(running, sink)

        assert set(sink.told_of.values()) == {1}
        assert len(sink.told_of) == MESSAGES
        assert len(sink.arrived) == sink.total == MESSAGES


# As when the school no longer wants the places.
CALLED_OFF = """UPDATE placements_booking SET state = 'cancelled' WHERE id =
    (SELECT subject::uuid FROM accounts_message WHERE id = %s)"""


def test_where_nobody_can_be_asked_they_go_by_their_name_without_the_first_that_was_called_off():
    with (
        sinks.listening() as sink,
        with_one_that_freezes(sink, transport="TellingNeverAsked") as running,
    ):
        reference = killed_with_several_in_hand(running, sink, meanwhile=CALLED_OFF)

        assert sink.arrived == {reference: 1}
        assert set(sink.told_of.values()) == {1}
        assert len(sink.told_of) == MESSAGES - 1
