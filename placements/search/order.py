"""In which order, and from where on.

A cursor holds the last row's place in the order rather than a number of rows, so that
nothing is skipped or shown twice while rows are added. It is signed: what comes back is
what was given.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib.postgres.search import SearchRank
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, CharField, DateField, F, Min, Q, QuerySet, Value
from django.db.models.expressions import Combinable, OuterRef, Subquery
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from accounts import clock
from placements.models import Placement
from placements.search.filters import PlacementSearch, wanted_slots

SALT = "placements.search.cursor"
FAR_AWAY: Final = 10**15
NO_DATE: Final = date(9999, 12, 31)
# A rank is ordered by as a whole number of millionths, which compares exactly.
MILLION: Final = 1_000_000
# Where in the results one is, and with what they are shown: not what is asked.
NOT_ASKED = ("cursor", "limit", "facets")


@dataclass(frozen=True, kw_only=True)
class Key:
    """One thing that rows are ordered by."""

    name: str
    expression: Combinable
    falling: bool = False

    def after(self, value: object) -> Q:
        return Q((f"{self.name}__{'lt' if self.falling else 'gt'}", value))

    def same(self, value: object) -> Q:
        return Q((self.name, value))

    @property
    def column(self) -> str:
        return f"-{self.name}" if self.falling else self.name


@dataclass(frozen=True)
class Position:
    """Where a page begins: the last row's place in the order, and how many came before."""

    rotation: str
    values: tuple[Any, ...] = ()
    seen: int = 0


def sort_of(search: PlacementSearch) -> str:
    """The order that was asked for, or the one that the question suggests."""
    chosen = search.chosen
    asked: str = chosen["sort"]
    if asked and (asked != "relevance" or chosen["q"]):
        return asked
    if chosen["q"]:
        return "relevance"
    return "distance" if chosen["near"] else "soonest"


def from_here_on(
    found: QuerySet[Placement], search: PlacementSearch, position: Position
) -> QuerySet[Placement]:
    """What was found, in order, from the position on."""
    keys = _keys(search, position.rotation)
    rows = found.annotate(**{key.name: key.expression for key in keys if key.name != "pk"})
    if position.values:
        rows = rows.filter(_beyond(keys, position.values))
    return rows.order_by(*(key.column for key in keys))


def cursor_after(row: Placement, search: PlacementSearch, position: Position, seen: int) -> str:
    """Where the page after this row begins, as a word for addresses."""
    values = [_as_word(getattr(row, key.name)) for key in _keys(search, position.rotation)]
    return signing.dumps(
        {"v": values, "n": seen, "r": position.rotation, "q": _fingerprint(search)},
        salt=SALT,
        compress=True,
    )


def position_of(search: PlacementSearch, *, visitor: str) -> Position:
    """From the cursor, or the beginning, in an order of this visitor's and this day's own."""
    cursor: str = search.chosen["cursor"]
    if not cursor:
        return Position(_short(f"{clock.today()} {visitor}"))
    try:
        read = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as fault:
        raise _refused("This address of a page of results is damaged.") from fault
    if read["q"] != _fingerprint(search):
        raise _refused("This page belongs to another search. Start from the first page.")
    return Position(read["r"], tuple(read["v"]), read["n"])


def _keys(search: PlacementSearch, rotation: str) -> list[Key]:
    sort = sort_of(search)
    if sort == "soonest":
        first = _soonest(search)
    elif sort == "relevance":
        first = _best_match(search)
    elif sort == "fair":
        first = _in_turn(rotation)
    else:
        first = FIXED_ORDERS[sort]
    return [*first, Key(name="pk", expression=F("pk"))]


def _soonest(search: PlacementSearch) -> list[Key]:
    slots = wanted_slots(search.chosen).filter(placement=OuterRef("pk")).order_by()
    first = slots.values("placement").annotate(first=Min("starts_on")).values("first")
    begins = Coalesce(Subquery(first), Value(NO_DATE), output_field=DateField())
    return [Key(name="begins", expression=begins)]


def _best_match(search: PlacementSearch) -> list[Key]:
    rank = Cast(SearchRank(F("words"), search.words) * MILLION, BigIntegerField())
    return [Key(name="rank", expression=rank, falling=True)]


def _in_turn(rotation: str) -> list[Key]:
    turn = MD5(Concat(Value(rotation), Cast("pk", CharField()), output_field=CharField()))
    return [Key(name="turn", expression=turn)]


def _whole(expression: Combinable, otherwise: int) -> Combinable:
    return Coalesce(Cast(expression, BigIntegerField()), Value(otherwise, BigIntegerField()))


FIXED_ORDERS: dict[str, list[Key]] = {
    "distance": [Key(name="how_far", expression=_whole(F("square_metres"), FAR_AWAY))],
    "rating": [
        Key(name="rated", expression=_whole(F("rating_average") * 100, 0), falling=True),
        Key(name="rated_by", expression=F("rating_count"), falling=True),
    ],
    "newest": [Key(name="came_out", expression=F("published_at"), falling=True)],
}


def _beyond(keys: list[Key], values: tuple[Any, ...]) -> Q:
    """Beyond the first key, or level with it and beyond the second, and so on."""
    beyond, level = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        beyond |= level & key.after(value)
        level &= key.same(value)
    return beyond


def _as_word(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _fingerprint(search: PlacementSearch) -> str:
    asked = {name: value for name, value in search.chosen.items() if name not in NOT_ASKED}
    return _short(repr([(name, _steady(value)) for name, value in sorted(asked.items())]))


def _steady(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, list) else value


def _short(words: str) -> str:
    return hashlib.blake2s(words.encode(), digest_size=8).hexdigest()


def _refused(words: str) -> ValidationError:
    return ValidationError({"cursor": ValidationError(words, code="invalid")})
