"""What others said of a placement, for its page and the API.

Ratings are the subject of an app above this one; it hands its answer down at start-up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from placements.models import Placement


@dataclass(frozen=True)
class Verdict:
    """One published rating, without the name of whoever wrote it."""

    id: str
    side: str
    # "A school" or "The Careers Hub": who speaks, as the public reads it.
    said_by: str
    rated_at: datetime
    average: Decimal
    # A dimension's code to its mark out of five.
    marks: dict[str, int]
    would_use_again: bool
    comment: str
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True)
class Verdicts:
    """All that is published of a placement's ratings; `average` from three on."""

    count: int = 0
    average: Decimal | None = None
    # A dimension's label to its average, empty below three.
    dimensions: dict[str, Decimal] = field(default_factory=dict)
    would_use_again: int = 0
    ratings: list[Verdict] = field(default_factory=list)


_answers: list[Callable[[Placement], Verdicts]] = []


def answer_with(answer: Callable[[Placement], Verdicts]) -> None:
    """Let `answer` say what is published of a placement. Called once, at start-up."""
    _answers[:] = [answer]


def published_for(placement: Placement) -> Verdicts:
    return _answers[0](placement) if _answers else Verdicts()
