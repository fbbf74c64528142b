"""Statements that a connection plans once and runs often.

Django sends each statement as one text with its values in it, which is put together, read
and planned anew each time. For the few that a crowd sends at the same moment that is most
of their cost. These are told apart from their values, by psycopg's prepared statements.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import RawCursor
from psycopg._queries import PostgresQuery

NAMED = re.compile(r"%\((\w+)\)s")


class Statement(NamedTuple):
    """Its text with numbered values, and their names in that order."""

    text: str
    names: list[str]

    def first(self, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it with the values given, and fetch its first row."""
        database = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        cursor = _Prepared(database.connection)
        # As a database wraps its own, for the errors and for whoever listens to queries.
        with database._prepare_cursor(cursor) as wrapped:  # type: ignore[attr-defined]  # noqa: SLF001
            wrapped.execute(self.text, [given[name] for name in self.names])
            row: tuple[Any, ...] | None = wrapped.fetchone()
        return row


def planned_once(named: str) -> Statement:
    """A statement whose values are written `%(name)s`; each may stand in it several times."""
    names = list(dict.fromkeys(NAMED.findall(named)))
    text = NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", named)
    return Statement(text.replace("%%", "%"), names)


class _Prepared(RawCursor[Any]):
    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        return super().execute(query, params, **{**how, "prepare": True})

    def _convert_query(self, *given: Any) -> PostgresQuery:
        # Where Django looks for what was asked, on behalf of whoever listens to queries.
        self._query = super()._convert_query(*given)
        return self._query
