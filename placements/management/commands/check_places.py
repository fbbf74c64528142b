"""Prove that every slot's count of taken places is the sum of its bookings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from placements import counter


class Command(BaseCommand):
    help = "Compare each slot's taken places with its bookings; exit 1 and list the differences."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = counter.miscounted()
        for one in wrong:
            self.stderr.write(f"{one.slot}: {one.taken} taken, {one.held} held by bookings")
        if wrong:
            raise CommandError(f"{len(wrong)} slots are miscounted.")
        self.stdout.write("Every slot's places add up.")
