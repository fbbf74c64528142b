"""The two environments, `.venv` to run in and `.venv-test` to test in, each exactly what
its lock says, and made again only when the lock has changed."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from marketplace.local.saying import CannotGoOn, say, step

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ROOT / "requirements"
BUILD = ROOT / "build"


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the lock that fills it."""

    folder: Path
    lock: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.folder / ".stamp"

    def program(self, name: str) -> Path:
        return self.folder / "bin" / name

    def packages(self) -> Path:
        return next((self.folder / "lib").glob("python3*/site-packages"))


FOR_RUNNING = Environment(ROOT / ".venv", LOCKS / "run.txt")
FOR_TESTING = Environment(ROOT / ".venv-test", LOCKS / "dev.txt")


def prepare(environment: Environment) -> None:
    """Make the environment hold what its lock says, if it does not already."""
    with one_at_a_time():
        wanted = fingerprint(environment)
        if environment.stamp.exists() and environment.stamp.read_text() == wanted:
            return
        make(environment)
        fill(environment)
        environment.stamp.write_text(wanted)


def fingerprint(environment: Environment) -> str:
    """Changes when the locks change, or the Python that the environment is of."""
    return digest([environment.lock, LOCKS / "bootstrap.txt"]) + sys.version


def digest(files: Sequence[Path]) -> str:
    told = hashlib.sha256()
    for file in files:
        told.update(file.name.encode())
        told.update(file.read_bytes())
    return told.hexdigest()


def make(environment: Environment) -> None:
    if is_of_this_python(environment):
        return
    shutil.rmtree(environment.folder, ignore_errors=True)
    with step(f"Making {environment.folder.name}"):
        done = subprocess.run(
            [sys.executable, "-m", "venv", environment.folder],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        shutil.rmtree(environment.folder, ignore_errors=True)
        raise CannotGoOn(why_no_environment(done.stdout + done.stderr))


def is_of_this_python(environment: Environment) -> bool:
    stamp = environment.stamp
    return (
        environment.python.exists() and stamp.exists() and stamp.read_text().endswith(sys.version)
    )


def why_no_environment(told: str) -> str:
    if "No space left" in told:
        return "The disk is full: make room for about 1 GB, and try again."
    if "ensurepip" in told or "No module named venv" in told:
        return (
            "This Python cannot make virtual environments: install its venv module"
            " (on Debian and Ubuntu, the package python3-venv)."
        )
    return f"Python could not make a virtual environment: {told.strip()}"


def fill(environment: Environment) -> None:
    """Install what is locked: with uv, which is quick, or with pip, which is always there."""
    with step(f"Installing what {environment.lock.name} locks"):
        bootstrap = LOCKS / "bootstrap.txt"
        pip: list[str | Path] = [environment.python, "-m", "pip", "install", "-q"]
        quick = attempt([*pip, "--require-hashes", "-r", bootstrap]) is None
        failed = sync(environment) if quick else "no uv"
        if failed is not None:
            failed = attempt([*pip, "--require-hashes", "-r", environment.lock])
    if failed is not None:
        raise CannotGoOn(why_not_installed(failed))


def sync(environment: Environment) -> str | None:
    # Bootstrap is named again, or uv would remove itself.
    uv: list[str | Path] = [environment.program("uv"), "pip", "sync", "-q", "--require-hashes"]
    return attempt([*uv, "--python", environment.python, environment.lock, LOCKS / "bootstrap.txt"])


def attempt(command: Sequence[str | Path]) -> str | None:
    """Run a command; give back what it complained of if it failed."""
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_NO_INPUT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stderr or done.stdout or "failed") if done.returncode else None


def why_not_installed(told: str) -> str:
    lower = told.lower()
    if "no space left" in lower or "disk quota" in lower:
        return "The disk is full: make room for about 1 GB, and try again."
    if any(sign in lower for sign in NO_NETWORK):
        return "The package registry cannot be reached: check this machine's network or proxy."
    return f"The packages could not be installed: {told.strip().splitlines()[-1]}"


NO_NETWORK = (
    "connection",
    "name resolution",
    "dns error",
    "timed out",
    "network is unreachable",
    "client error (connect)",
    "proxy",
    "no matching distribution",
)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands may start together; only one of them sets things up."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "set-up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Waiting for another command to finish setting up ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
