"""The timetable of messages says what each kind says of itself, and leaves none out."""

from django.conf import settings
from django.core.management import call_command

from accounts import letters, message_page

PAGE = settings.ROOT / "docs" / "messages.md"
LETTERS = settings.ROOT / "templates" / "emails"


def test_the_page_that_is_kept_is_what_the_letters_say():
    remake = "python3 dev.py manage messages --file docs/messages.md"
    assert PAGE.read_text(encoding="utf-8") == message_page.page(), remake


def test_every_kind_says_who_gets_it_and_when():
    assert message_page.undescribed() == []


def test_every_letter_that_is_written_has_a_kind_and_every_kind_its_letter():
    assert {letter.stem for letter in LETTERS.glob("*.txt")} == set(letters.kinds())


def test_what_may_be_stopped_never_goes_at_night():
    optional = [one for one in letters.registered() if one.terms.may_be_stopped]

    assert optional
    assert [one.kind for one in optional if one.terms.urgent] == []


def test_the_command_prints_it_or_writes_it(capsys, tmp_path):
    call_command("messages")
    call_command("messages", file=tmp_path / "page.md")

    printed = capsys.readouterr().out
    assert printed == (tmp_path / "page.md").read_text(encoding="utf-8") == message_page.page()
