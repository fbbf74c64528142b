import ast
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from marketplace.local import checking, children, environments, postgres, running, servers, styles
from marketplace.local import valkey as valkeys
from marketplace.local.environments import ROOT
from marketplace.local.saying import CannotGoOn

PARENT = """
import sys, time
from pathlib import Path
from marketplace.local import postgres, valkey
at = Path(sys.argv[1])
database = postgres.start(at / "postgres", at / "s", throw_away=True)
queue = valkey.start(at / "valkey", at / "s", throw_away=True)
print(database.child.pid, queue.child.pid, flush=True)
time.sleep(60)
"""

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""
HOLD = """
import sys
from pathlib import Path
from marketplace.local import servers
with servers.held(Path(sys.argv[1]), as_what="manage") as told:
    print("held", told, flush=True)
"""


@pytest.fixture
def folder():
    # Short, as a socket's path has to be.
    made = Path("/tmp") / f"wex-local-{os.getpid()}-{time.monotonic_ns()}"
    made.mkdir(mode=0o700)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def dev(*words, **env):
    return subprocess.run(
        [sys.executable, ROOT / "dev.py", *words],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def gone(pid, within=20):
    until = time.monotonic() + within
    while time.monotonic() < until:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_what_was_committed_survives_a_crash(folder):
    server = postgres.start(folder / "postgres", folder / "s")
    server.sql("CREATE TABLE kept AS SELECT 7 AS number")
    server.crash()

    server = postgres.start(folder / "postgres", folder / "s")

    assert server.sql("SELECT number FROM kept") == "7"
    server.stop()


def test_a_server_that_crashed_starts_when_its_left_overs_have_gone(folder):
    server = postgres.start(folder / "postgres", folder / "s")
    asking = subprocess.Popen(
        [server.programs / "psql", "-XAtc", "SELECT pg_sleep(300)"],
        env={**os.environ, **server.where("postgres")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(300)'"
    until = time.monotonic() + 20
    while not (left_over := server.sql(found)):
        assert time.monotonic() < until
    left_over = int(left_over)
    os.kill(left_over, signal.SIGSTOP)
    server.crash()
    goes = threading.Timer(2, os.kill, (left_over, signal.SIGCONT))
    goes.start()

    again = postgres.start(folder / "postgres", folder / "s")

    assert again.sql("SELECT 1") == "1"
    again.stop()
    asking.wait(10)
    goes.join()


def test_what_was_queued_survives_a_crash(folder):
    first = valkeys.start(folder / "valkey", folder / "s")
    tell(first, b"RPUSH queue task\r\n")
    # It is written to disk every second.
    time.sleep(1.5)
    first.crash()

    second = valkeys.start(folder / "valkey", folder / "s")

    assert tell(second, b"LLEN queue\r\n") == b":1\r\n"
    second.stop()


def tell(server, words):
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(str(server.socket))
        door.sendall(words)
        return door.recv(64)


def test_two_servers_never_share_their_data(folder):
    first = postgres.start(folder / "postgres", folder / "s")

    with pytest.raises(CannotGoOn, match="PostgreSQL stopped as it started"):
        postgres.start(folder / "postgres", folder / "s")

    first.stop()


def test_the_folders_above_the_data_stay_closed(folder):
    server = postgres.start(folder / "postgres", folder / "s", throw_away=True)
    server.stop()

    assert [at.stat().st_mode & 0o077 for at in (folder, folder / "postgres", folder / "s")] == [
        0
    ] * 3


def test_nothing_listens_beyond_this_machine(folder):
    server = postgres.start(folder / "postgres", folder / "s", throw_away=True)

    told = server.sql("SHOW listen_addresses"), server.sql("SHOW unix_socket_permissions")

    assert told == ("", "0700")
    server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_servers_end_when_whoever_started_them_is_killed(folder):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with parent, parent.stdout:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)

        assert len(pids) == 2
        assert all(gone(pid) for pid in pids)


def test_a_program_that_will_not_end_is_ended(folder):
    with (folder / "log").open("wb") as log:
        deaf = children.start([sys.executable, "-c", DEAF], log=log)
    while not (folder / "log").stat().st_size:
        time.sleep(0.01)

    children.stop(deaf, within=0.5)

    assert deaf.returncode == -signal.SIGKILL


def test_data_of_another_release_is_left_alone(folder):
    data = folder / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotGoOn, match="was made by PostgreSQL 9"):
        postgres.start(data, folder / "s")


def test_the_programs_that_are_named_are_the_ones_used(monkeypatch):
    found = postgres.find_programs()
    monkeypatch.setenv("PG_BIN", str(found))

    assert postgres.candidates()[0] == found


def test_a_machine_without_a_postgresql_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(postgres, "candidates", list)

    with pytest.raises(CannotGoOn, match=r"set PG_BIN .* or DATABASE_URL"):
        postgres.find_programs()


def test_a_machine_without_a_valkey_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(postgres, "site_folders", list)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CannotGoOn, match=r"set VALKEY_BIN .* or REDIS_URL"):
        valkeys.find_program()


