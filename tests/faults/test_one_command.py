import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from marketplace.local.environments import ROOT

pytestmark = pytest.mark.faults


@pytest.fixture
def var():
    with tempfile.TemporaryDirectory(prefix="wex-run-") as folder:
        yield Path(folder)


@pytest.fixture
def alone(var):
    """An environment that names no server, so that the command starts its own."""
    env = {**os.environ, "WEX_VAR": str(var)}
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    return env


@pytest.fixture
def start(alone, var):
    started = []

    def run(port):
        with (var.parent / f"{var.name}.told").open("w") as told:
            child = subprocess.Popen(
                [sys.executable, ROOT / "dev.py", "run", "--no-demo", "--port", str(port)],
                env=alone,
                stdout=told,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(child)
        return child, Path(told.name)

    yield run
    for child in started:
        if child.poll() is None:
            child.terminate()
        child.wait(60)
    (var.parent / f"{var.name}.told").unlink()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def wait_for_greeting(child, told):
    # The first time on a machine, packages are fetched before anything starts.
    until = time.monotonic() + 300
    while "The marketplace is at" not in told.read_text():
        assert child.poll() is None, told.read_text()
        assert time.monotonic() < until, told.read_text()
        time.sleep(0.1)


def ask(port, page):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=10) as answer:
        return answer.status, answer.read()


def processes_in(var):
    """Every process that was started with this folder as its own."""
    mark = f"WEX_VAR={var}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
    return [pid for pid in found if pid != os.getpid()]


def named(pid):
    """What a process is, for whoever reads the failure."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return "gone since"


def manage(alone, *words):
    return subprocess.run(
        [sys.executable, ROOT / "dev.py", "manage", *words],
        env=alone,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_one_command_starts_it_all_and_one_signal_ends_it(start, alone, var):
    port = free_port()
    child, told = start(port)
    wait_for_greeting(child, told)

    ready = ask(port, "/readyz")
    beside = manage(alone, "shell", "-v0", "-c", "print(2 + 2)")
    child.send_signal(signal.SIGINT)

    assert (ready[0], json.loads(ready[1])["status"]) == (200, "ok")
    assert beside.stdout.split() == ["4"], beside.stderr
    assert child.wait(60) == 0, told.read_text()
    assert processes_in(var) == []


def test_nothing_is_left_of_a_run_that_is_killed_and_the_next_one_starts(start, var):
    port = free_port()
    child, told = start(port)
    wait_for_greeting(child, told)

    child.kill()
    child.wait()
    # A worker takes up to twenty seconds to end what it is at, and looks for its queue first.
    until = time.monotonic() + 90
    while processes_in(var) and time.monotonic() < until:
        time.sleep(0.1)

    assert [named(pid) for pid in processes_in(var)] == []
    child, told = start(port)
    wait_for_greeting(child, told)
    assert ask(port, "/healthz")[0] == 200


def test_a_run_ends_when_one_of_its_programs_does(start, var):
    child, told = start(free_port())
    wait_for_greeting(child, told)
    beat = [
        pid for pid in processes_in(var) if b"beat" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]

    os.kill(beat[0], signal.SIGKILL)

    assert child.wait(60) == 1
    assert "The beat stopped by itself" in told.read_text()
    assert processes_in(var) == []
