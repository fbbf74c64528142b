"""Write the timetable of messages anew, from what each kind of letter says of itself."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import message_page


class Command(BaseCommand):
    help = "Print what we write, to whom and when as a page, or write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="where to write it")

    def handle(self, *args: Any, **options: Any) -> None:
        if file := options["file"]:
            file.write_text(message_page.page(), encoding="utf-8")
        else:
            self.stdout.write(message_page.page(), ending="")
