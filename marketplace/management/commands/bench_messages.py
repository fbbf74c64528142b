"""`manage bench_messages`: what is owed under fire, and how fast it goes, in one run."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.bench.messages.bench import FULL, QUICK, Bench


class Command(BaseCommand):
    """Kill worker, beat, database and queue while messages fall due, and print one JSON object as
    the last line.

    It has `ok`, `goals` (each with its `value` beside `at_most` or `at_least`), and of the run
    by a service that can be asked `lost`, `repeated`, `kills`, `kills_while_claimed`, `crashes`
    (of the database), `flushes` (of the queue), `freezes` and `seconds`; the same of a smaller run
    `by_smtp`, where what may have gone goes again under the same Message-ID; then
    `messages_per_second` of a worker's two processes, and what a booking takes of the processor,
    to what it takes with nobody else at work: `bookings_slowed_by_backlog` beside a backlog of
    messages that wait, `bookings_slowed` while these are delivered, `bookings_slowed_by_company`
    beside two processes that only count; for a processor that is shared takes longer over
    anything. Goals are the first, and the second over the third. Each is there by the clock too.
    Everything runs on servers of its own. The whole takes about half an hour; `--quick` about
    three minutes.

    Exit 1 when a goal is missed.
    """

    help = "Let messages fall due while what delivers them is killed, and count what arrives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="a tenth of it, or less")

    def handle(self, *_args: object, **options: Any) -> None:
        plan = QUICK if options["quick"] else FULL
        told = Bench(plan, say=self.stderr.write).run()
        self.stdout.write(json.dumps(told))
        if not told["ok"]:
            raise CommandError("A goal is missed.")
