from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import clock


@pytest.fixture(autouse=True)
def own_clock(settings, tmp_path):
    settings.CLOCK_FILE = tmp_path / "clock.json"


def move(*words):
    said = StringIO()
    call_command("clock", *words, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize(
    ("words", "ahead"),
    [("+8d", timedelta(days=8)), ("+3h", timedelta(hours=3)), ("+20m", timedelta(minutes=20))],
)
def test_the_clock_moves_on(words, ahead):
    move(words)

    assert clock.shift() == ahead


def test_steps_add_up_and_reset_takes_them_all_back():
    move("+8d")
    move("+1d")
    after_two = clock.shift()
    move("reset")

    assert after_two == timedelta(days=9)
    assert clock.shift() == timedelta()


def test_the_time_is_told_and_nothing_moved_when_nothing_is_asked():
    assert move().startswith("It is ")
    assert clock.shift() == timedelta()


@pytest.mark.parametrize("words", ["8d", "+8w", "soon", "+99999d"])
def test_what_it_does_not_understand_it_does_not_do(words):
    with pytest.raises(CommandError):
        move(words)

    assert clock.shift() == timedelta()


def test_only_a_demonstrations_clock_moves(settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="demonstration"):
        move("+8d")


def test_where_there_is_no_clock_file_the_clock_is_the_real_one(settings):
    settings.CLOCK_FILE = None

    with pytest.raises(CommandError):
        move("+8d")
    assert clock.shift() == timedelta()
