"""`dev.py manage`: a Django command on the servers of `run`, started if they are not."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from marketplace.local import children, environments, servers, styles

SETTINGS = "marketplace.settings.development"


def manage(words: Sequence[str]) -> int:
    environments.prepare(environments.FOR_RUNNING)
    styles.MADE.mkdir(parents=True, exist_ok=True)
    var = servers.var_folder()
    with servers.held(var, as_what="manage") as running:
        if running:
            told = servers.Addresses(running["database"], running["redis"])
            return django(words, told.as_environment(var))
        with servers.started(var) as addresses:
            return django(words, addresses.as_environment(var))


def django(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command of Django's in the foreground, with this terminal."""
    python = environments.FOR_RUNNING.python
    command: list[str | Path] = [python, environments.ROOT / "manage.py", *words]
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS)
    return children.run(command, {**environment, "DJANGO_SETTINGS_MODULE": settings})
