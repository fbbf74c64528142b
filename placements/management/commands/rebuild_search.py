from django.core.management.base import BaseCommand
from django.db import connection, transaction

from placements import bitmaps, index


class Command(BaseCommand):
    help = (
        "Derive anew what search reads: a row for each published placement, and the stored"
        " counts. Safe at any time: searches go on meanwhile, changes to listings wait."
    )

    def handle(self, *args: object, **options: object) -> None:
        with transaction.atomic():
            made = index.rebuild()
            bitmaps.count_anew()
        # Within somebody's transaction the database refuses to: then it is left to its own time.
        if not connection.in_atomic_block:
            index.pack()
        self.stdout.write(f"{made} placements can be found.")
