"""What a message says, decided when it is sent and not before.

Each app registers its kinds of letter at start-up, so that the postman imports nobody
above it. A letter is `templates/emails/<kind>.txt`, whose first line is the subject;
its HTML is the same words, laid out by `emails/letter.html`, unless the kind brings an
`emails/<kind>.html` of its own. So the two never disagree. The national team may put the words
otherwise (`accounts.wording`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.urls import reverse
from jinja2 import Template

from accounts import letter_texts, links, texts, wording
from accounts.models import Message
from accounts.statements import Question

WITH_A_LINK = re.compile(r"^(?P<words>.*?):? ?(?P<address>https?://\S+)$")


def always(_: Message) -> bool:
    return True


@dataclass(frozen=True)
class Terms:
    """What is promised about a kind of letter, in plain words: its row of docs/messages.md."""

    # The heading that its row stands beneath.
    subject: str
    to: str
    when: str
    due: str = "at once"
    # Until when it is worth sending, where that is more than that it still holds.
    until: str = ""
    # Why it may go at night and at weekends; nothing, where it waits for the morning.
    urgent: str = ""
    # Of those that may: whether this one does.
    is_urgent: Callable[[Message], bool] = always
    may_be_stopped: bool = False
    # What several in one mail are called; nothing, where each goes by itself.
    together: str = ""


def _nobody(_: Message) -> UUID | None:
    return None


def _nowhere(_: Message) -> str:
    return ""


def _kept_nowhere_else(_message: Message, _email: str) -> None:
    """The address stands in the message alone."""


@dataclass(frozen=True)
class Entered:
    """An address that somebody typed for another: whose people can mend it, and where it is kept."""

    by: Callable[[Message], UUID | None] = _nobody
    correct: Callable[[Message, str], None] = _kept_nowhere_else
    # Whether only their leads may.
    by_leads: bool = False
    # The address of the page on which whoever typed it finds what it is about.
    page: Callable[[Message], str] = _nowhere


@dataclass(frozen=True)
class Letter:
    """One kind of message: the words it needs, and whether it is still worth sending."""

    kind: str
    # The template's context, loaded by `message.subject` at the moment of sending.
    words: Callable[[Message], Mapping[str, Any]]
    still_holds: Callable[[Message], bool] = always
    # The word of the context that is the address at which one click stops such mails.
    stops_at: str = ""
    terms: Terms | None = None
    # Whose address it goes to, where that is nobody's account.
    entered: Entered = Entered()
    # Whether somebody sits there until it comes; how often they ask is limited where they do.
    is_waited_for: bool = False
    # A text to the mobile of somebody who asked for it: its words are those after the subject,
    # which is what the national team knows it by.
    by_text: bool = False

    @property
    def may_be_stopped(self) -> bool:
        return self.terms is not None and self.terms.may_be_stopped

    @property
    def together(self) -> str:
        return self.terms.together if self.terms else ""

    def is_urgent(self, message: Message) -> bool:
        """Whether it goes at night and at weekends as well."""
        return self.terms is not None and bool(self.terms.urgent) and self.terms.is_urgent(message)


@dataclass(frozen=True)
class Mail:
    """A letter made out to one address; or a text to one number, which has its words alone."""

    to: str
    title: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    is_text: bool = False


_letters: dict[str, Letter] = {}


def register(letter: Letter) -> None:
    """Make a kind of letter known. Called at start-up; one kind is one letter."""
    if _letters.get(letter.kind, letter) != letter:
        raise ImproperlyConfigured(f"Two letters are called {letter.kind}.")
    _letters[letter.kind] = letter


def kinds() -> list[str]:
    return sorted(_letters)


def registered() -> list[Letter]:
    """Every kind there is, in the order in which the apps told of them."""
    return list(_letters.values())


def mended_by_leads() -> list[str]:
    """The kinds whose addresses are none of the business of those who do not lead."""
    return [letter.kind for letter in registered() if letter.entered.by_leads]


def of_kind(kind: str) -> Letter:
    return _letters[kind]


def has_nowhere_to_go(message: Message) -> bool:
    """Whether its address is known to take no mail. One bounce shuts nobody out: what somebody
    waits for in this moment is tried all the same, and a text goes elsewhere."""
    letter = of_kind(message.kind)
    tried = letter.is_waited_for or letter.by_text
    return not tried and _BOUNCED.first(email=message.email) is not None


def _bounced(email: str) -> QuerySet[Message]:
    return Message.objects.bounced().to_address(email)


_BOUNCED = Question(_bounced, email=str)


def write(message: Message) -> Mail:
    """The mail that `message` stands for, as things are now."""
    letter = of_kind(message.kind)
    words = letter.words(message)
    to = texts.reach(message) if letter.by_text else message.email
    return made_out(letter, to, words, stop=_stop_link(message, letter))


def write_together(messages: Sequence[Message]) -> Mail:
    """One mail of several messages of a kind to one reader, each with its own words and links."""
    first, letter = messages[0], of_kind(messages[0].kind)
    if len(messages) == 1:
        return write(first)
    mails = [made_out(letter, one.email, letter.words(one)) for one in messages]
    return made_into_one(letter, mails, stop=_stop_link(first, letter))


def made_into_one(letter: Letter, mails: Sequence[Mail], *, stop: str = "") -> Mail:
    """Several mails to one reader as one, with one link that stops such, where it needs one."""
    title = f"{len(mails)} {letter.together}"
    # As "1." it would begin a list where Markdown is read, and each a list of its own.
    titles = [f"{number} of {len(mails)}: {mail.title}" for number, mail in enumerate(mails, 1)]
    parts = list(zip(titles, (mail.text for mail in mails), strict=True))
    text = "\n".join(f"{above}\n\n{words}" for above, words in parts) + _stop_line(stop)
    blocks = [
        block
        for above, words in parts
        for block in (Block(lines=[(above, "")], is_title=True), *blocks_of(words))
    ]
    blocks += blocks_of(_stop_line(stop))
    html = _render_html("", {}, title, blocks)
    return Mail(mails[0].to, title, text, html, _headers(stop))


def made_out(
    letter: Letter,
    to: str,
    words: Mapping[str, Any],
    *,
    stop: str = "",
    template: Template | None = None,
) -> Mail:
    """The letter with these words; with a link that stops such mails, where it needs one."""
    context = {"link_to": link_to, **words}
    template = template or wording.template_of(letter.kind)
    first, _, rest = template.render(context).lstrip().partition("\n")
    title = first.removeprefix("Subject:").strip()
    if letter.by_text:
        return Mail(to, title, texts.fitted(rest), "", is_text=True)
    text = rest.strip() + "\n" + _stop_line(stop)
    html = _render_html(letter.kind, context, title, blocks_of(text))
    headers = _headers(words[letter.stops_at] if letter.stops_at else stop)
    return Mail(to, title, text, html, headers)


def _stop_link(message: Message, letter: Letter) -> str:
    """Where such mails are stopped, if they may be and the letter has no way of its own."""
    if letter.stops_at or not letter.may_be_stopped or message.recipient is None:
        return ""
    token = links.make(
        links.STOP_KIND, email=message.email, subject=message.kind, user=message.recipient
    )
    return link_to("accounts:open-stop-mails", token)


def _stop_line(stop: str) -> str:
    return f"\nStop such emails, without signing in: {stop}\n" if stop else ""


def _headers(stop: str) -> dict[str, str]:
    """How a mail program offers to stop such mails with one click (RFC 8058)."""
    if not stop:
        return {}
    return {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def link_to(name: str, *parts: object) -> str:
    """An absolute address, made from the site's own and never from a request's."""
    return settings.SITE_ADDRESS + reverse(name, args=parts)


def _render_html(
    kind: str, context: Mapping[str, Any], title: str, blocks: Sequence["Block"]
) -> str:
    names = [f"emails/{kind}.html", "emails/letter.html"]
    return (
        letter_texts.for_html()
        .select_template(names)
        .render({**context, "title": title, "blocks": blocks})
    )


@dataclass(frozen=True)
class Block:
    """A paragraph, a list or a link of a letter's text; or the title of one of several."""

    lines: list[tuple[str, str]]
    is_list: bool = False
    is_title: bool = False


def blocks_of(text: str) -> list[Block]:
    """The text's paragraphs; each line as its words and the address it links to."""
    chunks = (chunk.splitlines() for chunk in re.split(r"\n\s*\n", text.strip()))
    return [
        Block(
            lines=[_with_link(line.removeprefix("- ")) for line in chunk],
            is_list=all(line.startswith("- ") for line in chunk),
        )
        for chunk in chunks
        if chunk
    ]


def _with_link(line: str) -> tuple[str, str]:
    found = WITH_A_LINK.match(line.strip())
    if not found:
        return line.strip(), ""
    return found["words"] or found["address"], found["address"]
