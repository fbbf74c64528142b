"""Write every kind of message into a folder, as it would be sent."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from marketplace.wording import gallery


class Command(BaseCommand):
    help = "Write a sample of every kind of message, text and HTML, and an index of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="the folder; it may be there")

    def handle(self, *, to: Path, **_: object) -> None:
        self.stdout.write(f"{gallery.write_to(to)} kinds of message are in {to}.")