def test_an_old_python_is_told_its_age():
    source = (ROOT / "dev.py").read_text(encoding="utf-8")
    pretend = "import sys; sys.version_info = (3, 8, 10, 'final', 0); exec(sys.argv[1])"

    told = subprocess.run(
        [sys.executable, "-c", pretend, source],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert ast.parse(source, feature_version=(3, 6))
    assert told.returncode == 1
    assert told.stderr.startswith("The marketplace needs Python 3.11 or newer, and this is 3.8:")


def test_a_port_that_is_taken_is_said_plainly(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = dev("run", "--port", str(port), WEX_VAR=str(folder / "var"))

    assert told.returncode == 1
    assert told.stderr.strip().splitlines()[-1] == (
        f"Port {port} is taken by another program: try --port {port + 1}."
    )


@pytest.mark.parametrize("port", ["0", "65536"])
def test_a_port_that_is_none_is_said_plainly(folder, port):
    told = dev("run", "--port", port, WEX_VAR=str(folder / "var"))

    assert (told.returncode, told.stderr.strip().splitlines()[-1]) == (
        1,
        f"{port} is no port: choose one from 1024 to 65535.",
    )


def test_a_second_run_says_where_the_first_one_is(folder):
    with servers.held(folder, as_what="run") as before:
        servers.publish(folder, {"address": "http://localhost:8123"})
        told = dev("run", WEX_VAR=str(folder))

    assert before is None
    assert told.returncode == 1
    assert told.stderr.startswith(
        f"It is already running at http://localhost:8123 (process {os.getpid()})"
    )


def test_a_command_finds_the_servers_of_a_run(folder):
    where = {"database": "postgres://somewhere", "redis": "unix:///somewhere"}

    with servers.held(folder, as_what="run"):
        servers.publish(folder, where)
        with servers.held(folder, as_what="manage") as running_already:
            found = {name: running_already[name] for name in where}

    assert found == where


def test_the_servers_are_free_again_when_their_holder_is_gone(folder):
    with servers.held(folder, as_what="run"):
        pass

    with servers.held(folder, as_what="manage") as running_already:
        assert running_already is None


def test_one_command_waits_for_another_on_the_same_servers(folder):
    with (folder / "servers.lock").open("a+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        servers.write(other, {"holder": "manage"})
        waiting = subprocess.Popen(
            [sys.executable, "-c", HOLD, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        with waiting, waiting.stdout:
            assert "Waiting for another command" in waiting.stdout.readline()
            fcntl.flock(other, fcntl.LOCK_UN)
            assert waiting.stdout.readline() == "held None\n"


def test_a_key_is_made_once_and_is_nobody_elses(folder):
    made, again = servers.secret_key(folder), servers.secret_key(folder)

    assert made == again
    assert len(made) >= 50
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_said_plainly(folder, monkeypatch):
    (folder / "file").touch()
    monkeypatch.setenv("WEX_VAR", str(folder / "file" / "var"))

    with pytest.raises(CannotGoOn, match="cannot be made: Not a directory"):
        servers.var_folder()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("Error: No module named venv", "This Python cannot make virtual environments"),
        ("ensurepip is not available", "on Debian and Ubuntu, the package python3-venv"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
    ],
)
def test_why_there_is_no_environment_is_said_plainly(told, sentence):
    assert sentence in environments.why_no_environment(told)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("dns error: failed to lookup address information", "registry cannot be reached"),
        ("ERROR: No matching distribution found for uv==0.13.9", "registry cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("first\nTHESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
    ],
)
def test_why_packages_are_missing_is_said_plainly(told, sentence):
    assert sentence in environments.why_not_installed(told)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("npm error code ENOTFOUND", "registry cannot be reached"),
        ("npm error code ENOSPC", "The disk is full"),
        ("Error: Undefined variable.", "Undefined variable"),
    ],
)
def test_why_there_are_no_styles_is_said_plainly(told, sentence):
    assert sentence in styles.why_not_made(told)


def test_nothing_is_installed_when_the_locks_are_as_they_were(tmp_path, monkeypatch):
    there = environments.Environment(tmp_path, environments.LOCKS / "run.txt")
    there.stamp.write_text(environments.fingerprint(there))
    started = []
    monkeypatch.setattr(environments.subprocess, "run", lambda *told, **_: started.append(told))

    environments.prepare(there)

    assert started == []
    assert not there.python.exists()


def test_a_changed_lock_is_noticed(tmp_path):
    lock = tmp_path / "run.txt"
    lock.write_text("django==5.2.19\n")
    there = environments.Environment(tmp_path, lock)
    before = environments.fingerprint(there)

    lock.write_text("django==5.2.20\n")

    assert environments.fingerprint(there) != before


def test_a_program_that_stops_by_itself_is_named(folder):
    (folder / "web.log").write_text("starting\nIt broke\n")
    ended = children.start([sys.executable, "-c", ""])
    ended.wait()

    with pytest.raises(CannotGoOn, match=r"The web stopped by itself: It broke"):
        running.whoever_ended({"web": ended}, folder)


def test_where_every_test_must_run_a_missing_browser_is_a_failure(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("CI", "true")

    with pytest.raises(CannotGoOn, match="no Chromium"):
        checking.chromium_is_there()


def test_elsewhere_a_missing_browser_is_said_aloud(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CI", raising=False)

    checking.chromium_is_there()

    assert "SKIPPED" in capsys.readouterr().err


def test_one_check_that_fails_fails_the_run(capsys):
    def fails(env):
        return 1, "what is wrong"

    outcome = checking.outcome_of("lint", fails, {})

    assert checking.tell([outcome, checking.Outcome("types", passed=True, seconds=1)]) == 1
    assert "what is wrong" in capsys.readouterr().out


def test_production_is_asked_about_with_secrets_that_pass(monkeypatch):
    code, told = checking.deploy({**os.environ, "DATABASE_URL": "postgres:///nowhere"})

    assert (code, "no issues" in told) == (0, True), told
