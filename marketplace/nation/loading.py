"""Rows by the thousand: PostgreSQL's COPY, with what a row leaves out taken from its model."""

from datetime import datetime
from typing import Any, cast

from django.db import connection, models
from psycopg import Cursor

Row = dict[str, Any]


class Table:
    """One table to be filled. A column that is new tomorrow has its default here as well."""

    def __init__(self, model: type[models.Model], *, at: datetime) -> None:
        fields = [field for field in model._meta.concrete_fields if _is_written(field)]
        self.usual = [(field.attname, _usual(field, at)) for field in fields]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        self.statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
        self.waiting: list[Row] = []

    def add(self, row: Row) -> None:
        self.waiting.append(row)

    def flush(self) -> None:
        """Send what was added, so that memory holds one batch and never the nation."""
        with connection.cursor() as cursor:
            raw = cast("Cursor[Any]", cursor)
            with raw.copy(self.statement.encode()) as copy:
                for row in self.waiting:
                    copy.write_row([row.get(name, usual) for name, usual in self.usual])
        self.waiting.clear()


def _is_written(field: Any) -> bool:
    return not (field.generated or isinstance(field, models.AutoField))


def _usual(field: Any, at: datetime) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return at
    if field.primary_key:
        return None
    # Which the database would give, were the column left out; COPY leaves out none.
    usual = field.db_default if field.has_db_default() else field.get_default()
    return field.get_db_prep_save(usual, connection)
