"""In which order, and from where on.

Every order is one rising whole number, the key, and then the identifier. A cursor holds
the last row's two rather than a number of rows, so that nothing is skipped or shown twice
while rows are added. It is signed: what comes back is what was given.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from psycopg import sql

from accounts import clock
from placements.search.filters import PlacementSearch
from placements.search.pieces import ALL, Sql, piece
from placements.search.question import HOLDS, NO_DAY, Question

SALT = "placements.search.cursor"
FAR_AWAY: Final = 10**15
# A rank is ordered by as a whole number of millionths, which compares exactly.
MILLION: Final = 1_000_000
# A row's turn is below this.
TURNS: Final = 2**31
A_WEEK: Final = 7
# Where in the results one is, and with what they are shown: not what is asked.
NOT_ASKED = ("cursor", "limit", "facets")


@dataclass(frozen=True)
class Position:
    """Where a page begins: the last row's place in the order, and how many came before."""

    rotation: int
    key: int | None = None
    last: UUID | None = None
    seen: int = 0

    def after(self, key: Sql) -> Sql:
        """Rows beyond it, by a key over `r`."""
        return self.after_key(key, self.key)

    def after_key(self, column: Sql, value: int | None) -> Sql:
        if value is None:
            return sql.SQL("true")
        return piece(
            "({column}, r.placement_id) > ({value}, {last})",
            column=column,
            value=value,
            last=self.last,
        )


@dataclass(frozen=True)
class Way:
    """An index that has rows in order, from where on, and the key they have by it."""

    index: Sql
    key: Sql
    where: Sql
    # What the index is of, and which of its rows count once all others have been left out.
    source: Sql | None = None
    counts: Sql | None = None


@dataclass(frozen=True)
class Order:
    """The key of a row `r`: cheap for each that matches, or dear and for the page alone."""

    cheap: Sql
    dear: Sql | None = None
    # How the whole nation is read in this order; none where no index has it.
    ways: tuple[Way, ...] = ()


def sort_of(search: PlacementSearch) -> str:
    """The order that was asked for, or the one that the question suggests."""
    chosen = search.chosen
    asked: str = chosen["sort"]
    if asked and (asked != "relevance" or chosen["q"]):
        return asked
    if chosen["q"]:
        return "relevance"
    return "distance" if chosen["near"] else "soonest"


def order_of(search: PlacementSearch, question: Question, position: Position) -> Order:
    sort = sort_of(search)
    if sort == "distance":
        return _nearest(position)
    if sort == "soonest":
        return _soonest(question, position)
    if sort == "relevance":
        return _best_match(search)
    if sort == "fair":
        return in_turn(position)
    column = {"rating": sql.SQL("r.by_rating"), "newest": sql.SQL("r.by_age")}[sort]
    return Order(column, ways=(Way(column, column, position.after(column)),))


def _nearest(position: Position) -> Order:
    """What is nowhere comes after what lies somewhere."""
    way = Way(
        sql.SQL("r.placement_id"),
        piece("{far}::bigint", far=FAR_AWAY),
        piece("r.placement_id > {last}", last=position.last)
        if position.key == FAR_AWAY
        else sql.SQL("true"),
    )
    # The distance of what matches is there already: working it out twice costs a tenth.
    key = piece("coalesce(r.square, {far})", far=FAR_AWAY)
    return Order(sql.SQL("NULL::bigint"), dear=key, ways=(way,))


def _soonest(question: Question, position: Position) -> Order:
    """The first day of the first slot that would do."""
    column = sql.SQL("r.next_day")
    first = piece(
        "coalesce((SELECT min(s.starts_on) - DATE '1970-01-01' FROM {slots}"
        " WHERE s.placement_id = r.placement_id), {none})",
        slots=question.slots,
        none=NO_DAY,
    )
    if question.is_dated:
        return Order(column, dear=first, ways=_along_slots(question, position))
    # Whether or not the days of its workplace are full, as the index has it.
    holds = piece(HOLDS, today=question.today)
    key = piece("CASE WHEN {holds} THEN r.next_day ELSE {first} END", holds=holds, first=first)
    return Order(key, ways=(Way(column, column, position.after(column)),))


