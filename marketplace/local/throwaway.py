"""Servers that live as long as one run of the tests, and one migrated database to copy."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from marketplace.local import postgres, valkey
from marketplace.local.environments import ROOT
from marketplace.local.saying import CannotGoOn

TEMPLATE = "marketplace_template"
# Says to whoever starts later that the servers are there already.
STARTED = "WEX_SERVERS_STARTED"


@contextmanager
def servers(python: Path) -> Iterator[dict[str, str]]:
    """Start them, and give the environment in which the tests are to run."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="wex-test-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        var = folder / "var"
        var.mkdir()
        env = {**os.environ, STARTED: "1", "WEX_VAR": str(var)}
        env["DJANGO_SETTINGS_MODULE"] = "marketplace.settings.test"
        if not env.get("REDIS_URL"):
            env |= redis(folder, stack)
        if not env.get("DATABASE_URL"):
            env |= database(folder, stack, python, env)
        yield env


def redis(folder: Path, stack: ExitStack) -> dict[str, str]:
    server = valkey.start(folder / "valkey", folder / "sockets", throw_away=True)
    stack.callback(server.stop)
    return {"REDIS_URL": server.url()}


def database(
    folder: Path, stack: ExitStack, python: Path, env: Mapping[str, str]
) -> dict[str, str]:
    server = postgres.start(folder / "postgres", folder / "sockets", throw_away=True)
    stack.callback(server.stop)
    server.sql(f"CREATE DATABASE {TEMPLATE} OWNER {postgres.OWNER}")
    migrate(python, {**env, "DATABASE_URL": server.url(TEMPLATE)})
    return {"DATABASE_URL": server.url(), "WEX_TEMPLATE_DATABASE": TEMPLATE}


def migrate(python: Path, env: Mapping[str, str]) -> None:
    done = subprocess.run(
        [python, ROOT / "manage.py", "migrate", "--verbosity=0"],
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotGoOn(f"The migrations do not run:\n{done.stdout}{done.stderr}")
