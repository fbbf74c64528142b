from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import postcode_directory
from accounts.management.reporting import say, telling


class Command(BaseCommand):
    help = "Read in the ONS Postcode Directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = postcode_directory.load(options["file"], progress=telling(self.stderr))
        except (OSError, ValidationError) as refusal:
            raise CommandError(say(refusal)) from refusal
        self.stdout.write(say(report))
