"""Where what a search finds lies, for a map: at most so many places, in one statement.

Near a place the nearest are taken. Of the nation a sample is: the order called *fair*, which
is another one each day, so that nobody is on the map, or off it, for good.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from psycopg import sql

from placements.search import order, pooled, statement
from placements.search.filters import PlacementSearch
from placements.search.order import Order
from placements.search.question import Question, Sql, piece
from placements.search.statement import Page

MOST: Final = 500
SOMEWHERE = sql.SQL("r.easting IS NOT NULL")


@dataclass(frozen=True)
class Located:
    """A placement that was found, and where it is, in metres of the national grid."""

    identifier: UUID
    title: str
    town: str
    easting: int
    northing: int


def located(search: PlacementSearch) -> list[Located]:
    """What a valid search finds and a map can show; what is online is nowhere."""
    question = search.question
    parts = _nearest(question) if question.near else _sampled(question)
    with connection.cursor() as cursor:
        cursor.execute(_statement(parts))
        return [Located(*row) for row in cursor.fetchall()]


def _nearest(question: Question) -> list[Sql]:
    where = statement.both([question.in_the_circle, *_filters(question)])
    return [
        piece(
            "shown AS (SELECT r.placement_id, {square} AS key FROM placements_searchrow AS r"
            " WHERE {where} ORDER BY key, placement_id LIMIT {most})",
            square=question.square_metres,
            where=where,
            most=MOST,
        )
    ]


def _sampled(question: Question) -> list[Sql]:
    """Along the index of turns where that is worth it, and from all rows where it led to few."""
    position = order.beginning()
    fair = order.in_turn(position)
    if not (question.is_told_by_bits and pooled.counted_at()):
        return [piece("shown AS ({rows})", rows=_from_all(question, fair, sql.SQL("true")))]
    few = piece("(SELECT count(*) FROM walked) < {most}", most=MOST)
    return [
        *statement.walked(question, Page(fair, position, MOST - 1), SOMEWHERE),
        piece(
            "shown AS (SELECT placement_id, key FROM walked WHERE NOT {few} UNION ALL ({rows}))",
            few=few,
            rows=_from_all(question, fair, few),
        ),
    ]


def _from_all(question: Question, fair: Order, on_condition: Sql) -> Sql:
    return piece(
        "SELECT r.placement_id, {key} AS key FROM placements_searchrow AS r"
        " WHERE {condition} AND {where} ORDER BY key, r.placement_id LIMIT {most}",
        key=fair.cheap,
        condition=on_condition,
        where=statement.both([SOMEWHERE, *_filters(question)]),
        most=MOST,
    )


def _filters(question: Question) -> list[Sql]:
    return [*question.rest, *question.groups.values()]


def _statement(parts: list[Sql]) -> Sql:
    return piece(
        "WITH {parts} SELECT shown.placement_id, listed.title, workplace.town,"
        " place.easting, place.northing FROM shown"
        " JOIN placements_searchrow AS place ON place.placement_id = shown.placement_id"
        " JOIN placements_placement AS listed ON listed.id = shown.placement_id"
        " JOIN accounts_workplace AS workplace ON workplace.id = listed.workplace_id"
        " ORDER BY shown.key, shown.placement_id",
        parts=sql.SQL(", ").join(parts),
    )
