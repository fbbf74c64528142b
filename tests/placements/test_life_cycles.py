"""The page of the life cycles says what the tables say, and leaves no move out."""

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts import letters
from placements import life_cycles
from placements.life_cycles import BOOKING_STEPS, OTHERS
from placements.states import BOOKING_MOVES, BookingState

PAGE = settings.ROOT / "docs" / "life-cycle.md"


def test_the_page_that_is_kept_is_what_the_tables_say():
    remake = "python3 dev.py manage life_cycle --file docs/life-cycle.md"
    assert PAGE.read_text(encoding="utf-8") == life_cycles.page(), remake


def test_every_move_of_a_booking_is_explained_and_no_other():
    listed = {(came_from, to) for came_from, moves in BOOKING_MOVES.items() for to in moves}
    begins = {("", BookingState(word)) for word in ("requested", "waiting", "offered")}

    assert set(BOOKING_STEPS) == listed | begins


def test_whatever_is_said_to_be_told_is_a_letter():
    told = {kind for step in BOOKING_STEPS.values() for kind, _ in step.told}

    assert told <= set(letters.kinds())


@pytest.mark.parametrize("subject", OTHERS, ids=lambda subject: subject.name)
def test_every_state_has_its_moves(subject):
    assert set(subject.moves) == set(subject.states.values)


def test_the_command_prints_it_or_writes_it(capsys, tmp_path):
    call_command("life_cycle")
    call_command("life_cycle", file=tmp_path / "page.md")

    printed = capsys.readouterr().out
    assert printed == (tmp_path / "page.md").read_text(encoding="utf-8") == life_cycles.page()
