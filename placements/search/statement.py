"""The one statement that answers a search: a page, the total, and every count.

A search near a place, or for words, reads the rows that match once (`m`), and orders and
counts those. For the whole nation it would read everything: there the counts come from
stored bits, and the page from an index in the order that was asked for. A search near a
place in a large nation is both: rows about the place, and bits for what is virtual.

`m` keeps rows that fail one filter among those that are counted without themselves, and
says which in `f`: nought for none, else a hundred and the filter's number.
"""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from placements.search import pooled
from placements.search.cards import card_of
from placements.search.order import Order, Position, Way
from placements.search.pieces import ALL, Sql, piece
from placements.search.pooled import COUNTED_AT, GROUPS
from placements.search.question import Question

FAILS_ONE = 100
FAILS_TWO = 200
# How far an index is followed before all rows are read: rare things are quicker found so.
FOLLOWED = 20_000
# A column of the grouping sets below, by which of them is grouped.
BY_TRAITS, BY_YEARS, BY_ADJUSTMENTS, BY_BADGES = 0b0111, 0b1011, 0b1101, 0b1110

ROWS = sql.SQL("SELECT * FROM placements_searchrow AS r")
TOTAL = sql.SQL(
    "counts AS (SELECT int2send(7::int2) || int2send(0::int2) || int8send(0)"
    " || int4send(count(*)::int4) AS counted FROM m)"
)
# One string of bytes, sixteen a group: far cheaper to send and to take apart than rows.
# In a bracket of its own it is worked out after the page, when all matches have been read.
COUNTED = sql.SQL(
    "counts AS (SELECT (SELECT string_agg("
    "int2send(g) || int2send(f) || int8send(v) || int4send(n), ''::bytea) FROM ("
    "SELECT grouping(traits, years, adjustments, badges)::int2 AS g, f::int2 AS f,"
    " coalesce(traits, years, adjustments, badges)::int8 AS v, count(*)::int4 AS n FROM m"
    " GROUP BY GROUPING SETS ((f, traits), (f, years), (f, adjustments), (f, badges))"
    ") AS grouped) AS counted)"
)
BADGES = sql.SQL("(SELECT json_object_agg(bit, code) FROM placements_searchbadge)")


@dataclass(frozen=True)
class Told:
    """Where the counts come from: what was counted of rows, of bits, and when of bits."""

    source: LiteralString
    counted: LiteralString = "NULL::bytea"
    pooled: LiteralString = "NULL::bytea"
    counted_at: LiteralString = "pool.counted_at"


OF_ROWS = Told("counts", counted="counts.counted", counted_at=COUNTED_AT)
OF_BITS = Told("pool", pooled="pool.pooled")
OF_BOTH = Told("counts CROSS JOIN pool", counted="counts.counted", pooled="pool.pooled")


@dataclass(frozen=True)
class Page:
    """Which part of the answer is wanted: `limit` rows and one, from a position on."""

    order: Order
    position: Position
    limit: int


def by_rows(question: Question, page: Page, *, with_facets: bool) -> sql.Composed:
    """Everything from the rows themselves, true at once."""
    somewhere = _somewhere(question, with_facets=with_facets)
    return _statement(
        question,
        page,
        OF_ROWS,
        _matches(question, page, somewhere, with_facets=with_facets),
        COUNTED if with_facets else TOTAL,
        piece("page AS ({rows})", rows=_page_of_matches(page)),
    )


def by_bits(question: Question, page: Page, *, with_facets: bool) -> sql.Composed:
    """Counts of the nation, or of all that is virtual, from stored bits."""
    parts = pooled.parts(question, with_facets=with_facets)
    if question.near is None:
        parts += [*walked(question, page, ALL), sql.SQL("page AS (SELECT * FROM walked)")]
        return _statement(question, page, OF_BITS, *parts)
    parts += [
        _matches(question, page, question.in_the_circle, with_facets=with_facets),
        COUNTED if with_facets else TOTAL,
    ]
    local = _page_of_matches(page)
    if question.leaves_out_virtual:
        parts.append(piece("page AS ({local})", local=local))
    else:
        parts += walked(question, page, sql.SQL("r.easting IS NULL"))
        both_pages = (
            "page AS (({local}) UNION ALL SELECT * FROM walked"
            " ORDER BY 2, 1 NULLS FIRST LIMIT {rows})"
        )
        parts.append(piece(both_pages, local=local, rows=page.limit + 1))
    return _statement(question, page, OF_BOTH, *parts)


