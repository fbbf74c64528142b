"""What a person at the terminal is told: one line a step, one sentence when it stops."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class CannotGoOn(Exception):  # noqa: N818
    """Something that the person at the terminal can put right, told in one sentence."""


def say(line: str = "") -> None:
    print(line, flush=True)


def complain(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took, beside what a command prints."""
    complain(f"  {what} ...")
    began = time.monotonic()
    yield
    complain(f"  {what}: {time.monotonic() - began:.1f} s")
