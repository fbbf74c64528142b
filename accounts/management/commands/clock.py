"""Move the business clock of every process on this machine, in a demonstration."""

import re
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock, phrases

UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class Command(BaseCommand):
    help = "Shows the business clock; moves it on (+8d, +3h, +20m); or sets it right (reset)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("by", nargs="?", default="", metavar="+8d|reset")

    def handle(self, *, by: str, **_: object) -> None:
        if by and not (settings.DEMONSTRATION and settings.CLOCK_FILE):
            raise CommandError("Only a demonstration's clock can be moved.")
        if by == "reset":
            clock.reset()
        elif by:
            clock.move(_ahead(by))
        self.stdout.write(f"It is {phrases.moment(clock.now())}.")


def _ahead(words: str) -> timedelta:
    steps = re.fullmatch(r"\+(\d{1,4})([dhm])", words)
    if not steps:
        raise CommandError("Say how far: +8d, +3h or +20m; or reset.")
    return timedelta(**{UNITS[steps[2]]: int(steps[1])})
