"""Prove that every slot's counts are what its bookings say, and that nobody is overlooked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from placements import counter, waiting, workplace_days


class Command(BaseCommand):
    help = (
        "Compare each slot's counts with its bookings, and its free places with its waiting"
        " list; exit 1 and list the differences."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = counter.miscounted()
        for one in wrong:
            self.stderr.write(
                f"{one.slot}: {one.taken} taken, {one.held} held by bookings;"
                f" {one.waiting} waiting, {one.listed} on the list;"
                f" {one.kept_back} kept, {one.unbooked} set aside and not booked"
            )
        days = workplace_days.miscounted()
        for day in days:
            self.stderr.write(
                f"{day.workplace} on {day.day}: {day.taken} counted, {day.held} booked there"
            )
        overlooked = {group.slot_id for group in waiting.overlooked()}
        for slot in sorted(overlooked):
            self.stderr.write(f"{slot}: somebody waits who could use the free places")
        if wrong:
            raise CommandError(f"{len(wrong)} slots are miscounted.")
        if days:
            raise CommandError(f"{len(days)} days of workplaces are miscounted.")
        if overlooked:
            raise CommandError(f"In {len(overlooked)} slots somebody is overlooked.")
        self.stdout.write("Every slot's places add up, and nobody waits for a place that is free.")
