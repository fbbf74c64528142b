"""What may be changed in a letter's text, and what has to stay.

The words are anybody's to improve. The values are not: each may be used where the text as
delivered has it, or deeper inside; a condition may be used or left out, with what it guards.
So no letter can say more than it was made to say, or fail for want of a value, and none can
lose its link. The subject, which anybody near a screen may read, has only its own values.

All is judged by what Jinja has made of a text, since it takes away some ends of lines.
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
    """A value, a condition or a loop of a text, in the order of the text."""

    # The conditions and loops that it stands in, the outermost first.
    inside: tuple[str, ...]
    what: str
    line: int
    in_subject: bool
    # Whether its line ends with it, whichever conditions hold.
    ends_line: bool

    @property
    def is_link(self) -> bool:
        return bool(IS_LINK.search(self.what))

    @property
    def is_set(self) -> bool:
        return self.what.startswith("Assign(")


def refuse_unfit(kind: str, text: str) -> None:
    """Refuse what could not be sent, saying which line it is and what is wrong with it."""
    if len(text) > LONGEST:
        raise ValidationError(f"Write {LONGEST:,} characters or fewer.", code="too_long")
    parts, known = _parts(text), _parts(letter_texts.original(kind))
    _refuse_without_subject(text)
    for part in parts:
        alike = [one for one in known if _may_be(part, one)]
        if not alike:
            raise _wrong(text, part.line, "uses a value that this message does not have there")
        if part.is_link and not part.ends_line and all(one.ends_line for one in alike):
            raise _wrong(text, part.line, "goes on after a link: end the line with it")
    _refuse_missing(parts, known)
    _refuse_moved(parts, known)


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
    there = {part[:2] for part in parts}
    if any((one.is_link or one.is_set) and one[:2] not in there for one in known):
        raise ValidationError(
            "Keep every link, and every line that begins with {% set, where it is.",
            code="link_missing",
        )


def _refuse_moved(parts: Sequence[Part], known: Sequence[Part]) -> None:
    """What is set is set before anything that could need it."""
    written, delivered = [part[:2] for part in parts], [one[:2] for one in known]
    for one in known:
        if one.is_set:
            before = written[: written.index(one[:2])]
            if not set(before) <= set(delivered[: delivered.index(one[:2])]):
                raise ValidationError(
                    "Leave every line that begins with {% set where it is.", code="link_missing"
                )


def _refuse_without_subject(text: str) -> None:
    for line in text.splitlines():
        if line.startswith(SUBJECT) and line.removeprefix(SUBJECT).strip():
            return
        if line.strip() and not line.startswith("{% set "):
            break
    raise ValidationError("Begin with a line such as Subject: New dates", code="no_subject")


def _wrong(text: str, number: int, what: str) -> ValidationError:
    line = text.splitlines()[number - 1].strip()
    return ValidationError(f"Line {number} {what}. It says: {line[:200]}", code="unfit")


def _parts(text: str) -> list[Part]:
    try:
        tree = letter_texts.for_text().parse(text)
    except TemplateSyntaxError as fault:
        raise _wrong(text, fault.lineno, "cannot be read") from fault
    return list(_placed(_walk(_laid_out(tree.body), (), then=True)))


class Piece(NamedTuple):
    """Of a text as Jinja has read it: something that stands in it, or words as they are."""

    inside: tuple[str, ...]
    what: str
    line: int
    ends_line: bool
    is_words: bool = False


def _placed(pieces: Iterable[Piece]) -> Iterator[Part]:
    has_begun, in_subject = False, True
    for piece in pieces:
        if not piece.is_words:
            yield Part(piece.inside, piece.what, piece.line, in_subject, piece.ends_line)
            continue
        words = piece.what if has_begun else piece.what.lstrip()
        has_begun = has_begun or bool(words)
        # Within a condition an end of line may not be there: the subject goes on.
        if "\n" in words and not piece.inside:
            in_subject = False


def _laid_out(body: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Words and values one by one."""
    return [
        one for node in body for one in (node.nodes if isinstance(node, nodes.Output) else [node])
    ]


def _walk(body: list[nodes.Node], inside: tuple[str, ...], *, then: bool) -> Iterator[Piece]:
    """`then`: whether a line ends, or the text, where this does."""
    for place, node in enumerate(body):
        after = _begins_a_line(body[place + 1 :], then=then)
        if isinstance(node, nodes.TemplateData):
            yield Piece(inside, node.data, node.lineno, after, is_words=True)
        elif isinstance(node, nodes.If):
            failed = ""
            for branch in (node, *node.elif_):
                head = f"{failed}if {branch.test!r}"
                yield Piece(inside, head, branch.lineno, after)
                yield from _walk(_laid_out(branch.body), (*inside, head), then=after)
                failed += f"unless {branch.test!r}, "
            yield from _walk(_laid_out(node.else_), (*inside, failed), then=after)
        elif isinstance(node, nodes.For):
            head = f"for {node.target!r} in {node.iter!r} if {node.test!r}"
            yield Piece(inside, head, node.lineno, after)
            again = after and _begins_a_line(_laid_out(node.body), then=after)
            yield from _walk(_laid_out(node.body), (*inside, head), then=again)
            yield from _walk(_laid_out(node.else_), (*inside, f"unless {head}"), then=after)
        else:
            yield Piece(inside, repr(node), node.lineno, after)


def _begins_a_line(body: Sequence[nodes.Node], *, then: bool) -> bool:
    """Whether what this prints begins with the end of a line, whichever conditions hold."""
    if not body:
        return then
    first, rest = body[0], body[1:]
    if isinstance(first, nodes.TemplateData):
        return first.data.lstrip(" ").startswith("\n")
    if isinstance(first, nodes.If):
        after = _begins_a_line(rest, then=then)
        branches = (first.body, *(branch.body for branch in first.elif_), first.else_)
        return all(_begins_a_line(_laid_out(branch), then=after) for branch in branches)
    if isinstance(first, nodes.For):
        after = _begins_a_line(rest, then=then)
        return after and _begins_a_line(_laid_out(first.body), then=after)
    return isinstance(first, nodes.Assign) and _begins_a_line(rest, then=then)
