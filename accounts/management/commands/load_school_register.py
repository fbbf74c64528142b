from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import school_register
from accounts.management.reporting import say, telling


class Command(BaseCommand):
    help = "Read in the national register of schools (the extract of all establishments)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--whole",
            action="store_true",
            help="this is the whole register: what is not in it has closed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = school_register.load(
                options["file"], whole=options["whole"], progress=telling(self.stderr)
            )
        except (OSError, ValidationError) as refusal:
            raise CommandError(say(refusal)) from refusal
        self.stdout.write(say(report))
