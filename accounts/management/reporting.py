"""What a person at a terminal is told of a register's loading."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.management.base import OutputWrapper

from accounts.extracts import Report


def telling(stream: OutputWrapper) -> Callable[[int], None]:
    """Says now and then how many rows have been read."""

    def tell(read: int) -> None:
        stream.write(f"{read:,} rows read")

    return tell


def say(outcome: Report | Exception) -> str:
    if isinstance(outcome, ValidationError):
        return f"Nothing was loaded. {' '.join(outcome.messages)}"
    if isinstance(outcome, Exception):
        return f"Nothing was loaded. {outcome}"
    lines = [f"{outcome.read:,} rows read, {outcome.kept:,} kept."]
    for reason, count in outcome.skipped.most_common():
        some = ", ".join(outcome.examples[reason])
        lines.append(f"{count:,} passed over, {reason}: {some}")
    return "\n".join(lines)
