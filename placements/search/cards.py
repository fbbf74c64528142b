"""What a list of results shows of a placement, read in the statement that finds it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from psycopg import sql

from accounts.models import Organisation, Workplace
from placements.models import Placement, Slot
from placements.search.pieces import Sql, piece
from placements.search.question import Question

Row = TypeVar("Row", bound=models.Model)

DATES_SHOWN = 3


def _in_order(model: type[models.Model], *names: str) -> tuple[str, ...]:
    """These columns as the model has them, which is the order it is made from."""
    return tuple(each.attname for each in model._meta.concrete_fields if each.attname in names)


PLACEMENT = _in_order(
    Placement,
    *("id", "provider_id", "workplace_id", "state", "kind", "mode", "self_paced", "title"),
    *("summary", "sector", "year_from", "year_to", "adjustments", "days", "travel"),
    *("last_confirmed_on", "rating_average", "rating_count", "badges"),
)
PROVIDER = _in_order(Organisation, "id", "name", "kind", "standing")
WORKPLACE = _in_order(Workplace, "id", "town")
SLOT = _in_order(
    Slot,
    *("id", "placement_id", "starts_on", "ends_on"),
    *("places", "largest_group", "taken", "shares_days", "kept_back", "reserved_until"),
)


@dataclass(frozen=True)
class Card:
    """Columns of the statement, and where they come from."""

    columns: Sql
    joined: Sql


def _columns(table: str, names: tuple[str, ...]) -> Sql:
    return sql.SQL(", ").join(sql.Identifier(table, name) for name in names)


def card_of(question: Question, shown: int) -> Card:
    """Of the lines shown; one more may be found, to know that there is another page."""
    slots = piece(
        "(SELECT json_agg(json_build_array(shown.id, shown.starts_on, shown.ends_on,"
        " shown.places, shown.taken, shown.kept_back, shown.reserved_until,"
        " shown.shares_days, shown.days_left, shown.largest_group))"
        " FROM (SELECT * FROM {slots}"
        " WHERE s.placement_id = listed.id ORDER BY s.starts_on, s.ends_on, s.id"
        " LIMIT {most}) AS shown)",
        slots=question.slots,
        most=DATES_SHOWN,
    )
    return Card(
        columns=sql.SQL(", ").join(
            [
                slots,
                _columns("listed", PLACEMENT),
                _columns("provider", PROVIDER),
                _columns("workplace", WORKPLACE),
            ]
        ),
        joined=piece(
            "LEFT JOIN placements_placement AS listed"
            " ON listed.id = page.placement_id AND page.n <= {shown}"
            " LEFT JOIN accounts_organisation AS provider ON provider.id = listed.provider_id"
            " LEFT JOIN accounts_workplace AS workplace ON workplace.id = listed.workplace_id",
            shown=shown,
        ),
    )


def read(row: tuple[Any, ...]) -> tuple[Placement, list[Slot]]:
    """The columns of a card, as the rest of the house knows them: rows that are not whole."""
    dates, rest = row[0] or [], row[1:]
    placement = _part(Placement, PLACEMENT, rest)
    rest = rest[len(PLACEMENT) :]
    placement.provider = _part(Organisation, PROVIDER, rest)
    rest = rest[len(PROVIDER) :]
    placement.workplace = _part(Workplace, WORKPLACE, rest) if rest[0] else None
    return placement, [_slot(placement, *given) for given in dates]


def _part(model: type[Row], names: tuple[str, ...], values: tuple[Any, ...]) -> Row:
    return model.from_db("default", names, values[: len(names)])


def _slot(placement: Placement, pk: str, *told: Any) -> Slot:
    """What JSON tells of a slot, in the order in which the statement asks for it."""
    starts_on, ends_on, places, taken, kept, reserved_until, shares_days, days_left, group = told
    values = {
        "id": UUID(pk),
        "placement_id": placement.pk,
        "starts_on": date.fromisoformat(starts_on),
        "ends_on": date.fromisoformat(ends_on),
        "places": places,
        "largest_group": group,
        "taken": taken,
        "kept_back": kept,
        "reserved_until": date.fromisoformat(reserved_until) if reserved_until else None,
        "shares_days": shares_days,
    }
    slot = Slot.from_db("default", SLOT, [values[name] for name in SLOT])
    vars(slot)["days_left"] = days_left
    return slot
