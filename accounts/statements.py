"""Statements that a connection plans once and runs often.

Django sends each statement as one text with its values in it, which is put together, read
and planned anew each time. For the few that a crowd sends at the same moment that is most
of their cost. These are told apart from their values, by psycopg's prepared statements; and what Django makes of
a query, text and way of reading its rows alike, is made once in each process.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg import RawCursor
from psycopg._queries import PostgresQuery

_Row = TypeVar("_Row", bound=Model)

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


class Question(Generic[_Row]):
    """A query for one row that is always the same but for some values.

    It is written as a function of those, each given by its name and its type.
    """

    def __init__(self, ask: Callable[..., QuerySet[_Row]], **types: type) -> None:
        self.ask, self.types = ask, types

    def first(self, **given: Any) -> _Row | None:
        row = self._asked.statement.first({**self._asked.fixed, **given})
        return None if row is None else self._asked.read(row)

    @cached_property
    def _asked(self) -> "_Asked[_Row]":
        blanks = {
            name: BLANKS[kind](number) for number, (name, kind) in enumerate(self.types.items(), 1)
        }
        names = {blank: name for name, blank in blanks.items()}
        compiler = self.ask(**blanks).order_by()[:1].query.get_compiler(DEFAULT_DB_ALIAS)
        text, values = compiler.as_sql()
        named = [names.get(value, f"fixed_{place}") for place, value in enumerate(values)]
        return _Asked(
            statement=planned_once(text % tuple(f"%({name})s" for name in named)),
            fixed=dict(zip(named, values, strict=True)),
            compiler=compiler,
        )


# Values that stand for others while a question is put into SQL: no real one is like them.
BLANKS: dict[type, Callable[[int], Any]] = {
    int: lambda number: -987_654_000 - number,
    str: lambda number: f"\x01{number}",
    UUID: lambda number: UUID(int=number),
    datetime: lambda number: datetime(1, 1, number, tzinfo=UTC),
}


class _Asked(Generic[_Row]):
    """What Django has made of a question: rows are read as its own iterator reads them."""

    def __init__(self, *, statement: Statement, fixed: dict[str, Any], compiler: Any) -> None:
        self.statement, self.fixed = statement, fixed
        told = compiler.klass_info
        self.model, places = told["model"], told["select_fields"]
        self.own = slice(places[0], places[-1] + 1)
        self.names = [column.target.attname for column, *_ in compiler.select[self.own]]
        self.related = get_related_populators(told, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # of a later Django
        self.annotations = compiler.annotation_col_map
        self.converters = compiler.get_converters([column for column, *_ in compiler.select])

    def read(self, row: tuple[Any, ...]) -> _Row:
        told = list(row)
        for place, (converters, expression) in self.converters.items():
            for convert in converters:
                told[place] = convert(told[place], expression, connections[DEFAULT_DB_ALIAS])
        found: _Row = self.model.from_db(DEFAULT_DB_ALIAS, self.names, told[self.own])
        for related in self.related:
            related.populate(told, found)
        for name, place in self.annotations.items():
            setattr(found, name, told[place])
        return found


class _Prepared(RawCursor[Any]):
    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        return super().execute(query, params, **{**how, "prepare": True})

    def _convert_query(self, *given: Any) -> PostgresQuery:
        # Where Django looks for what was asked, on behalf of whoever listens to queries.
        self._query = super()._convert_query(*given)
        return self._query
