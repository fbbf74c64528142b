"""Where what a search finds lies, for a map: at most so many places, in one statement.

Where there are more, a sample is taken in the order called *fair*, which is another one each
day, so that nobody is on the map, or off it, for good. The nearest would make a poor map:
in a city all of them would lie on one another, and the rest of the circle would be bare.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from psycopg import sql

from placements.search import order, pooled, statement
from placements.search.filters import PlacementSearch
from placements.search.order import Order
from placements.search.pieces import Sql, piece
from placements.search.question import Question
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
    with connection.cursor() as cursor:
        cursor.execute(_statement(_shown(question, order.in_turn(order.beginning()))))
        return [Located(*row) for row in cursor.fetchall()]


def _shown(question: Question, fair: Order) -> list[Sql]:
    """Of a large nation along the index of turns, and from all rows if that led to few."""
    if question.near or not (question.is_told_by_bits and pooled.counted_at()):
        return [piece("shown AS ({rows})", rows=_from_all(question, fair))]
    page = Page(fair, order.beginning(), MOST - 1)
    few = piece("(SELECT count(placement_id) FROM walked) < {most}", most=MOST)
    return [
        *statement.walked(question, page, SOMEWHERE),
        piece(
            "shown AS (SELECT placement_id, key FROM walked"
            " WHERE placement_id IS NOT NULL AND NOT {few} UNION ALL ({rows}))",
            few=few,
            rows=_from_all(question, fair, few),
        ),
    ]


def _from_all(question: Question, fair: Order, *conditions: Sql) -> Sql:
    where = question.in_the_circle if question.near else SOMEWHERE
    return piece(
        "SELECT r.placement_id, {key} AS key FROM placements_searchrow AS r"
        " WHERE {where} ORDER BY key, r.placement_id LIMIT {most}",
        key=fair.cheap,
        where=statement.both([*conditions, where, *question.rest, *question.groups.values()]),
        most=MOST,
    )


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
