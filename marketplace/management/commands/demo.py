"""`manage demo`: a believable area to look around in. Safe to run twice."""

import logging

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.demo import telling


class Command(BaseCommand):
    """Fill an empty marketplace with one hub's area.

    Needs DEMONSTRATION to be on. Takes under a minute; where anything has been founded
    already it changes nothing and says so.
    """

    help = "Fill an empty marketplace with a believable area, for looking around in."

    def handle(self, *_args: object, **_options: object) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is not a demonstration: DEMONSTRATION is off.")
        # Eight months of post go out in a minute: not news to whoever watches.
        logging.disable(logging.WARNING)
        try:
            told = telling.tell()
        finally:
            logging.disable(logging.NOTSET)
        if told:
            self.stdout.write("The demonstration's area is there.")
        else:
            self.stdout.write("There is a marketplace here already; nothing was changed.")
