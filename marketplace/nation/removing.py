"""Taking a nation out again, with whatever people have hung on it since.

What bears the mark goes, and so does all that points to what goes, table by table from what
is pointed to downwards. A reference that may be empty without harm is emptied instead.
"""

from collections.abc import Callable, Iterable, Iterator
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from marketplace.nation import marks

Model = type[models.Model]
Reference = models.ForeignKey[Any, Any]
Progress = Callable[[str, int], None]


def remove(progress: Progress) -> None:
    """All of the nation or nothing. `progress` is told each table and how many rows left it."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Search rows are made all at once afterwards: `rebuild_search`.
        cursor.execute("SET LOCAL marketplace.loading = 'on'")
        going = [model for model in _pointed_to_first() if _list(cursor, model)]
        for model in reversed(going):
            _let_go(cursor, model)
            progress(str(model._meta.verbose_name_plural), _delete(cursor, model))
        for model in going:
            cursor.execute(f"DROP TABLE {_list_of(model)}")


def _pointed_to_first() -> Iterable[Model]:
    all_models = apps.get_models(include_auto_created=True)
    # Two tables may point to one another, where either reference can be emptied.
    pointed_to = {
        model: {
            to for field, to in _references(model) if to is not model and not _may_be_emptied(field)
        }
        for model in all_models
    }
    return TopologicalSorter(pointed_to).static_order()


def _references(model: Model) -> Iterator[tuple[Reference, Model]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            yield field, field.related_model


def _list(cursor: CursorWrapper, model: Model) -> bool:
    """Write down which rows of a table go; say whether there are any."""
    pk, table = model._meta.pk.column, model._meta.db_table
    chosen = [f"SELECT {pk} FROM {table} WHERE {condition}" for condition in marks.on(model)]
    chosen += [
        f"SELECT {pk} FROM {table} WHERE {field.column} IN (SELECT pk FROM {_list_of(to)})"
        for field, to in _references(model)
        if to is not model and not _may_be_emptied(field) and _is_listed(cursor, to)
    ]
    if not chosen:
        return False
    rows = " UNION ".join(chosen)
    cursor.execute(f"CREATE TEMPORARY TABLE {_list_of(model)} (pk) AS {rows}")
    cursor.execute(f"ANALYZE {_list_of(model)}")
    return True


def _list_of(model: Model) -> str:
    return f"going_{model._meta.db_table}"


def _is_listed(cursor: CursorWrapper, model: Model) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"pg_temp.{_list_of(model)}"])
    return bool(cursor.fetchone()[0])


def _may_be_emptied(field: Reference) -> bool:
    return field.remote_field.on_delete is models.SET_NULL


def _let_go(cursor: CursorWrapper, going: Model) -> None:
    for model in apps.get_models(include_auto_created=True):
        for field, to in _references(model):
            if to is going and _may_be_emptied(field):
                cursor.execute(
                    f"UPDATE {model._meta.db_table} SET {field.column} = NULL"
                    f" WHERE {field.column} IN (SELECT pk FROM {_list_of(going)})"
                )


def _delete(cursor: CursorWrapper, model: Model) -> int:
    pk, table = model._meta.pk.column, model._meta.db_table
    cursor.execute(
        f"DELETE FROM {table} USING {_list_of(model)} AS going WHERE {table}.{pk} = going.pk"
    )
    return int(cursor.rowcount)
