"""The words of letters: as the product brings them, or as the national team has put them.

Versions are kept, with who wrote each, when and why; nothing of what was sent can be unsaid by
changing a text, and the text before is one click away.
"""

from collections.abc import Iterable
from typing import NamedTuple

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from jinja2 import Template

from accounts import authority, clock, letter_texts, wording_rules
from accounts.models import Member, Wording
from accounts.statements import Question

log = structlog.get_logger(__name__)


class Current(NamedTuple):
    text: str
    # The version that it is; none, where nobody has put it otherwise.
    number: int
    is_original: bool


def template_of(kind: str) -> Template:
    """What a letter of this kind is made from now."""
    return _template(kind, current(kind))


def templates_of(kinds: Iterable[str]) -> dict[str, Template]:
    """The same of many kinds, asked at once."""
    newest = Wording.objects.order_by("kind", "-number").distinct("kind")
    every = {one.kind: one for one in newest}
    return {kind: _template(kind, _now(kind, every.get(kind))) for kind in kinds}


def current(kind: str) -> Current:
    return _now(kind, _NEWEST.first(kind=kind))


def _newest(kind: str) -> QuerySet[Wording]:
    return Wording.objects.of_kind(kind)


_NEWEST = Question(_newest, kind=str)


def tidied(text: str) -> str:
    """As it is kept: no blanks that nobody sees."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _now(kind: str, newest: Wording | None) -> Current:
    number, text = (newest.number, newest.text) if newest else (0, "")
    if text and wording_rules.is_fit(kind, text):
        return Current(text, number, is_original=False)
    if text:
        # A release has changed what the letter is given: better its own words than none.
        log.warning("wording_unfit", kind=kind, number=number)
    return Current(letter_texts.original(kind), number, is_original=True)


def _template(kind: str, now: Current) -> Template:
    return letter_texts.delivered(kind) if now.is_original else letter_texts.compiled(now.text)


def put(kind: str, text: str, *, seen: int, because: str, by: Member) -> None:
    """Send this text from now on, if it is still version `seen` that it replaces.

    The same words again are no new version.
    """
    if not authority.may_put_words(by):
        raise PermissionDenied
    text = tidied(text)
    wording_rules.refuse_unfit(kind, text)
    if text != current(kind).text.strip():
        _write(kind, text, seen=seen, because=because, by=by)


def put_back(kind: str, *, seen: int, because: str, by: Member) -> None:
    """Send the product's own text again."""
    if not authority.may_put_words(by):
        raise PermissionDenied
    _write(kind, "", seen=seen, because=because, by=by)


def _write(kind: str, text: str, *, seen: int, because: str, by: Member) -> None:
    newer = ValidationError(
        "A colleague has changed this text since you opened the page. Read theirs beneath, then"
        " send yours again if it is still right.",
        code="changed_meanwhile",
    )
    newest = Wording.objects.of_kind(kind).values_list("number", flat=True).first() or 0
    if newest != seen:
        raise newer
    try:
        with transaction.atomic():
            Wording.objects.create(
                kind=kind, number=seen + 1, text=text, because=because, by=by, at=clock.now()
            )
    except IntegrityError as clash:
        raise newer from clash
