"""`manage nation`: a synthetic nation, for measuring and for looking around at full size."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from marketplace.nation import building, removing

SAY_EVERY = 10_000


class Command(BaseCommand):
    """Add a synthetic nation beside what is there, or take it out again.

    `--placements` is the number of published listings (300,000 unless said), `--slots` the
    number of their dates (1,000,000 unless said; from 1 to 60 to a placement), `--seed` a
    whole number (1 unless said): the same seed at the same moment makes the same nation.
    Schools, employers, providers, badges and bookings follow from these. Its identifiers
    begin with the letters of "nation", which is its only mark. Nobody belongs to its
    organisations, so that no message is ever owed to anybody. The usual size takes a few
    minutes and no more memory than a small one.

    `--remove` takes the nation out, and what people have since hung on it.

    Errors, each of which leaves everything as it was: a nation is there already; fewer than
    one placement; fewer slots than placements, or more than 60 to a placement.
    """

    help = "Add a synthetic nation of published placements, or --remove it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--placements", type=int, default=300_000)
        parser.add_argument("--slots", type=int, default=1_000_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--remove", action="store_true", help="take the nation out again")

    def handle(self, *_args: object, **options: int) -> None:
        if options["remove"]:
            self._remove()
        else:
            self._build(options["placements"], options["slots"], options["seed"])
        call_command("rebuild_search", stdout=self.stdout)

    def _build(self, placements: int, slots: int, seed: int) -> None:
        try:
            building.build(placements, slots, seed=seed, progress=self._wrote)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"A nation of {placements:,} placements and {slots:,} slots is there.")

    def _remove(self) -> None:
        removing.remove(self._took)
        self.stdout.write("The nation is gone.")

    def _wrote(self, placements: int) -> None:
        if placements % SAY_EVERY == 0:
            self.stderr.write(f"{placements:,} placements written")

    def _took(self, what: str, number: int) -> None:
        if number:
            self.stderr.write(f"{number:,} {what} removed")
