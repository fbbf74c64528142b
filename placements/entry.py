"""Entering a booking in one statement: its places, its row, its history and what is owed.

Where a crowd wants the same slot, each waits for whoever holds its row, so nothing is said
to the database while it is held: the row is let go the moment the statement is done. The
columns come from the models, so that a new one cannot be forgotten here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from accounts.models import Message
from placements import counter
from placements.models import Booking, BookingMove

ENTER = """
WITH {take},
entered AS (
    INSERT INTO {booking} ({booking_columns})
    SELECT {booking_values} FROM took
    RETURNING id
),
begun AS (
    INSERT INTO {move} ({move_columns})
    SELECT {move_values} FROM entered
),
owed AS (
    INSERT INTO {message} ({message_columns})
    SELECT owing.* FROM entered, unnest({message_values}) AS owing
)
SELECT id FROM entered
"""


def enter(booking: Booking, begun: BookingMove, owed: Sequence[Message]) -> bool:
    """Write all of it if the places may be taken and nobody waits; say whether it was done."""
    given = counter.wanted(booking.slot, booking.places)
    given |= _values("booking", booking) | _values("move", begun)
    names = _names("message", Message)
    columns = zip(*map(_row, owed), strict=True) if owed else ([] for _ in names)
    given |= {name: list(values) for name, values in zip(names, columns, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(_statement(), given)
        entered = cursor.fetchone() is not None
    booking._state.adding = not entered  # noqa: SLF001 -- as saving it would have done.
    return entered


@cache
def _statement() -> str:
    return ENTER.format(
        take=counter.TOOK,
        booking=Booking._meta.db_table,
        move=BookingMove._meta.db_table,
        message=Message._meta.db_table,
        booking_columns=_columns(Booking),
        move_columns=_columns(BookingMove),
        message_columns=_columns(Message),
        booking_values=_placeholders("booking", Booking),
        move_values=_placeholders("move", BookingMove),
        message_values=_arrays("message", Message),
    )


def _values(prefix: str, row: models.Model) -> dict[str, Any]:
    return dict(zip(_names(prefix, type(row)), _row(row), strict=True))


def _row(row: models.Model) -> list[Any]:
    """What saving it would write."""
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in _fields(type(row))
    ]


def _columns(model: type[models.Model]) -> str:
    return ", ".join(field.column for field in _fields(model))


def _placeholders(prefix: str, model: type[models.Model]) -> str:
    # Not all of them say their type where nothing was given.
    return ", ".join(
        f"%({name})s::{field.db_type(connection)}"
        for name, field in zip(_names(prefix, model), _fields(model), strict=True)
    )


def _arrays(prefix: str, model: type[models.Model]) -> str:
    return ", ".join(
        f"%({name})s::{field.db_type(connection)}[]"
        for name, field in zip(_names(prefix, model), _fields(model), strict=True)
    )


@cache
def _names(prefix: str, model: type[models.Model]) -> list[str]:
    return [f"{prefix}_{field.column}" for field in _fields(model)]


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """All that a new row is given, and not what the database counts by itself."""
    return [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]
