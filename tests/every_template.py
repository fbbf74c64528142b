"""A template that no test renders, or a message that none owes, fails a run of all the tests.

Part of the tests visits part of the templates, so only a run of everything is judged, and
only where there is a browser. `tests.rendered` notes what is drawn and `tests.owed` what is owed, in
every process that the tests start: each note is an empty file, so nobody waits for anybody.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from marketplace.local.checking import CHROMIUMS

# The same as in tests.rendered, which cannot be read before the settings are.
FOLDER = "WEX_RENDERED"
OWED = "owed|"
# What makes a run less than everything.
CHOOSING = (
    *("keyword", "markexpr", "deselect", "ignore", "ignore_glob"),
    *("lf", "stepwise", "collectonly"),
)


def pytest_configure(config):
    if FOLDER in os.environ:
        return
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="wex-rendered-")
    config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    config = session.config
    if exitstatus == pytest.ExitCode.OK and is_of_everything(config):
        templates, notes = config.rootpath / "templates", Path(os.environ[FOLDER])
        config.forgotten = [
            *(f"templates/{name} is rendered by no test" for name in undrawn(templates, notes)),
            *(f"the message {kind} is owed by no test" for kind in unowed(templates, notes)),
        ]
        if config.forgotten:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    for line in getattr(config, "forgotten", ()):
        terminalreporter.write_line(line, red=True)


def is_of_everything(config):
    """Said by the process that holds the others: theirs are parts of it."""
    a_part = hasattr(config, "workerinput") or any(config.getoption(one, None) for one in CHOOSING)
    by_default = config.args_source == pytest.Config.ArgsSource.TESTPATHS
    return by_default and not a_part and any(map(shutil.which, CHROMIUMS))


def undrawn(templates, notes):
    every = {str(path.relative_to(templates)) for path in templates.rglob("*") if path.is_file()}
    return sorted(every - {note.name.replace("|", "/") for note in notes.iterdir()})


def unowed(templates, notes):
    every = {path.stem for path in (templates / "emails").glob("*.txt")}
    return sorted(every - {note.name.removeprefix(OWED) for note in notes.glob(f"{OWED}*")})
