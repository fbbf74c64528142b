"""What badges are called, and what each vouches for.

A placement carries its provider's badges as codes. Who gives them, and why, is the subject
of an app above this one, which hands its answer down at start-up.
"""

from collections.abc import Callable

_answers: list[Callable[[], dict[str, str]]] = []


def answer_with(answer: Callable[[], dict[str, str]]) -> None:
    """Let `answer` say each badge's name by its code. Called once, at start-up."""
    _answers[:] = [answer]


class Names(dict[str, str]):
    """Names by code; a code that nobody explains reads as it is spelt."""

    def __missing__(self, code: str) -> str:
        return code.replace("_", " ").replace("-", " ").capitalize()


def names() -> Names:
    return Names(_answers[0]() if _answers else {})
