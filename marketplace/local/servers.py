"""The servers of this checkout: started for `run`, shared with `manage`, never twice."""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from marketplace.local import postgres, valkey
from marketplace.local.environments import ROOT
from marketplace.local.saying import CannotGoOn, say, step


@dataclass(frozen=True)
class Addresses:
    """Where the servers are, as the settings read it from the environment."""

    database: str
    redis: str

    def as_environment(self, var: Path) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis,
            "WEX_VAR": str(var),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(var),
            "PYTHONUNBUFFERED": "1",
        }


def var_folder() -> Path:
    """Where everything is kept between runs: `var/`, or the folder that WEX_VAR names."""
    var = Path(os.environ.get("WEX_VAR") or ROOT / "var").absolute()
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise CannotGoOn(f"{var} cannot be made: {why.strerror}.") from why
    if not os.access(var, os.W_OK):
        raise CannotGoOn(f"{var} cannot be written to by this account.")
    return var


def secret_key(var: Path) -> str:
    """A key that is made once, and read by nobody else on this machine."""
    kept = var / "secret-key"
    try:
        made = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text(encoding="ascii").strip()
    with os.fdopen(made, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(60))
    return kept.read_text(encoding="ascii").strip()


@contextmanager
def held(var: Path, *, as_what: str) -> Iterator[dict[str, Any] | None]:
    """Hold this folder's servers, as "run" or "manage", and give None.

    If a `run` holds them already, give what it wrote of itself instead. Another
    `manage` is waited for: it ends by itself.
    """
    with (var / "servers.lock").open("a+") as lock:
        told = take(lock, as_what)
        yield told
        if told is None:
            write(lock, {})


def take(lock: IO[str], as_what: str) -> dict[str, Any] | None:
    waiting = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = read(lock)
            if told.get("holder") == "run":
                return told
        else:
            write(lock, {"holder": as_what, "process": os.getpid()})
            return None
        if not waiting:
            say("  Waiting for another command on these servers to finish ...")
            waiting = True
        time.sleep(0.2)


def read(lock: IO[str]) -> dict[str, Any]:
    lock.seek(0)
    try:
        told: dict[str, Any] = json.loads(lock.read())
    except ValueError:
        # The holder is writing it this very moment.
        return {}
    return told


def write(lock: IO[str], told: dict[str, Any]) -> None:
    lock.seek(0)
    lock.truncate()
    lock.write(json.dumps(told))
    lock.flush()


def publish(var: Path, told: dict[str, Any]) -> None:
    """Let other commands know where the servers are; only for the one that holds them."""
    with (var / "servers.lock").open("r+") as lock:
        write(lock, {"holder": "run", "process": os.getpid(), **told})


@contextmanager
def started(var: Path) -> Iterator[Addresses]:
    """Our own servers, or those that the environment names; ours are stopped after."""
    with ExitStack() as stack:
        stack.callback(leave, postgres.socket_folder(var))
        yield Addresses(database(var, stack), redis(var, stack))


def leave(sockets: Path) -> None:
    """Take the sockets' folder away, unless something of somebody's is left in it."""
    with suppress(OSError):
        sockets.rmdir()


def database(var: Path, stack: ExitStack) -> str:
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    with step("Starting PostgreSQL"):
        server = postgres.start(var / "postgres", postgres.socket_folder(var))
    stack.callback(server.stop)
    return server.url()


def redis(var: Path, stack: ExitStack) -> str:
    given = os.environ.get("REDIS_URL")
    if given:
        return given
    with step("Starting Valkey"):
        server = valkey.start(var / "valkey", postgres.socket_folder(var))
    stack.callback(server.stop)
    return server.url()
