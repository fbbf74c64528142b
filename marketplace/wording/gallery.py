"""Every kind of message as it would be sent, in a sample, for whoever answers for the words."""

from pathlib import Path
from typing import NamedTuple

from django.template.loader import render_to_string
from jinja2 import Template

from accounts import letter_texts, letters, message_page, wording
from accounts.letters import Letter, Mail, Terms
from marketplace.wording import samples
from marketplace.wording.scene import READER, TOKEN


class Shown(NamedTuple):
    """A kind of message, what is promised of it, and a sample."""

    letter: Letter
    terms: Terms
    mail: Mail
    # Several of it in one mail, where they go so.
    several: Mail | None

    @property
    def name(self) -> str:
        return name_of(self.letter.kind)


def name_of(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


def every_kind() -> list[tuple[str, list[Shown]]]:
    """Beneath the headings of docs/messages.md, and in their order."""
    words, templates = samples.all_words(), wording.templates_of(letters.kinds())
    return [
        (
            subject,
            [
                _shown(letter, terms, templates[letter.kind], words[letter.kind])
                for letter, terms in several
            ],
        )
        for subject, several in message_page.by_subject()
    ]


def of_kind(kind: str, *, text: str = "") -> Shown | None:
    """Nothing, where there is no such kind; with a `text`, as it would be with that."""
    words = samples.all_words().get(kind)
    if words is None:
        return None
    letter = letters.of_kind(kind)
    template = letter_texts.compiled(text) if text else wording.template_of(kind)
    return _shown(letter, letter.terms, template, words) if letter.terms else None


def write_to(folder: Path) -> int:
    """A page for each kind, its text beside it, and an index; say how many kinds there are."""
    folder.mkdir(parents=True, exist_ok=True)
    subjects = every_kind()
    for _, several in subjects:
        for one in several:
            _write_both(folder / one.letter.kind, one.mail)
            if one.several:
                _write_both(folder / f"{one.letter.kind}_several", one.several)
    index = render_to_string("wording/index_of_files.html", {"subjects": subjects}, using="jinja2")
    _write(folder / "index.html", index)
    return sum(len(several) for _, several in subjects)


def as_text(mail: Mail) -> str:
    """Its head and its text part, as a mail program that shows no HTML has them."""
    head = {"To": mail.to, "Subject": mail.title, **mail.headers}
    return "\n".join(f"{name}: {value}" for name, value in head.items()) + f"\n\n{mail.text}"


def _shown(letter: Letter, terms: Terms, template: Template, words: samples.Words) -> Shown:
    offers_a_way = letter.may_be_stopped and not letter.stops_at
    stop = letters.link_to("accounts:open-stop-mails", TOKEN) if offers_a_way else ""
    mail = letters.made_out(letter, READER, words, stop=stop, template=template)
    several = _several(letter, template, words, stop) if letter.together else None
    return Shown(letter, terms, mail, several)


def _several(letter: Letter, template: Template, words: samples.Words, stop: str) -> Mail:
    mails = [
        letters.made_out(letter, READER, told, template=template)
        for told in samples.words_of_several(words)
    ]
    return letters.made_into_one(letter, mails, stop=stop)


def _write_both(name: Path, mail: Mail) -> None:
    _write(name.with_suffix(".html"), mail.html)
    _write(name.with_suffix(".txt"), as_text(mail))


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