def needs_bits(question: Question, *, with_facets: bool) -> bool:
    """Not for what lies near a place, unless it is to be counted beside what is virtual."""
    return with_facets or not (question.near and question.leaves_out_virtual)


def follows_one_index(question: Question, page: Page) -> bool:
    """Whether `by_bits` read along one index alone, and may have stopped short of a page."""
    return len(page.order.ways) == 1 and question.near is None


def how_many(question: Question) -> sql.Composed:
    """A number of rows, as a value for another statement."""
    return _of_all(question, "count(*)")


def identifiers(question: Question) -> sql.Composed:
    """Everything that was asked for, as a list for another statement."""
    return _of_all(question, "r.placement_id")


def _of_all(question: Question, column: LiteralString) -> sql.Composed:
    """Something of every row that passes every filter."""
    somewhere = _somewhere(question, with_facets=False)
    return piece(
        "(SELECT {column} FROM placements_searchrow AS r WHERE {where})",
        column=sql.SQL(column),
        where=both([somewhere, *question.rest, *question.groups.values()]),
    )


def both(conditions: list[Sql]) -> Sql:
    asked = [one for one in conditions if one is not ALL]
    return piece("({all})", all=sql.SQL(" AND ").join(asked)) if asked else ALL


def _somewhere(question: Question, *, with_facets: bool) -> Sql:
    if question.near is None:
        return ALL
    if question.leaves_out_virtual and not with_facets:
        return question.in_the_circle
    return piece("({circle} OR r.easting IS NULL)", circle=question.in_the_circle)


def _matches(question: Question, page: Page, somewhere: Sql, *, with_facets: bool) -> Sql:
    where, fails = [somewhere, *question.rest], piece("0")
    is_circle = question.near is not None and somewhere is question.in_the_circle
    groups = question.groups_in_the_circle if is_circle else question.groups
    if not with_facets:
        where += groups.values()
    elif groups:
        fails = piece("{each}", each=sql.SQL(" + ").join(_failing(groups)))
    return piece(
        "m AS MATERIALIZED (SELECT * FROM (SELECT r.placement_id, r.traits, r.years,"
        " r.adjustments, r.badges, {square} AS square, {key} AS key, {fails} AS f"
        " FROM placements_searchrow AS r WHERE {where}) AS r WHERE {at_most_one})",
        square=question.square_metres if question.near else sql.SQL("NULL::bigint"),
        key=page.order.cheap,
        fails=fails,
        where=both(where),
        at_most_one=piece("f < {two}", two=FAILS_TWO) if len(groups) > 1 else ALL,
    )


def _failing(groups: dict[str, Sql]) -> list[Sql]:
    """For each filter that is counted without itself, its number where it does not hold."""
    return [
        piece(
            "CASE WHEN {holds} THEN 0 ELSE {number} END",
            holds=holds,
            number=FAILS_ONE + GROUPS.index(group),
        )
        for group, holds in groups.items()
    ]


def _page_of_matches(page: Page) -> Sql:
    return piece(
        "SELECT placement_id, key, square FROM (SELECT r.placement_id, {key} AS key, r.square"
        " FROM m AS r WHERE r.f = 0) AS r WHERE {after} ORDER BY key, placement_id LIMIT {rows}",
        key=page.order.dear or sql.SQL("r.key"),
        after=page.position.after(sql.SQL("r.key")),
        rows=page.limit + 1,
    )


