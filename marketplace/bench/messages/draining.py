"""How fast what is owed goes, and what a backlog of it costs those who book meanwhile."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from multiprocessing.connection import Connection
from statistics import median

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
DELIVERING = 2
TURNS = 5


@dataclass(frozen=True)
class Drained:
    messages_per_second: float
    # Of a booking beside a backlog for which nobody has come yet, to one beside none: of
    # processor, and by the clock.
    bookings_slowed_by_backlog: float
    bookings_slowed_by_backlog_by_the_clock: float
    # The same while the backlog is being delivered.
    bookings_slowed: float
    bookings_slowed_by_the_clock: float
    # The same beside no backlog, and beside as many who are busy and touch no database: what is
    # left to whoever shares processors with anybody.
    bookings_slowed_by_company: float
    bookings_slowed_by_company_by_the_clock: float

    @property
    def bookings_slowed_by_delivery(self) -> float:
        """Beyond what as much work of any other kind does."""
        return self.bookings_slowed / self.bookings_slowed_by_company


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
        book(owed.gathered, bookings // 4)
        before = book(owed.gathered, bookings)
        say(f"owing {backlog} messages")
        while owed.owed < backlog:
            owed.owe(min(A_BATCH, backlog - owed.owed), times=1)
        say("booking beside them")
        waiting = book(owed.gathered, bookings)
        say("booking beside their delivery")
        running.start("worker", "beat")
        rate = rate_over(seconds)
        beside = book(owed.gathered, bookings)
        if not Message.objects.owed().filter(kind=owing.KIND).exists():
            raise RuntimeError("The backlog was gone before the bookings were done.")
        Message.objects.owed().update(state=MessageState.CANCELLED)
        after = book(owed.gathered, bookings)
        say("booking in other company")
        with company():
            in_company = book(owed.gathered, bookings)
    alone = Cost((before.processor + after.processor) / 2, (before.clock + after.clock) / 2)
    return Drained(
        messages_per_second=rate,
        bookings_slowed_by_backlog=waiting.processor / alone.processor,
        bookings_slowed_by_backlog_by_the_clock=waiting.clock / alone.clock,
        bookings_slowed=beside.processor / alone.processor,
        bookings_slowed_by_the_clock=beside.clock / alone.clock,
        bookings_slowed_by_company=in_company.processor / alone.processor,
        bookings_slowed_by_company_by_the_clock=in_company.clock / alone.clock,
    )


@contextmanager
def company() -> Iterator[None]:
    """As many as deliver, who keep a processor each busy and do nothing with it."""
    words = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(words) for _ in range(DELIVERING)]  # noqa: S603
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


def rate_over(seconds: float) -> float:
    """How many are sent in a second, once they are being sent."""
    wait_for(lambda: _sent() > 0)
    sent, began = _sent(), time.monotonic()
    time.sleep(seconds)
    return (_sent() - sent) / (time.monotonic() - began)


def book(gathered: Crowd, number: int) -> Cost:
    """One after another, each school once in each of as many slots as it takes; what the middle
    one of several turns took, since on a busy machine chance makes some of them long."""
    slots = crowd.slots(gathered, number // len(gathered.schools) + 1, places=crowd.MOST_PLACES)
    attempts = (Attempt(slot, school) for slot, school in product(slots, gathered.schools))
    client = contention.the_verb(gathered)
    turns = [_turn(lambda: client(next(attempts)), number // TURNS) for _ in range(TURNS)]
    return Cost(median(one.processor for one in turns), median(one.clock for one in turns))


def _turn(doing: Callable[[], object], number: int) -> Cost:
    began = time.perf_counter()
    spent = stopwatch.processors(doing, number)
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