def _along_slots(question: Question, position: Position) -> tuple[Way, ...]:
    """Slot by slot, each placement at the first that would do.

    Two indexes lead there. What has begun and goes on into the dates is seldom, and is
    looked for among long slots alone; all others begin no earlier than a week before.
    """
    first = question.chosen["from"]
    # What can still be booked is over no earlier than today.
    begins = first and max(first, clock.today()) - timedelta(days=A_WEEK - 1)
    is_long = sql.SQL("s.ends_on - s.starts_on >= 7")
    short = piece("s.starts_on >= {begins}", begins=begins) if begins else ALL
    ranges = [short]
    if begins:
        ranges.append(piece("{long} AND s.starts_on < {begins}", long=is_long, begins=begins))
    return tuple(_along_some(question, position, some) for some in ranges)


def _along_some(question: Question, position: Position, some: Sql) -> Way:
    after: Sql = ALL
    if position.key is not None:
        after = piece(
            "(s.starts_on, r.placement_id) > (DATE '1970-01-01' + {key}, {last})",
            key=min(position.key, NO_DAY),
            last=position.last,
        )
    return Way(
        sql.SQL("s.starts_on"),
        sql.SQL("r.starts_on - DATE '1970-01-01'"),
        piece("{some} AND {after}", some=some, after=after),
        source=piece(
            "SELECT r.*, s.id AS slot_id, s.starts_on FROM {slots}"
            " JOIN placements_searchrow AS r ON r.placement_id = s.placement_id",
            slots=question.slots,
        ),
        counts=piece(
            "NOT EXISTS (SELECT FROM {slots} WHERE s.placement_id = r.placement_id"
            " AND (s.starts_on, s.id) < (r.starts_on, r.slot_id))",
            slots=question.slots,
        ),
    )


def _best_match(search: PlacementSearch) -> Order:
    rank = "-(ts_rank(r.words, {query}) * {million})::bigint"
    return Order(piece(rank, query=search.words.query, million=MILLION))


def in_turn(position: Position) -> Order:
    """From a visitor's own point on, all round, and so back to it."""
    first, key = position.rotation, position.key
    column = sql.SQL("r.turn")
    rest: Sql = sql.SQL("false")
    round_again: Sql = piece("r.turn < {first}", first=first)
    if key is None or key < TURNS - first:
        rest = position.after_key(column, None if key is None else key + first)
    else:
        again = position.after_key(column, key + first - TURNS)
        round_again = piece("{below} AND {after}", below=round_again, after=again)
    return Order(
        piece("((r.turn - {first} + {turns}) % {turns})::bigint", first=first, turns=TURNS),
        ways=(
            Way(
                column,
                piece("(r.turn - {first})::bigint", first=first),
                piece("r.turn >= {first} AND {rest}", first=first, rest=rest),
            ),
            Way(
                column,
                piece("(r.turn - {first} + {turns})::bigint", first=first, turns=TURNS),
                round_again,
            ),
        ),
    )


def cursor_after(
    key: int, last: UUID, search: PlacementSearch, position: Position, *, seen: int
) -> str:
    """Where the page after this row begins, as a word for addresses."""
    return signing.dumps(
        {"k": key, "l": last.hex, "n": seen, "r": position.rotation, "q": _fingerprint(search)},
        salt=SALT,
        compress=True,
    )


def position_of(search: PlacementSearch, *, visitor: str) -> Position:
    """From the cursor, or the beginning, in an order of this visitor's and this day's own."""
    cursor: str = search.chosen["cursor"]
    if not cursor:
        return beginning(visitor)
    try:
        read = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as fault:
        raise _refused("This address of a page of results is damaged.") from fault
    if read["q"] != _fingerprint(search):
        raise _refused("This page belongs to another search. Start from the first page.")
    return Position(read["r"], read["k"], UUID(read["l"]), read["n"])


def beginning(visitor: str = "") -> Position:
    """Before the first row, where *in turn* is another order each day and for each visitor."""
    return Position(int(_short(f"{clock.today()} {visitor}"), 16) % TURNS)


def _fingerprint(search: PlacementSearch) -> str:
    asked = {name: value for name, value in search.chosen.items() if name not in NOT_ASKED}
    return _short(repr([(name, _steady(value)) for name, value in sorted(asked.items())]))


def _steady(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else value


def _short(words: str) -> str:
    return hashlib.blake2s(words.encode(), digest_size=8).hexdigest()


def _refused(words: str) -> ValidationError:
    return ValidationError({"cursor": ValidationError(words, code="invalid")})
