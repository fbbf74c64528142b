import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import letters
from accounts.letters import Letter
from accounts.models import Message

pytestmark = pytest.mark.django_db


def message(kind="note"):
    return Message(kind=kind, email="sam@example.org", subject="abc")


def test_a_letter_has_a_title_and_words_in_text_and_html(note):
    mail = letters.write(message())

    assert mail.to == "sam@example.org"
    assert mail.title == "Hello, Sam"
    assert mail.text.startswith("The O'Brien & Sons bakery")
    assert "<title>Hello, Sam</title>" in mail.html
    assert "<li>Flour</li>" in mail.html


def test_what_somebody_typed_is_harmless_in_html_and_as_typed_in_text(note):
    note["name"] = "<b>Sam</b>"

    mail = letters.write(message())

    assert mail.title == "Hello, <b>Sam</b>"
    assert "<b>" not in mail.html
    assert "O&#39;Brien &amp; Sons" in mail.html


def test_a_title_is_one_line_whatever_was_typed(note):
    note["name"] = "Sam\r\nBcc: everybody@example.org"

    mail = letters.write(message())

    assert mail.title == "Hello, Sam"


def test_a_link_is_absolute_and_says_where_it_leads(note, settings):
    settings.SITE_ADDRESS = "https://market.example"

    mail = letters.write(message())

    assert "See it: https://market.example/" in mail.text
    assert '<a href="https://market.example/">See it</a>' in mail.html


def test_two_letters_are_never_called_the_same(note):
    with pytest.raises(ImproperlyConfigured):
        letters.register(Letter("note", words=lambda message: {}))


def test_every_kind_of_letter_has_its_words(settings):
    folder = settings.ROOT / "templates" / "emails"

    assert letters.kinds()
    assert [kind for kind in letters.kinds() if not (folder / f"{kind}.txt").exists()] == []
