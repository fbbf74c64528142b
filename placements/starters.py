"""Ready-made listings, so that nobody starts from an empty page.

The texts are in `starters.toml`; whoever uses one gets a draft of their own, and changes
what they like. Dates, workplace and contact are always theirs.
"""

import copy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Member
from accounts.phrases import plural
from accounts.words import Sector
from placements import listings
from placements.models import Placement
from placements.words import SMALL_OFFERS, Kind, Mode

TEXTS = Path(__file__).with_suffix(".toml")
_USUAL_HOURS = {"starts_at": time(9, 30), "ends_at": time(15, 30)}


@dataclass(frozen=True)
class Starter:
    """One ready-made listing: `answers` are fields of a placement with their values."""

    code: str
    kind: str
    mode: str
    answers: Mapping[str, Any]

    @property
    def title(self) -> str:
        return str(self.answers["title"])

    @property
    def summary(self) -> str:
        return str(self.answers["summary"])

    @property
    def kind_in_words(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def mode_in_words(self) -> str:
        return str(Mode(self.mode).label)

    @property
    def sector_in_words(self) -> str:
        return str(Sector(self.answers["sector"]).label)

    @property
    def length_in_words(self) -> str:
        return (
            "an hour or two" if self.kind in SMALL_OFFERS else plural(self.answers["days"], "day")
        )


@cache
def every() -> tuple[Starter, ...]:
    """In the order of the ladder, smallest first."""
    rows = tomllib.loads(TEXTS.read_text(encoding="utf-8"))["starters"]
    ladder = list(Kind.values)
    return tuple(sorted(map(_made, rows), key=lambda starter: ladder.index(starter.kind)))


def find(code: str) -> Starter | None:
    return next((starter for starter in every() if starter.code == code), None)


@transaction.atomic
def use(starter: Starter, *, by: Member) -> Placement:
    """A draft of the member's own, with the starter's words in it."""
    placement = listings.start(by=by, kind=starter.kind, mode=starter.mode)
    for name, value in starter.answers.items():
        setattr(placement, name, copy.deepcopy(value))
    placement.save(update_fields=[*starter.answers, "changed_at"])
    return placement


def _made(row: dict[str, Any]) -> Starter:
    code, kind, mode = (row.pop(name) for name in ("code", "kind", "mode"))
    unknown = set(row) - set(listings.COPIED)
    if unknown:
        raise ValidationError(f"The starter {code} answers {unknown}.", code="unknown_field")
    hours = {} if kind in SMALL_OFFERS or mode == Mode.VIRTUAL else _USUAL_HOURS
    return Starter(code, kind, mode, {**hours, **row})
