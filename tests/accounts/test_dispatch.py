import os
import signal
import subprocess
import sys

import pytest
from django.core.management import call_command

from accounts import outbox
from accounts.models import MessageState
from marketplace.local.environments import ROOT


@pytest.fixture
def own_signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, what in kept.items():
        signal.signal(number, what)


def start(*words, **env):
    return subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "dispatch", *words],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "marketplace.settings.test", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db
def test_one_round_delivers_what_is_due_without_celery_or_redis(note, own_signals):
    message = outbox.post("note", to="one@example.org", about="abc")

    call_command("dispatch", "--once")

    message.refresh_from_db()
    assert message.state == MessageState.SENT


def test_it_ends_when_it_is_told_to():
    with start("--every", "600") as child:
        assert child.stdout.readline() == "Delivering what is owed.\n"

        child.terminate()

        assert child.wait(60) == 0


def test_it_says_so_and_goes_on_when_the_database_is_away():
    with start("--once", DATABASE_URL="postgres:///marketplace?host=/nowhere") as child:
        _, said = child.communicate(timeout=60)

    assert child.returncode == 0
    assert "The database did not answer: OperationalError" in said
