"""What badges are called, and what each vouches for.

A placement carries its provider's badges as codes. Who gives them, and why, is the subject
of an app above this one, which hands its answer down at start-up.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.core.cache import caches

from accounts.models import Organisation

# A badge's name is on half of all pages, and changes once in years.
NAMES_KEPT_FOR = 10


class Answers(NamedTuple):
    """Each badge's name by its code; and the codes of those that a provider holds today."""

    names: Callable[[], dict[str, str]]
    held_by: Callable[[Organisation], list[str]]


_answers: list[Answers] = []


def answer_with(answers: Answers) -> None:
    """Let `answers` speak for badges. Called once, at start-up."""
    _answers[:] = [answers]


class Names(dict[str, str]):
    """Names by code; a code that nobody explains reads as it is spelt."""

    def __missing__(self, code: str) -> str:
        return code.replace("_", " ").replace("-", " ").capitalize()


def names() -> Names:
    return Names(caches["memory"].get_or_set("badges", _names, NAMES_KEPT_FOR) or {})


def _names() -> dict[str, str]:
    return _answers[0].names() if _answers else {}


def held_by(provider: Organisation) -> list[str]:
    """What a new listing of this provider shows from its first day."""
    return _answers[0].held_by(provider) if _answers else []
