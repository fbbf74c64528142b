"""What may be changed in a letter's text, and what has to stay.

The words are anybody's to improve. The values are not: each may be used where the text as
delivered has it, or deeper inside; a condition may be used or left out, with what it guards.
So no letter can say more than it was made to say, or fail for want of a value, and none can
lose its link. The subject, which anybody near a screen may read, has only its own values.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from jinja2 import TemplateSyntaxError, nodes

from accounts import letter_texts

LONGEST = 5000
SUBJECT = "Subject:"
WRITTEN = re.compile(r"\{\{.*?\}\}", re.DOTALL)
IS_LINK = re.compile(r"Name\(name='(link|link_to|\w+_link)'")


class Part(NamedTuple):
    """A value, a condition or a loop of a text."""

    # The conditions and loops that it stands in, the outermost first.
    inside: tuple[str, ...]
    what: str
    line: int
    in_subject: bool

    @property
    def is_link(self) -> bool:
        return bool(IS_LINK.search(self.what))


def refuse_unfit(kind: str, text: str) -> None:
    """Refuse what could not be sent, saying which line it is and what is wrong with it."""
    if len(text) > LONGEST:
        raise ValidationError(f"Write {LONGEST:,} characters or fewer.", code="too_long")
    parts, known = _parts(text), _parts(letter_texts.original(kind))
    _refuse_without_subject(text)
    for part in parts:
        if not any(_may_be(part, one) for one in known):
            raise _wrong(text, part.line, "uses a value that this message does not have there")
        if part.is_link and not _ends_its_line(text, part.line):
            raise _wrong(text, part.line, "goes on after a link: end the line with it")
    _refuse_missing(parts, known)


@lru_cache(maxsize=256)
def is_fit(kind: str, text: str) -> bool:
    """Whether a text that was accepted once still is: the product's own may have changed since."""
    try:
        refuse_unfit(kind, text)
    except ValidationError:
        return False
    return True


def values(kind: str) -> list[str]:
    """The values of a kind as its text has them, for whoever copies them."""
    return list(dict.fromkeys(WRITTEN.findall(letter_texts.original(kind))))


def _may_be(part: Part, one: Part) -> bool:
    fits = part.what == one.what and part.inside[: len(one.inside)] == one.inside
    return fits and (one.in_subject or not part.in_subject)


def _refuse_missing(parts: Sequence[Part], known: Iterable[Part]) -> None:
    """The link does the thing, and what is set once is used further down."""
    there = {(part.inside, part.what) for part in parts}
    for one in known:
        if (one.is_link or one.what.startswith("Assign(")) and one[:2] not in there:
            raise ValidationError(
                "Keep every link, and every line that begins with {% set, where it is.",
                code="link_missing",
            )


def _refuse_without_subject(text: str) -> None:
    number = _subject_line(text)
    if not number or not text.splitlines()[number - 1].removeprefix(SUBJECT).strip():
        raise ValidationError("Begin with a line such as Subject: New dates", code="no_subject")


def _subject_line(text: str) -> int:
    """Which line is the subject: the first, but for those that only set something."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(SUBJECT):
            return number
        if line.strip() and not line.startswith("{% set "):
            break
    return 0


def _ends_its_line(text: str, number: int) -> bool:
    return text.splitlines()[number - 1].rstrip().endswith(("}}", "%}"))


def _wrong(text: str, number: int, what: str) -> ValidationError:
    line = text.splitlines()[number - 1].strip()
    return ValidationError(f"Line {number} {what}. It says: {line[:200]}", code="unfit")


def _parts(text: str) -> list[Part]:
    try:
        tree = letter_texts.for_text().parse(text)
    except TemplateSyntaxError as fault:
        raise _wrong(text, fault.lineno, "cannot be read") from fault
    subject = _subject_line(text)
    return [Part(*part, in_subject=part[2] == subject) for part in _walk(tree.body, ())]


def _walk(
    body: Iterable[nodes.Node], inside: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, int]]:
    for node in body:
        if isinstance(node, nodes.Output):
            values = (one for one in node.nodes if not isinstance(one, nodes.TemplateData))
            yield from ((inside, repr(value), value.lineno) for value in values)
        elif isinstance(node, nodes.If):
            failed = ""
            for branch in (node, *node.elif_):
                head = f"{failed}if {branch.test!r}"
                yield inside, head, branch.lineno
                yield from _walk(branch.body, (*inside, head))
                failed += f"unless {branch.test!r}, "
            yield from _walk(node.else_, (*inside, failed))
        elif isinstance(node, nodes.For):
            head = f"for {node.target!r} in {node.iter!r} if {node.test!r}"
            yield inside, head, node.lineno
            yield from _walk(node.body, (*inside, head))
            yield from _walk(node.else_, (*inside, f"unless {head}"))
        else:
            yield inside, repr(node), node.lineno
