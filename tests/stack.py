"""The marketplace as it really runs, on a database, a queue and a folder of its own.

Two web processes, a worker and a beat, started as `dev.py run` starts them, for tests
that may use nothing but what a person has: pages, the API and the clock.
"""

import os
import signal
import socket
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from marketplace.local import children, running, valkey
from marketplace.local.environments import ROOT, Environment

SETTINGS = "tests.stack_settings"
HERE = Environment(Path(sys.prefix), ROOT / "requirements" / "dev.txt")


@dataclass
class Stack:
    """What runs, and where."""

    port: int
    var: Path
    env: dict[str, str]
    queue: valkey.Valkey
    running: dict = field(default_factory=dict)

    @property
    def address(self):
        return f"http://localhost:{self.port}"

    def manage(self, *words):
        """A Django command beside the running processes; gives back what it printed."""
        code, told = children.ask([HERE.python, ROOT / "manage.py", *words], self.env)
        assert code == 0, told
        return told

    def sql(self, statement, *given):
        """One statement on the stack's database, as a person at its console would."""
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as connection:
            done = connection.execute(statement, given)
            return done.fetchall() if done.description else []

    def start(self, *names):
        for name in names:
            with (self.var / f"{name}.log").open("ab") as log:
                words = running.command(name, self.port, self.var, HERE)
                env = {**self.env, **running.PATIENCE[name]}
                self.running[name] = children.start(words, env=env, log=log, cwd=ROOT)

    def stop(self, *names):
        for name in names:
            children.stop(self.running.pop(name))

    def stop_all(self):
        self.stop(*list(self.running))

    def stop_queue(self):
        self.queue.stop()

    def kill(self, *names):
        """SIGKILL a program and everything it started."""
        for name in names:
            os.killpg(self.running[name].pid, signal.SIGKILL)
            self.running.pop(name).wait()

    def kill_queue(self):
        self.queue.crash()

    def start_queue(self):
        self.queue = valkey.start(self.queue.folder, self.queue.sockets)

    def wait_until_ready(self):
        watched = {name: child for name, child in self.running.items() if name == "web"}
        running.wait_for_page(f"127.0.0.1:{self.port}", watched, self.var)

    def log_of(self, name):
        return (self.var / f"{name}.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def stack(*programs, prepare=(), **env):
    """Start `programs` (of "web", "worker", "beat"); `prepare` are commands run before."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="wex-stack-")))
        url = ending.enter_context(database())
        queue = valkey.start(folder / "valkey", folder / "s")
        made = Stack(free_port(), folder, {}, queue)
        ending.callback(made.stop_queue)
        made.env = environment(made, url, env)
        ending.callback(made.stop_all)
        gather = [["collectstatic", "--noinput", "-v0"]] if "web" in programs else []
        for words in (*gather, *prepare):
            made.manage(*words)
        made.start(*programs)
        if "web" in programs:
            made.wait_until_ready()
        yield made


def environment(made, url, changed):
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": url,
        "REDIS_URL": made.queue.url(),
        "WEX_VAR": str(made.var),
        "SITE_ADDRESS": made.address,
        "SECRET_KEY": "a-key-of-the-tests-0123456789-0123456789-0123456789",
        **changed,
    }


@contextmanager
def database():
    """A migrated database of its own, copied from the run's template."""
    given = urlsplit(os.environ["DATABASE_URL"])
    name = f"stack_{uuid4().hex[:12]}"
    console = urlunsplit(given._replace(path="/postgres"))
    template = os.environ["WEX_TEMPLATE_DATABASE"]
    with psycopg.connect(console, autocommit=True) as connection:
        copy(connection, name, template)
        yield urlunsplit(given._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def copy(connection, name, template):
    # Another process may be copying the same template this very moment.
    until = time.monotonic() + 30
    while True:
        try:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
