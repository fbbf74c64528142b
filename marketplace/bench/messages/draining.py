"""How fast what is owed goes, and what a backlog of it costs those who book meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from multiprocessing.connection import Connection

from django.db import connections

from accounts.models import Message, MessageState
from marketplace.bench import stopwatch
from marketplace.bench.booking import contention, crowd
from marketplace.bench.booking.clients import FORK, Attempt
from marketplace.bench.booking.crowd import Crowd
from marketplace.bench.messages import owing, standin
from marketplace.bench.messages.hand import wait_for
from marketplace.bench.messages.programs import programs

Say = Callable[[str], None]
A_BATCH = 5_000
SCHOOLS = 200


@dataclass(frozen=True)
class Drained:
    messages_per_second: float
    # Of a booking beside the backlog to one beside none: of processor, and by the clock.
    bookings_slowed: float
    bookings_slowed_by_the_clock: float


@dataclass(frozen=True)
class Cost:
    """Of one booking, in milliseconds."""

    processor: float
    clock: float


def drain(*, backlog: int, seconds: float, bookings: int, say: Say) -> Drained:
    """Let a worker's two processes deliver for so long, and book beside them.

    A booking is weighed by the processor that it takes, of ours and the database's: on a
    machine with few of them whoever delivers takes turns with whoever books, and the clock
    would tell that and nothing else.
    """
    with elsewhere() as environment, programs(environment) as running:
        owed = owing.prepare(SCHOOLS)
        running.start("worker", "beat")
        book(owed.gathered, bookings // 4)
        before = book(owed.gathered, bookings)
        say(f"owing {backlog} messages")
        while owed.owed < backlog:
            owed.owe(min(A_BATCH, backlog - owed.owed), times=1)
        rate = rate_over(seconds)
        say("booking beside them")
        beside = book(owed.gathered, bookings)
        if not Message.objects.owed().filter(kind=owing.KIND).exists():
            raise RuntimeError("The backlog was gone before the bookings were done.")
        Message.objects.owed().update(state=MessageState.CANCELLED)
        after = book(owed.gathered, bookings)
    return Drained(
        messages_per_second=rate,
        bookings_slowed=2 * beside.processor / (before.processor + after.processor),
        bookings_slowed_by_the_clock=2 * beside.clock / (before.clock + after.clock),
    )


def rate_over(seconds: float) -> float:
    """How many are sent in a second, once they are being sent."""
    wait_for(lambda: _sent() > 0)
    sent, began = _sent(), time.monotonic()
    time.sleep(seconds)
    return (_sent() - sent) / (time.monotonic() - began)


def book(gathered: Crowd, number: int) -> Cost:
    """One after another, each school once in each of as many slots as it takes."""
    slots = crowd.slots(gathered, number // len(gathered.schools) + 1, places=crowd.MOST_PLACES)
    attempts = (Attempt(slot, school) for slot, school in product(slots, gathered.schools))
    client = contention.the_verb(gathered)
    began = time.perf_counter()
    spent = stopwatch.processors(lambda: client(next(attempts)), number)
    return Cost(spent["both"], (time.perf_counter() - began) * 1_000 / number)


def _sent() -> int:
    return Message.objects.filter(kind=owing.KIND, state=MessageState.SENT).count()


@contextmanager
def elsewhere() -> Iterator[dict[str, str]]:
    """The mail service in a process of its own, so that what it does is nobody else's."""
    connections.close_all()
    ours, theirs = FORK.Pipe()
    service = FORK.Process(target=_serve, args=(theirs,), daemon=True)
    service.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        service.join()


def _serve(told: Connection) -> None:
    with standin.listening() as service:
        told.send(service.environment)
        told.recv()
