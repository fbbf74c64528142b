"""A whole run of the tests fails for a template that none of them rendered, or a message that none
owed; part of one does not.

Each such run is a real one, over a folder with three templates and three tests.
"""

import os
import subprocess
import sys

import pytest
from django.template import engines
from jinja2 import DictLoader

from accounts import outbox
from marketplace.local.environments import ROOT
from tests import every_template, rendered, stack_settings

TESTS = """
import os
from pathlib import Path

NOTES = Path(os.environ["WEX_RENDERED"])

def test_a_page_is_rendered():
    (NOTES / "pages|about.html").touch()

def test_a_letter_is_rendered():
    (NOTES / "{letter}").touch()

def test_a_message_is_owed_and_its_letter_rendered():
    (NOTES / "emails|hello.txt").touch()
    (NOTES / "owed|{kind}").touch()
"""
FORGOTTEN = "templates/letter.txt is rendered by no test"
UNOWED = "the message hello is owed by no test"


@pytest.fixture
def run(tmp_path):
    """Run the three tests, which may forget a letter or a message; what came of it."""
    templates = ("templates/pages/about.html", "templates/letter.txt", "templates/emails/hello.txt")
    for name in (*templates, "bin/chromium"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch(mode=0o755)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = claims\n")
    (tmp_path / "claims").mkdir()

    def ended(*words, letter="letter.txt", kind="hello"):
        (tmp_path / "claims" / "test_two.py").write_text(TESTS.format(letter=letter, kind=kind))
        command = [sys.executable, "-m", "pytest", "-p", "tests.every_template", *words]
        env = without_ours(tmp_path)
        done = subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    return ended


def without_ours(folder):
    """The environment without what it says of the run that this one is part of."""
    ours = (rendered.FOLDER, "DJANGO_SETTINGS_MODULE")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith("PYTEST_")
    }
    return kept | {"PYTHONPATH": str(ROOT), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_template_that_no_test_rendered_is_named_and_fails_the_whole_run(run, processes):
    code, told = run("-n", processes, letter="another.txt")

    assert "3 passed" in told
    assert code == pytest.ExitCode.TESTS_FAILED
    assert FORGOTTEN in told
    assert "about.html is rendered by no test" not in told
    assert UNOWED not in told


def test_a_message_that_no_test_owed_is_named_and_fails_the_whole_run(run):
    code, told = run("-n", "0", kind="another")

    assert "3 passed" in told
    assert code == pytest.ExitCode.TESTS_FAILED
    assert UNOWED in told
    assert FORGOTTEN not in told


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_in_which_every_template_was_rendered_passes(run, processes):
    code, told = run("-n", processes)

    assert code == pytest.ExitCode.OK, told
    assert "by no test" not in told


@pytest.mark.parametrize(
    "part",
    [
        ["-k", "page"],
        ["claims/test_two.py"],
        ["--deselect", "claims/test_two.py::test_a_letter_is_rendered"],
        ["--collect-only"],
    ],
)
def test_part_of_the_tests_is_not_judged(run, part):
    code, told = run("-n", "2", *part, letter="another.txt")

    assert code == pytest.ExitCode.OK, told
    assert "by no test" not in told


def test_what_is_rendered_leaves_a_note_with_all_that_it_needs(tmp_path, monkeypatch):
    monkeypatch.setenv(rendered.FOLDER, str(tmp_path))
    sources = {
        "base.html": "{% block content %}{% endblock %}",
        "pages/about.html": '{% extends "base.html" %}{% from "parts/tags.html" import tag %}'
        '{% block content %}{{ tag() }}{% include "parts/more.html" %}{% endblock %}',
        "parts/tags.html": "{% macro tag() %}{% endmacro %}",
        "parts/more.html": "",
        "forgotten.html": "",
    }
    drawn = rendered.environment(loader=DictLoader(sources))

    drawn.get_template("forgotten.html")
    drawn.get_template("pages/about.html").render()

    notes = {note.name for note in tmp_path.iterdir()}
    assert notes == {"base.html", "pages|about.html", "parts|tags.html", "parts|more.html"}


def test_what_is_owed_leaves_a_note(tmp_path, monkeypatch):
    monkeypatch.setenv(rendered.FOLDER, str(tmp_path))

    outbox.intend("no_account", to="sam@example.org", about="")

    assert [note.name for note in tmp_path.iterdir()] == [f"{every_template.OWED}no_account"]


def test_the_tests_and_the_servers_they_start_note_what_they_render_and_owe():
    assert "tests.owed.Owed" in stack_settings.INSTALLED_APPS
    assert engines["jinja2"].env.template_class is rendered.Noted
    assert (
        stack_settings.TEMPLATES[0]["OPTIONS"]["environment"] == f"{rendered.__name__}.environment"
    )
