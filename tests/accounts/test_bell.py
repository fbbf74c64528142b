"""The queue is real; nobody takes from it here, so what was rung for lies in it."""

import json
import multiprocessing
import time

import pytest
import redis
from django.conf import settings

from accounts import bell

QUEUE = "celery"
FIRST, REST = "accounts.tasks.deliver_message", "accounts.tasks.deliver_due"


@pytest.fixture
def rung(monkeypatch):
    """What was rung for, in order. Here the bell is quiet for longer than a rush may take."""
    queue = redis.Redis.from_url(settings.REDIS_URL)
    # Another test may have put off a ring; and the first ring of a process takes its time.
    time.sleep(2 * bell.QUIET)
    monkeypatch.setattr(bell, "QUIET", 2)
    bell._forget()
    bell.ring("to be connected")
    bell._forget()
    queue.delete(QUEUE)
    yield lambda: [
        json.loads(one)["headers"]["task"] for one in reversed(queue.lrange(QUEUE, 0, -1))
    ]
    within(10, lambda: not bell._bell.rings_soon)
    queue.delete(QUEUE)


def within(seconds, is_so):
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def test_a_message_is_rung_for_at_once(rung):
    bell.ring("a message")

    assert rung() == [FIRST]


def test_a_rush_rings_for_its_first_message_and_soon_after_for_all_the_rest(rung):
    for number in range(50):
        bell.ring(f"message {number}")

    assert within(10, lambda: REST in rung())
    assert rung()[0] == FIRST
    assert len(rung()) < 25


def test_after_a_rush_the_bell_is_as_it_was(rung):
    bell.ring("a message")
    bell.ring("another")
    assert within(10, lambda: rung() == [FIRST, REST])
    time.sleep(1.5 * bell.QUIET)

    bell.ring("a third")

    assert rung() == [FIRST, REST, FIRST]


def test_a_fork_does_not_wait_for_a_ring_that_its_parent_has_put_off(rung):
    bell.ring("a message")
    bell.ring("another, put off")

    # Celery opens a connection of its own in such a child, as in a web server's.
    child = multiprocessing.get_context("fork").Process(target=bell.ring, args=("the fork's own",))
    child.start()
    child.join()

    assert within(10, lambda: rung().count(FIRST) == 2)
