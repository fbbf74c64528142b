"""Entering a booking in one statement: its places, its row, its history and what is owed.

Where a crowd wants the same slot, each waits for whoever holds its row, so nothing is said
to the database while it is held: the row is let go the moment the statement is done. The
columns come from the models, so that a new one cannot be forgotten here.
"""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

from accounts.models import Message
from accounts.statements import Statement, planned_once
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
    SELECT {message_values} FROM entered, unnest({lists}) AS owing ({apart})
)
SELECT id FROM entered
"""


AS_THEY_STAND = {
    models.BooleanField,
    models.CharField,
    models.DateTimeField,
    models.EmailField,
    models.ForeignKey,
    models.OneToOneField,
    models.PositiveSmallIntegerField,
    models.TextField,
    models.UUIDField,
}

# What differs between the messages of one booking, whoever they are for; each column is given
# as a list of all.
TOLD_APART = ("id", "dedupe_key", "recipient_id", "email")


def enter(booking: Booking, begun: BookingMove, owed: Sequence[Message]) -> bool:
    """Write all of it if the places may be taken and nobody waits; say whether it was done."""
    given = counter.wanted(booking.slot, booking.places)
    given |= _values("booking", booking) | _values("move", begun)
    rows = [_values("message", message) for message in owed]
    given |= rows[0] if rows else dict.fromkeys(_names("message", Message))
    given |= {name: [row[name] for row in rows] for name in map("message_{}".format, TOLD_APART)}
    entered = _statement().first(given) is not None
    booking._state.adding = not entered  # noqa: SLF001 -- as saving it would have done.
    return entered


@cache
def _statement() -> Statement:
    written = ENTER.format(
        take=counter.TOOK,
        booking=Booking._meta.db_table,
        booking_columns=_columns(Booking),
        booking_values=_placeholders("booking", Booking),
        move=BookingMove._meta.db_table,
        move_columns=_columns(BookingMove),
        move_values=_placeholders("move", BookingMove),
        message=Message._meta.db_table,
        message_columns=_columns(Message),
        message_values=_placeholders("message", Message, of_each=TOLD_APART),
        lists=", ".join(
            f"%(message_{field.column})s::{_type(field)}[]"
            for field in _fields(Message)
            if field.column in TOLD_APART
        ),
        apart=", ".join(one.column for one in _fields(Message) if one.column in TOLD_APART),
    )
    return planned_once(written)


def _values(prefix: str, row: models.Model) -> dict[str, Any]:
    """What saving it would write."""
    return {name: read(row) for name, read in _readers(prefix, type(row))}


@cache
def _readers(prefix: str, model: type[models.Model]) -> list[tuple[str, Callable[[Any], Any]]]:
    return [(f"{prefix}_{field.column}", _reader(field)) for field in _fields(model)]


def _reader(field: Any) -> Callable[[Any], Any]:
    """Most values are written as they stand in the row; for the rest the field has its say."""
    if type(field) in AS_THEY_STAND and not getattr(field, "auto_now_add", False):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)


def _columns(model: type[models.Model]) -> str:
    return ", ".join(field.column for field in _fields(model))


def _placeholders(prefix: str, model: type[models.Model], of_each: Sequence[str] = ()) -> str:
    # Not all of them say their type where nothing was given.
    return ", ".join(
        f"owing.{field.column}" if field.column in of_each else f"%({name})s::{_type(field)}"
        for name, field in zip(_names(prefix, model), _fields(model), strict=True)
    )


def _type(field: Any) -> str:
    return str(field.db_type(connection))


@cache
def _names(prefix: str, model: type[models.Model]) -> list[str]:
    return [f"{prefix}_{field.column}" for field in _fields(model)]


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """All that a new row is given, and not what the database counts by itself."""
    return [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]