def walked(question: Question, page: Page, which: Sql) -> list[Sql]:
    """A page of the nation: along an index as far as it is followed, or else from all rows.

    What comes along one index is put in order with what comes from elsewhere. Where it
    stopped short there is a line with a key and no placement: only what stands before that
    line is sure to be all there is.
    """
    where = both([which, *question.rest, *question.groups.values()])
    rows = page.limit + 1
    if not page.order.ways:
        return [piece("walked AS ({all})", all=_all_rows(page, where))]
    ways = [_along(way, where, rows) for way in page.order.ways]
    if follows_one_index(question, page):
        return [piece("walked AS MATERIALIZED ({way})", way=ways[0])]
    told = [
        piece(
            "(SELECT * FROM (({along}) UNION ALL ({stopped})) AS told LIMIT {rows})",
            along=along,
            stopped=_stopped(way),
            rows=rows,
        )
        for along, way in zip(ways, page.order.ways, strict=True)
    ]
    return [
        piece(
            "walked AS MATERIALIZED"
            " (SELECT * FROM ({ways}) AS along ORDER BY 2, 1 NULLS FIRST LIMIT {rows})",
            ways=sql.SQL(" UNION ALL ").join(told),
            rows=rows,
        )
    ]


def _along(way: Way, where: Sql, rows: int) -> Sql:
    return piece(
        "SELECT r.placement_id, ({key})::bigint AS key, NULL::bigint AS square FROM ("
        "{source} WHERE {start} ORDER BY {index}, r.placement_id LIMIT {followed}) AS r"
        " WHERE {where} AND {counts} LIMIT {rows}",
        key=way.key,
        source=way.source or ROWS,
        counts=way.counts or ALL,
        start=way.where,
        index=way.index,
        followed=FOLLOWED,
        where=where,
        rows=rows,
    )


def _stopped(way: Way) -> Sql:
    """Where a way was followed no further; read only when it has not led to a whole page."""
    return piece(
        "SELECT NULL::uuid, ({key})::bigint, NULL::bigint FROM ({source} WHERE {start}"
        " ORDER BY {index}, r.placement_id OFFSET {last} LIMIT 1) AS r",
        key=way.key,
        source=way.source or ROWS,
        start=way.where,
        index=way.index,
        last=FOLLOWED - 1,
    )


def _all_rows(page: Page, where: Sql) -> Sql:
    return piece(
        "SELECT placement_id, key, NULL::bigint AS square FROM ("
        "SELECT r.placement_id, ({key})::bigint AS key"
        " FROM placements_searchrow AS r WHERE {where}) AS r"
        " WHERE {after} ORDER BY key, placement_id LIMIT {rows}",
        key=page.order.dear or _anywhere(page.order),
        where=where,
        after=page.position.after(sql.SQL("r.key")),
        rows=page.limit + 1,
    )


def _anywhere(order: Order) -> Sql:
    """The key of whatever is read here, which is nowhere if it is ordered by distance."""
    return order.ways[0].key if len(order.ways) == 1 else order.cheap


def _statement(question: Question, page: Page, told: Told, *parts: Sql) -> sql.Composed:
    card = card_of(question, page.limit)
    return piece(
        "WITH {parts} SELECT CASE WHEN coalesce(page.n, 1) = 1 THEN {counted} END,"
        " CASE WHEN coalesce(page.n, 1) = 1 THEN {pooled} END,"
        " CASE WHEN coalesce(page.n, 1) = 1 THEN {badges} END, {counted_at},"
        " page.placement_id, page.key, page.square, {card}"
        " FROM {source} LEFT JOIN (SELECT *, row_number() OVER (ORDER BY key, placement_id) AS n"
        " FROM page) AS page ON true {joined} ORDER BY page.n",
        parts=sql.SQL(", ").join(parts),
        counted=sql.SQL(told.counted),
        pooled=sql.SQL(told.pooled),
        badges=BADGES,
        counted_at=sql.SQL(told.counted_at),
        card=card.columns,
        source=sql.SQL(told.source),
        joined=card.joined,
    )
