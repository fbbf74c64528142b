"""`manage bench_search`: what the search promises of speed, measured in one run."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.bench.search.bench import Bench

SIZES, SAMPLES = (30_000, 300_000, 1_000_000), 30
QUICK_SIZES, QUICK_SAMPLES = (24_000,), 10


class Command(BaseCommand):
    """Measure the search on synthetic nations, and print one JSON object as the last line.

    It has `ok`, `goals` (each with its `value` beside `at_most` or `at_least`), and for each
    size medians and 95th percentiles in milliseconds of processor. Each nation is built in
    a database of its own on the same server, which must be on this machine and let us
    create databases. Three sizes take about half an hour; `--quick` measures one small size
    in about a minute, without the goals that speak of large ones; `--sizes` and `--samples`
    choose others.

    Exit 1 when a goal is missed. An answer that differs from the hand-written search's is
    an error, and so is a server that is elsewhere.
    """

    help = "Measure the search against hand-written SQL, a plain form and bare pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="one small size, few samples")
        parser.add_argument("--sizes", type=int, nargs="+", help="how many placements")
        parser.add_argument("--samples", type=int, help="how often each question is asked")

    def handle(self, *_args: object, **options: Any) -> None:
        quick = options["quick"]
        bench = Bench(
            sizes=options["sizes"] or (QUICK_SIZES if quick else SIZES),
            samples=options["samples"] or (QUICK_SAMPLES if quick else SAMPLES),
            say=self.stderr.write,
        )
        told = bench.run()
        self.stdout.write(json.dumps(told))
        if not told["ok"]:
            raise CommandError("A goal is missed.")
