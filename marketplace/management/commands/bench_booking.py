"""`manage bench_booking`: what booking promises of speed under contention, in one run."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.bench.booking.bench import Bench


class Command(BaseCommand):
    """Let many processes book at once, and print one JSON object as the last line.

    It has `ok`, `goals` (each with its `value` beside `at_most` or `at_least`), bookings a
    second by the verb, over HTTP and by one statement written by hand, and milliseconds of
    bookings and refusals while a crowd sells out, median and 95th percentile. Everything
    happens in a database of its own on the same server, which must let us create one; those
    that are compared take turns. HTTP is the API as `dev.py run` serves it, with a token and
    an Idempotency-Key for each booking. Three rounds take about eight minutes; `--quick`
    makes one short round.

    Exit 1 when a goal is missed.
    """

    help = "Measure booking under contention against hand-written SQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="one short round")

    def handle(self, *_args: object, **options: Any) -> None:
        quick = options["quick"]
        bench = Bench(rounds=1 if quick else 3, seconds=2 if quick else 5, say=self.stderr.write)
        told = bench.run()
        self.stdout.write(json.dumps(told))
        if not told["ok"]:
            raise CommandError("A goal is missed.")
