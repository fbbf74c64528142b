"""A worker that stands still between claiming a message and handing it over, as on a machine
that is paused; and the postman without one part of what keeps him from repeating himself.
"""

import os
import signal
from functools import wraps
from pathlib import Path

from django.apps import AppConfig

# Which part is taken out of the postman: a word of `PARTS`, or nothing.
WITHOUT = "WEX_WITHOUT"


class Freezing(AppConfig):
    name = "tests.faults"

    def ready(self):
        from accounts import letters, postman

        letters.write_together = standing_still(letters.write_together)
        if part := os.environ.get(WITHOUT):
            PARTS[part](postman)


def standing_still(write):
    """The first to get here stops as the signal of that name stops it, until somebody lets it on."""

    @wraps(write)
    def written(messages):
        mail = write(messages)
        if is_first():
            note().write_text(f"{os.getpid()} {messages[0].pk}\n")
            os.kill(os.getpid(), signal.SIGSTOP)
        return mail

    return written


def is_first():
    try:
        note().touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def note():
    return Path(os.environ["WEX_VAR"]) / "frozen"


def take_out_the_clock(postman):
    postman._refuse_if_held_up = lambda until: None


def take_out_the_fence(postman):
    from accounts.models import Message

    postman.leases.mine = lambda message: Message.objects.filter(pk=message.pk)


PARTS = {"clock": take_out_the_clock, "fence": take_out_the_fence}
