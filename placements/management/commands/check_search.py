from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from placements import index


class Command(BaseCommand):
    help = (
        "Prove that what search reads equals its source. Prints each placement that differs,"
        " and ends with status 1 if there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=100, help="how many to print (100)")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = index.differences(options["most"])
        for difference in wrong:
            self.stdout.write(f"{difference.placement} {difference.what}")
        if wrong:
            raise CommandError(f"{len(wrong)} differ: `rebuild_search` makes them anew.")
        self.stdout.write("What search reads is what the listings say.")
