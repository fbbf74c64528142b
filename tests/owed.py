"""Notes each kind of message that the tests owe, as `tests.rendered` notes templates.

Whatever letter is written is compared with its sample on the way: see marketplace.wording. The settings of the tests and of their stacks have this as one more app, so that what a web
process or a worker owes is noted as well.
"""

import os
from functools import wraps
from pathlib import Path

from django.apps import AppConfig

from tests.every_template import FOLDER, OWED


class Owed(AppConfig):
    name = "tests.owed"

    def ready(self):
        from accounts import letters, outbox
        from marketplace.wording import samples

        outbox.intend = noting(outbox.intend)
        letters.made_out = comparing(letters.made_out, samples)


def noting(intend):
    @wraps(intend)
    def noted(kind, **more):
        if folder := os.environ.get(FOLDER):
            (Path(folder) / f"{OWED}{kind}").touch()
        return intend(kind, **more)

    return noted


def comparing(made_out, samples):
    """A letter that is given other names to say than its sample is shows what is no more."""

    @wraps(made_out)
    def compared(letter, to, words, **more):
        sample = samples.all_words().get(letter.kind, words)
        assert set(words) == set(sample), f"the sample of {letter.kind} has other words"
        return made_out(letter, to, words, **more)

    return compared
