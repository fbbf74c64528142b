"""Measuring: how long the database takes, and how much of a processor anybody does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

NANOSECONDS_IN_A_MS = 1e6


@dataclass
class Spent:
    """What statements took: milliseconds of the clock, and of the database's processor.

    Everything is in memory, so that a database's time is its processor's; the clock also
    has what other programs took of a busy machine, by chance now from one and now from the
    other of two that are compared.
    """

    clock: float = 0.0
    processor: float = 0.0
    statements: int = 0


@contextmanager
def in_the_database() -> Iterator[Spent]:
    """All statements inside, each from sending it to having its answer."""
    spent, backend = Spent(), backend_of_ours()
    before = processor_of(backend)

    def timed(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter_ns()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.clock += (time.perf_counter_ns() - began) / NANOSECONDS_IN_A_MS
            spent.statements += 1

    with connection.execute_wrapper(timed):
        yield spent
    spent.processor = (processor_of(backend) - before) / NANOSECONDS_IN_A_MS


def processors(doing: Callable[[], object], times: int) -> dict[str, float]:
    """Milliseconds of processor a time: of this process, and of its database's."""
    backend = backend_of_ours()
    ours, theirs = time.process_time_ns(), processor_of(backend)
    for _ in range(times):
        doing()
    ours, theirs = time.process_time_ns() - ours, processor_of(backend) - theirs
    each = times * NANOSECONDS_IN_A_MS
    return {"python": ours / each, "postgresql": theirs / each, "both": (ours + theirs) / each}


def backend_of_ours() -> int:
    """The process of PostgreSQL's that serves this connection."""
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def processor_of(process: int) -> int:
    """Nanoseconds on a processor, as Linux keeps them; the server is on this machine."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0])
