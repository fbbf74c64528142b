"""Programs that we start, and that never outlive us."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from marketplace.local.saying import CannotGoOn

Words = Sequence[str | Path]

PR_SET_PDEATHSIG = 1
NOBODY = 65534
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with(parent: int) -> None:
    """In the child, before its program starts: end when the parent does."""
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have gone before the line above was reached.
    if os.getppid() != parent:
        os._exit(1)


def start(
    command: Words,
    *,
    env: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a group of its own, so that Ctrl-C reaches us first."""
    parent = os.getpid()
    return subprocess.Popen(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        cwd=cwd,
        start_new_session=True,
        preexec_fn=lambda: die_with(parent),
    )


def stop(
    child: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, within: float = 20
) -> None:
    """Ask a program to end; after `within` seconds, end it and all it started."""
    if child.poll() is None:
        child.send_signal(by)
    try:
        child.wait(within)
    except subprocess.TimeoutExpired:
        kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a program and all it started, at once."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
    child.wait()


def as_nobody(command: Words, *, ending: str = "TERM") -> list[str]:
    """The command, as an account that is not root where we are root.

    PostgreSQL refuses to run as root. The account keeps one power, to pass through
    folders that only root may enter, so no folder has to be opened to the world.
    """
    words = [str(part) for part in command]
    if os.geteuid() != 0:
        return words
    if not shutil.which("setpriv"):
        raise CannotGoOn("PostgreSQL will not run as root: run this as an ordinary user.")
    who = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    powers = [f"--{kind}=-all,+dac_override" for kind in ("inh-caps", "ambient-caps")]
    return ["setpriv", *who, *powers, "--pdeathsig", ending, "--", *words]


def wait_for(
    ready: Callable[[], bool], child: subprocess.Popen[bytes], *, what: str, log: Path
) -> None:
    """Wait until a program answers, or say why it does not."""
    until = time.monotonic() + 60
    while not ready():
        if child.poll() is not None:
            raise CannotGoOn(f"{what} stopped as it started: {last_line(log)}")
        if time.monotonic() > until:
            raise CannotGoOn(f"{what} did not answer within a minute; see {log}.")
        time.sleep(0.02)


def last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"{lines[-1]} (all of it is in {log})" if lines else f"see {log}."


def run(command: Words, env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a program in the foreground, with this terminal; give back how it ended."""
    parent = os.getpid()
    return subprocess.run(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        check=False,
        preexec_fn=lambda: die_with(parent),
    ).returncode


def ask(command: Words, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a program without the terminal; give back how it ended and what it said."""
    parent = os.getpid()
    done = subprocess.run(
        [str(part) for part in command],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        preexec_fn=lambda: die_with(parent),
    )
    return done.returncode, done.stdout
