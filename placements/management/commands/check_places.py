"""Prove that every slot's counts are what its bookings say, and that nobody is overlooked."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from placements import counter, waiting, workplace_days


class Command(BaseCommand):
    help = (
        "Compare each slot's counts with its bookings, the days of workplaces with what is booked"
        " there, and free places with waiting lists; exit 1 and list the differences."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = {
            "{} slots are miscounted.": [
                f"{one.slot}: {one.taken} taken, {one.held} held by bookings;"
                f" {one.waiting} waiting, {one.listed} on the list;"
                f" {one.kept_back} kept, {one.unbooked} set aside and not booked"
                for one in counter.miscounted()
            ],
            "{} days of workplaces are miscounted.": [
                f"{day.workplace} on {day.day}: {day.taken} counted, {day.held} booked there"
                for day in workplace_days.miscounted()
            ],
            "{} slots share no days.": [
                f"{slot}: shares no days of its workplace, which says how many it can have"
                for slot in workplace_days.unshared()
            ],
            "In {} slots somebody is overlooked.": [
                f"{slot}: somebody waits who could use the free places"
                for slot in sorted({group.slot_id for group in waiting.overlooked()})
            ],
        }
        for difference in chain.from_iterable(found.values()):
            self.stderr.write(difference)
        for words, differences in found.items():
            if differences:
                raise CommandError(words.format(len(differences)))
        self.stdout.write("Every slot's places add up, and nobody waits for a place that is free.")
