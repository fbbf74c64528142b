from copy import deepcopy

import pytest

from accounts import letters
from accounts.letters import Letter

WORDS = "Subject: Hello, {{ name }}\nThe O'Brien & Sons bakery says hello.\n\n- Flour\n- Water\n\nSee it: {{ link_to('home') }}\n"


@pytest.fixture
def note(settings, tmp_path):
    """A kind of letter of the test's own; its `holds` and `name` can be changed."""
    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [*settings.TEMPLATES[0]["DIRS"], tmp_path]
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "note.txt").write_text(WORDS, encoding="utf-8")
    told = {"name": "Sam", "holds": True}
    letters.register(
        Letter(
            "note",
            words=lambda message: {"name": told["name"]},
            still_holds=lambda message: told["holds"],
        )
    )
    yield told
    del letters._letters["note"]


@pytest.fixture
def unwritable():
    """A kind of letter whose words cannot be found."""

    def words(message):
        raise LookupError(message.subject)

    letters.register(Letter("unwritable", words=words))
    yield "unwritable"
    del letters._letters["unwritable"]
