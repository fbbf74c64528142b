"""Write the page of the life cycles anew, from the tables of states."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from placements import life_cycles


class Command(BaseCommand):
    help = "Print the life cycles of bookings and listings as a page, or write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="where to write it")

    def handle(self, *args: Any, **options: Any) -> None:
        if file := options["file"]:
            file.write_text(life_cycles.page(), encoding="utf-8")
        else:
            self.stdout.write(life_cycles.page(), ending="")
