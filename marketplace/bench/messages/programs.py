"""A worker and a beat on servers of the benchmark's own, all to be killed and started again."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import redis
from django.db import connection

from marketplace.bench import scratch
from marketplace.bench.messages.hand import wait_for
from marketplace.local import children, postgres, running, valkey
from marketplace.local.environments import ROOT, Environment

# Short, so that whoever died is soon known to be gone.
LEASE, ROUND = 6, 1
# What a worker says when its processes are there, and how many seconds that may take.
READY, UNTIL_READY = b" ready.", 180
STOPPED, GONE = "T", ("X", "Z")
# So long somebody who was let go on is given, in seconds, to do what he had in mind.
COMES_TO = 3


@dataclass
class Programs:
    """What runs, and where."""

    folder: Path
    database: postgres.Postgres
    queue: valkey.Valkey
    env: Mapping[str, str]
    running: dict[str, Popen[bytes]] = field(default_factory=dict)
    stopped_at: dict[int, float] = field(default_factory=dict)
    woken_at: float = float("-inf")

    def start(self, *names: str) -> None:
        here = Environment(Path(sys.prefix), ROOT / "requirements" / "run.txt")
        before = len(self._said())
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                words = running.command(name, 0, self.folder, here)
                env = {**self.env, **running.PATIENCE[name]}
                self.running[name] = children.start(words, env=env, log=log, cwd=ROOT)
        # A worker that loses a process while it starts gives up, for a supervisor to start again.
        if "worker" in names and not wait_for(lambda: READY in self._said(before), UNTIL_READY):
            raise RuntimeError(f"The worker did not start:\n{self._said(before).decode()}")

    def _said(self, since: int = 0) -> bytes:
        log = self.folder / "worker.log"
        if not log.exists():
            return b""
        with log.open("rb") as said:
            said.seek(since)
            return said.read()

    def stop(self, *names: str) -> None:
        for name in names:
            children.stop(self.running.pop(name))

    def kill(self, name: str) -> None:
        """A program and all its processes, at once."""
        children.kill(self.running.pop(name))

    def ended(self) -> list[str]:
        """Those that nobody has ended."""
        return [name for name, child in self.running.items() if child.poll() is not None]

    def delivering(self) -> list[int]:
        """The worker's processes that can take a message now."""
        found: list[int] = []

        def are_there() -> bool:
            found[:] = [one for one in self._processes() if one not in self.stopped_at]
            return bool(found)

        if not wait_for(are_there):
            raise RuntimeError(f"Nobody delivers:\n{self._said()[-3000:].decode()}")
        return found

    def behind(self, port: int) -> int | None:
        """Which process speaks from that port of this machine."""
        wanted = f"socket:[{_socket_of(port)}]"
        for process in self.delivering():
            with suppress(FileNotFoundError, ProcessLookupError):
                held = Path(f"/proc/{process}/fd").iterdir()
                if any(_leads_to(one) == wanted for one in held):
                    return process
        return None

    def kill_one(self, process: int) -> None:
        """One of the processes that deliver; the worker finds it gone and starts another."""
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)

    def freeze(self, process: int) -> None:
        """As a machine that is paused: it neither goes on nor dies."""
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)

    def thaw(self, after: float = LEASE + ROUND) -> None:
        """Let go on whoever has stood still for so long: longer than a lease."""
        now, stopped = (
            time.monotonic(),
            [one for one in self._processes() if _state(one) == STOPPED],
        )
        self.stopped_at = {one: self.stopped_at.get(one, now) for one in stopped}
        for process, since in list(self.stopped_at.items()):
            if now - since >= after:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)
                del self.stopped_at[process]
                self.woken_at = now

    def stands_still(self) -> bool:
        """Whether somebody does, or did until just now."""
        is_coming_to = time.monotonic() < self.woken_at + COMES_TO
        return is_coming_to or any(_state(one) == STOPPED for one in self._processes())

    def crash_database(self) -> None:
        """As in a power cut, and back at once."""
        self.database.crash()
        connection.close()
        self.database = postgres.start(self.database.data, self.database.sockets)

    def stop_database(self) -> None:
        self.database.stop()

    def flush_queue(self) -> None:
        """All that was rung for is forgotten."""
        with redis.Redis(unix_socket_path=str(self.queue.socket)) as asking:
            asking.flushall()

    def _processes(self) -> list[int]:
        if "worker" not in self.running:
            return []
        master = self.running["worker"].pid
        with suppress(FileNotFoundError, ProcessLookupError):
            told = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii")
            return [one for one in map(int, told.split()) if _state(one) not in GONE]
        return []


def _socket_of(port: int) -> str:
    """The number that Linux has for our end of a connection."""
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        words = line.split()
        if int(words[1].rpartition(":")[2], 16) == port:
            return words[9]
    return ""


def _leads_to(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _state(process: int) -> str:
    """As Linux names it: one letter."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return "X"
    return told.rpartition(")")[2].split()[0]


@contextmanager
def laid_out() -> Iterator[Path]:
    """The folder of a database with every migration applied, for those who begin many times."""
    with tempfile.TemporaryDirectory(prefix="wex-bench-") as folder:
        data = Path(folder) / "postgres"
        database = postgres.start(data, Path(folder) / "s")
        try:
            with scratch.server(database):
                pass
        finally:
            database.stop()
        yield data


@contextmanager
def programs(env: Mapping[str, str], *, like: Path | None = None) -> Iterator[Programs]:
    """Servers with every migration applied; the project's connection leads there inside."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="wex-bench-")))
        if like:
            subprocess.run(["cp", "-a", like, folder / "postgres"], check=True)  # noqa: S603, S607
        # Not a throw-away server: what was committed has to be there after a crash.
        database = postgres.start(folder / "postgres", folder / "s")
        queue = valkey.start(folder / "valkey", folder / "s", throw_away=True)
        made = Programs(folder, database, queue, environment(folder, database, queue, env))
        ending.callback(made.stop_database)
        ending.callback(queue.stop)
        ending.enter_context(scratch.server(database))
        ending.callback(lambda: made.stop(*list(made.running)))
        yield made


def environment(
    folder: Path, database: postgres.Postgres, queue: valkey.Valkey, given: Mapping[str, str]
) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database.url(),
        "REDIS_URL": queue.url(),
        "WEX_VAR": str(folder),
        "MAIL_LEASE_SECONDS": str(LEASE),
        "MAIL_ROUND_SECONDS": str(ROUND),
        "MAIL_QUIET_HOURS": "false",
        **given,
    }
