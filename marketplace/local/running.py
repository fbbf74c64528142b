"""`dev.py run`: the whole marketplace on one machine, until Ctrl-C."""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from marketplace.local import children, environments, servers, styles
from marketplace.local.environments import FOR_RUNNING, ROOT, Environment
from marketplace.local.managing import SETTINGS
from marketplace.local.saying import CannotGoOn, say, step

# In this order they stop: whoever asks for work before whoever does it.
PROGRAMS = ("beat", "web", "worker")
# How long a statement may take where nobody is waiting for a page.
PATIENCE: Mapping[str, Mapping[str, str]] = {
    "web": {},
    "worker": {"STATEMENT_TIMEOUT_MS": "60000"},
    "beat": {},
}


@dataclass(frozen=True)
class Asked:
    port: int
    demo: bool

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


def run(words: Sequence[str]) -> int:
    asked = read(words)
    var = servers.var_folder()
    with servers.held(var, as_what="run") as running:
        if running:
            raise CannotGoOn(
                f"It is already running at {running['address']} (process {running['process']}):"
                " stop it there with Ctrl-C, or set WEX_VAR to run another beside it."
            )
        servers.publish(var, {"address": asked.address, "database": "", "redis": ""})
        port_is_free(asked.port)
        environments.prepare(FOR_RUNNING)
        styles.prepare(FOR_RUNNING)
        with servers.started(var) as addresses:
            told = {"database": addresses.database, "redis": addresses.redis}
            servers.publish(var, {"address": asked.address, **told})
            serve(asked, var, addresses.as_environment(var))
    return 0


def read(words: Sequence[str]) -> Asked:
    parser = argparse.ArgumentParser(prog="dev.py run")
    parser.add_argument("--port", type=int, default=8000, help="where the pages are (8000)")
    parser.add_argument("--no-demo", action="store_true", help="start with nothing in it")
    given = parser.parse_args(words)
    return Asked(port=given.port, demo=not given.no_demo)


def port_is_free(port: int) -> None:
    if not 0 < port < 65536:
        raise CannotGoOn(f"{port} is no port: choose one from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotGoOn(f"This account may not use port {port}: try --port 8000.") from None
        except OSError:
            raise CannotGoOn(
                f"Port {port} is taken by another program: try --port {port + 1}."
            ) from None


def serve(asked: Asked, var: Path, environment: Mapping[str, str]) -> None:
    """Bring the data up to date, start the three programs, and watch over them."""
    env = {
        **environment,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "SITE_ADDRESS": os.environ.get("SITE_ADDRESS", asked.address),
    }
    bring_up_to_date(asked, var, env)
    with ExitStack() as stack, step("Starting web, worker and beat"):
        started = {name: start(name, asked, var, env, stack) for name in reversed(PROGRAMS)}
        wait_for_page(f"127.0.0.1:{asked.port}", started, var)
        watch = stack.pop_all()
    with watch:
        greet(asked)
        stay_until_told(started, var)


def bring_up_to_date(asked: Asked, var: Path, env: Mapping[str, str]) -> None:
    with step("Migrating the database"):
        django(["migrate", "--verbosity=0"], env)
    collect_static(var, env)
    told = var / "demo-told"
    if asked.demo and not told.exists() and has_command("demo", env):
        with step("Telling the demonstration's story (once)"):
            django(["demo"], env)
        told.touch()


def collect_static(var: Path, env: Mapping[str, str]) -> None:
    sources = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    made = [path for path in styles.MADE.rglob("*") if path.is_file()]
    wanted = environments.digest([FOR_RUNNING.lock, *sorted(sources), *sorted(made)])
    stamp = var / "static.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step("Gathering the static files"):
        django(["collectstatic", "--noinput", "--ignore=*.scss", "--verbosity=0"], env)
    stamp.write_text(wanted)


def has_command(name: str, env: Mapping[str, str]) -> bool:
    return name in django(["help", "--commands"], env).split()


def django(words: Sequence[str], env: Mapping[str, str]) -> str:
    """Run a command of Django's out of sight; its words matter only if it fails."""
    code, told = children.ask([FOR_RUNNING.python, ROOT / "manage.py", *words], env)
    if code:
        raise CannotGoOn(f"`{words[0]}` failed:\n{told.strip()}")
    return told


def start(
    name: str, asked: Asked, var: Path, env: Mapping[str, str], stack: ExitStack
) -> subprocess.Popen[bytes]:
    # A log for each run, so that they do not grow for ever.
    with (var / f"{name}.log").open("wb") as log:
        words = command(name, asked.port, var, FOR_RUNNING)
        child = children.start(words, env={**env, **PATIENCE[name]}, log=log, cwd=ROOT)
    stack.callback(children.stop, child)
    return child


def command(name: str, port: int, var: Path, environment: Environment) -> children.Words:
    """How each of the three programs is started."""
    celery = [str(environment.program("celery")), "-A", "marketplace.celery:app"]
    quiet = ["--loglevel", "INFO"]
    web = [str(environment.program("gunicorn")), "marketplace.wsgi:application"]
    how = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    ending = ["--graceful-timeout", "15", "--no-control-socket"]
    commands = {
        "web": [*web, "--bind", f"127.0.0.1:{port}", *how, *ending],
        "worker": [*celery, "worker", "-c", "2", *quiet],
        "beat": [*celery, "beat", "-s", str(var / "beat"), "--pidfile", "", *quiet],
    }
    return commands[name]


def wait_for_page(where: str, started: Mapping[str, subprocess.Popen[bytes]], var: Path) -> None:
    until = time.monotonic() + 180
    while not answers(where):
        whoever_ended(started, var)
        if time.monotonic() > until:
            raise CannotGoOn(
                f"The pages did not answer within three minutes; see {var / 'web.log'}."
            )
        time.sleep(0.1)


def answers(where: str) -> bool:
    asking = http.client.HTTPConnection(where, timeout=5)
    try:
        asking.request("GET", "/readyz")
        return asking.getresponse().status == 200
    except (http.client.HTTPException, OSError):
        return False
    finally:
        asking.close()


def whoever_ended(started: Mapping[str, subprocess.Popen[bytes]], var: Path) -> None:
    for name, child in started.items():
        if child.poll() is not None:
            log = var / f"{name}.log"
            raise CannotGoOn(f"The {name} stopped by itself: {children.last_line(log)}")


def greet(asked: Asked) -> None:
    say()
    say(f"  The marketplace is at {asked.address}/")
    say(f"    Try it as somebody:   {asked.address}/try/")
    say(f"    Read the mail it sent: {asked.address}/outbox/")
    say()
    say("  Ctrl-C stops it all; what is in it is kept.")


def stay_until_told(started: Mapping[str, subprocess.Popen[bytes]], var: Path) -> None:
    """Watch until Ctrl-C; if any of the three ends, all of it does."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    while not told.wait(0.5):
        whoever_ended(started, var)
    say("  Stopping ...")
