"""The doorbell of the post: somebody comes at once for what is owed, if anybody hears it.

Ringing costs a process about as much as writing a booking. When many are written in one
rush a second ring soon after the first is put off a little, and is then for all of them.
"""

import os
import threading
import time

import structlog
from celery import Task
from kombu.exceptions import OperationalError

from accounts import tasks

log = structlog.get_logger(__name__)

# Seconds between two rings of one process.
QUIET = 1.0


class _Bell:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rung_at = float("-inf")
        self.rings_soon = False


_bell = _Bell()


def ring(message_id: str) -> None:
    """Have a message delivered soon. If nobody hears the bell, the timetable finds it."""
    with _bell.lock:
        if _bell.rings_soon:
            return
        wait = _bell.rung_at + QUIET - time.monotonic()
        _bell.rings_soon = wait > 0
        if wait <= 0:
            _bell.rung_at = time.monotonic()
    if wait <= 0:
        _send(tasks.deliver_message, message_id)
    else:
        later = threading.Timer(wait, _ring_for_all)
        # A process that ends does not wait for it: the timetable finds what is owed.
        later.daemon = True
        later.start()


def _ring_for_all() -> None:
    with _bell.lock:
        _bell.rings_soon, _bell.rung_at = False, time.monotonic()
    _send(tasks.deliver_due)


def _send(task: "Task[..., None]", *given: str) -> None:
    try:
        task.apply_async(given, retry=False)
    except (OperationalError, OSError):
        log.warning("bell_not_heard", task=task.name)


def _forget() -> None:
    """A fork has no thread that would ring for it."""
    global _bell  # noqa: PLW0603 -- the lock may be held by a thread that is not there.
    _bell = _Bell()


os.register_at_fork(after_in_child=_forget)
