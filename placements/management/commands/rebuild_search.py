from django.core.management.base import BaseCommand
from django.db import transaction

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
        self.stdout.write(f"{made} placements can be found.")
