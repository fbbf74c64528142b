"""Whether what took place counts, for a booking's page.

Looking back is the subject of an app above this one; it hands its answer down at start-up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Member
from placements.models import Booking


@dataclass(frozen=True)
class Line:
    """One thing without which a placement does not count: how it stands, and whose turn it is."""

    title: str
    words: str
    is_done: bool
    # Where a school does its part of it.
    href: str = ""
    # "school" or "host"; nothing, where it can no longer be made up.
    whose: str = ""


@dataclass(frozen=True)
class Counts:
    """For how many of those who came it counts so far, and what that rests on."""

    students: int
    came: int
    lines: list[Line]


Answer = Callable[[Booking, Member], Counts | None]
_answers: list[Answer] = []


def answer_with(answer: Answer) -> None:
    """Let `answer` say whether a booking counts. Called once, at start-up."""
    _answers[:] = [answer]


def counts_of(booking: Booking, *, by: Member) -> Counts | None:
    return _answers[0](booking, by) if _answers else None
