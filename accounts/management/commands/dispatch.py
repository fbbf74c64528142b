"""Deliver what is owed, for as long as this runs: needs the database and nothing else."""

import signal
import threading
from types import FrameType

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from accounts import postman


class Command(BaseCommand):
    help = "Delivers due messages every few seconds, beside Celery or without it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=5, metavar="SECONDS")
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *, every: float, once: bool, **_: object) -> None:
        ending = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            ending.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        self.stdout.write("Delivering what is owed.")
        self.stdout.flush()
        while not ending.is_set():
            self.round()
            if once:
                break
            ending.wait(every)

    def round(self) -> None:
        try:
            postman.deliver_due()
        except DatabaseError as failure:
            self.stderr.write(f"The database did not answer: {type(failure).__name__}")
            # The next round makes a connection of its own.
            connection.close()
