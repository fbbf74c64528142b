"""Pieces of SQL, put together with their values in them.

The ORM stays off a search's path, where it costs four times as much; what is compiled of it
here is what it knows best, which slots and which placements a filter means.
"""

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

Sql = sql.Composable
# Every row.
ALL = sql.SQL("true")


def compiled(query: QuerySet[Any, Any]) -> Sql:
    """A query of the ORM's as a piece of SQL, its values written into it."""
    text, given = query.query.sql_with_params()
    with connection.cursor() as cursor:
        return sql.SQL(cursor.mogrify(text, given))


def piece(words: str, /, **given: object) -> sql.Composed:
    """SQL with values, or other pieces, in its places."""
    return sql.SQL(words).format(
        **{
            name: value if isinstance(value, sql.Composable) else sql.Literal(value)
            for name, value in given.items()
        }
    )
