"""Many who book at once: each with a connection of its own, in a few processes, all in one rush.

So a server runs them too, with threads in each of its workers.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Protocol, TypeVar
from uuid import UUID

from django.db import connections

_One = TypeVar("_One")

MILLISECONDS = 1_000
FORK = multiprocessing.get_context("fork")
PROCESSES = 4
# Somebody who has not connected by then never will.
PATIENCE = 120.0


@dataclass(frozen=True)
class Attempt:
    """A school's wish for one place in a slot."""

    slot: UUID
    school: int


class Client(Protocol):
    """Somebody who can book: says whether it was done, and raises nothing when it is full."""

    def __call__(self, attempt: Attempt) -> bool: ...


@dataclass
class Rush:
    """What came of it: bookings a second, and milliseconds of each attempt by its outcome."""

    booked: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def a_second(self) -> float:
        return len(self.booked) / self.seconds


@dataclass(frozen=True)
class Crew:
    """Clients of one kind, and what each of them attempts."""

    make: Callable[[], Client]
    attempts: Sequence[Sequence[Attempt]]


def rush(crews: Iterable[Crew], *, seconds: float) -> list[Rush]:
    """Let all crews book at once for so long, or until they have tried everything.

    Each client is connected and has waited for all others before the first attempt.
    """
    crews = list(crews)
    # A connection cannot be shared with a fork; each client opens its own.
    connections.close_all()
    start = FORK.Barrier(sum(len(crew.attempts) for crew in crews))
    running = [
        [_begin(crew.make, attempts, start, seconds) for attempts in _manned(crew.attempts)]
        for crew in crews
    ]
    return [_told([one for pipe in crew for one in pipe.recv()], seconds) for crew in running]


def dealt(everything: Sequence[_One], shares: int) -> list[Sequence[_One]]:
    """To each every so-manyth, so that all try the same slot at the same time."""
    return [everything[share::shares] for share in range(shares)]


def _manned(attempts: Sequence[Sequence[Attempt]]) -> list[Sequence[Sequence[Attempt]]]:
    """To each process its clients."""
    return [share for share in dealt(attempts, PROCESSES) if share]


def _begin(
    make: Callable[[], Client],
    attempts: Sequence[Sequence[Attempt]],
    start: Barrier,
    seconds: float,
) -> Connection:
    ours, theirs = FORK.Pipe(duplex=False)
    FORK.Process(
        target=_run_all, args=(make, attempts, start, seconds, theirs), daemon=True
    ).start()
    return ours


def _run_all(
    make: Callable[[], Client],
    attempts: Sequence[Sequence[Attempt]],
    start: Barrier,
    seconds: float,
    told: Connection,
) -> None:
    with ThreadPoolExecutor(len(attempts)) as threads:
        running = [threads.submit(_run, make, mine, start, seconds) for mine in attempts]
        told.send([one.result() for one in running])


def _run(
    make: Callable[[], Client], attempts: Sequence[Attempt], start: Barrier, seconds: float
) -> tuple[list[tuple[bool, float]], float]:
    client = make()
    taken: list[tuple[bool, float]] = []
    start.wait(PATIENCE)
    began = now = time.perf_counter()
    for attempt in attempts:
        before = now
        booked = client(attempt)
        now = time.perf_counter()
        taken.append((booked, (now - before) * MILLISECONDS))
        if now - began > seconds:
            break
    connections.close_all()
    return taken, now - began


def _told(clients: list[tuple[list[tuple[bool, float]], float]], seconds: float) -> Rush:
    found = Rush(seconds=min(seconds, max(took for _, took in clients)))
    for taken, _ in clients:
        for booked, milliseconds in taken:
            (found.booked if booked else found.refused).append(milliseconds)
    return found
