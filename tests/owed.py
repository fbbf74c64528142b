"""Notes each kind of message that the tests owe, as `tests.rendered` notes templates.

The settings of the tests and of their stacks have this as one more app, so that what a web
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
        from accounts import outbox

        outbox.intend = noting(outbox.intend)


def noting(intend):
    @wraps(intend)
    def noted(kind, **more):
        if folder := os.environ.get(FOLDER):
            (Path(folder) / f"{OWED}{kind}").touch()
        return intend(kind, **more)

    return noted
