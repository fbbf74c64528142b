"""Statements that a connection plans once and runs often.

Django sends each statement as one text with its values in it, which is put together, read
and planned anew each time. For the few that a crowd sends at the same moment that is most
of their cost. These are told apart from their values, by psycopg's prepared statements; and what Django makes of
a query, text and way of reading its rows alike, is made once in each process.

What never changes stands in the text. A plan for whatever value may come cannot use an index
on some of the rows, since it does not know that these are asked for.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.subqueries import UpdateQuery
from psycopg import RawCursor
from psycopg._queries import PostgresQuery
from psycopg.sql import Literal

_Row = TypeVar("_Row", bound=Model)

# A sign that stands for itself is written twice.
NAMED = re.compile(r"(?<!%)%\((\w+)\)s")


class Statement(NamedTuple):
    """Its text with numbered values, and their names in that order."""

    text: str
    names: list[str]

    def first(self, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it with the values given, and fetch its first row."""
        row: tuple[Any, ...] | None = self._run(given, _first_row)
        return row

    def changed(self, given: Mapping[str, Any]) -> int:
        """Run it with the values given, and say how many rows it changed."""
        rows: int = self._run(given, _row_count)
        return rows

    def _run(self, given: Mapping[str, Any], told: Callable[[Any], Any]) -> Any:
        database: Any = connections[DEFAULT_DB_ALIAS]
        # As Django does before each of its own: the server may have ended it between two requests.
        database.close_if_health_check_failed()
        database.ensure_connection()
        cursor: Any = _Prepared(database.connection)
        values = [given[name] for name in self.names]
        if database.queries_logged or database.execute_wrappers:
            # As a database wraps its own, for whoever listens to queries.
            cursor = database._prepare_cursor(cursor)  # noqa: SLF001
        else:
            database.validate_no_broken_transaction()
        with database.wrap_database_errors:
            cursor.execute(self.text, values)
            return told(cursor)


def _first_row(done: Any) -> Any:
    return done.fetchone()


def _row_count(done: Any) -> Any:
    return done.rowcount


def planned_once(named: str) -> Statement:
    """A statement whose values are written `%(name)s`; each may stand in it several times."""
    names = list(dict.fromkeys(NAMED.findall(named)))
    text = NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", named)
    return Statement(text.replace("%%", "%"), names)


class Change:
    """What is changed of some rows, always the same but for some values.

    It is written as a function of those, each given by its name and its type, that gives back
    the rows and what is put into each of their columns.
    """

    def __init__(
        self, change: Callable[..., tuple[QuerySet[Any], Mapping[str, Any]]], **types: type
    ) -> None:
        self.change, self.types = change, types

    def make(self, **given: Any) -> int:
        """Make it, and say of how many rows."""
        return self._written.statement.changed(given)

    def written(self) -> "_Written":
        blanks = _blanks(self.types)
        rows, values = self.change(**blanks)
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(values)
        return _write(query.get_compiler(DEFAULT_DB_ALIAS), blanks)

    @cached_property
    def _written(self) -> "_Written":
        return self.written()


class Question(Generic[_Row]):
    """A query for one row that is always the same but for some values.

    It is written as a function of those, each given by its name and its type. It may be asked of
    what a change has just made of its rows, and of no others; both are one statement.
    """

    def __init__(
        self, ask: Callable[..., QuerySet[_Row]], *, after: Change | None = None, **types: type
    ) -> None:
        self.ask, self.after, self.types = ask, after, types

    def first(self, **given: Any) -> _Row | None:
        row = self._asked.written.statement.first(given)
        return None if row is None else self._asked.read(row)

    @cached_property
    def _asked(self) -> "_Asked[_Row]":
        blanks = _blanks(self.types)
        asked = self.ask(**blanks)
        # In the model's own order only where it is asked for.
        asked = asked[:1] if asked.query.order_by else asked.order_by()[:1]
        compiler = asked.query.get_compiler(DEFAULT_DB_ALIAS)
        written = _write(compiler, blanks)
        if self.after:
            written = _after(self.after.written(), written, compiler.query.get_meta().db_table)
        return _Asked(written, compiler)


class _Written(NamedTuple):
    """What Django has written, each value by its name."""

    named: str
    statement: Statement


def _write(compiler: Any, blanks: Mapping[str, Any]) -> _Written:
    names = {blank: f"%({name})s" for name, blank in blanks.items()}
    text, values = compiler.as_sql()
    told = text % tuple(names[value] if value in names else _as_text(value) for value in values)
    return _Written(told, planned_once(told))


def _as_text(value: Any) -> str:
    return Literal(value).as_string().replace("%", "%%")


def _after(change: _Written, question: _Written, table: str) -> _Written:
    # Under the name of the table stand the changed rows alone, as they are now.
    told = f'WITH "{table}" AS ({change.named} RETURNING *) {question.named}'
    return _Written(told, planned_once(told))


def _blanks(types: Mapping[str, type]) -> dict[str, Any]:
    return {name: BLANKS[kind](number) for number, (name, kind) in enumerate(types.items(), 1)}


# Values that stand for others while a question is put into SQL: no real one is like them.
BLANKS: dict[type, Callable[[int], Any]] = {
    int: lambda number: -987_654_000 - number,
    str: lambda number: f"\x01{number}",
    UUID: lambda number: UUID(int=number),
    datetime: lambda number: datetime(1, 1, number, tzinfo=UTC),
    timedelta: lambda number: timedelta(days=-987_654, microseconds=number),
}


class _Asked(Generic[_Row]):
    """What Django has made of a question: rows are read as its own iterator reads them."""

    def __init__(self, written: _Written, compiler: Any) -> None:
        self.written = written
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
