"""What asking for places needs to know, read in one statement.

The question is the same each time but for a few values, so it is put into SQL once. What
comes back are rows of the models with the fields that the rules of asking read.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, Model, OuterRef

from accounts import clock, outbox
from accounts.models import Member, Organisation, User
from accounts.statements import Statement, planned_once
from placements.models import Booking, Placement, Slot

READ = {
    Placement: {
        "id",
        "provider_id",
        "state",
        "suspended_at",
        "confirms_at_once",
        "year_from",
        "year_to",
        "most_places_per_school",
    },
    Organisation: {"id", "kind", "standing"},
}


def _columns(model: type[Model]) -> tuple[str, ...]:
    """In the order of the model, as a row of it is made; all of them where nothing is said."""
    names = [field.attname for field in model._meta.concrete_fields]
    return tuple(name for name in names if name in READ.get(model, names))


SLOT, PLACEMENT, PROVIDER = _columns(Slot), _columns(Placement), _columns(Organisation)
AFTER_PLACEMENT = len(SLOT) + len(PLACEMENT)
AFTER_PROVIDER = AFTER_PLACEMENT + len(PROVIDER)

# Stand in the question where the values of each asking belong.
ASKED: dict[Any, str] = {
    UUID(int=1): "slot",
    UUID(int=2): "school",
    UUID(int=3): "once",
    datetime(1, 1, 1, tzinfo=UTC): "now",
}
_SLOT, _SCHOOL, _ONCE, _NOW = ASKED


class Glance(NamedTuple):
    """A slot with its listing and provider as they are now, and what is there already."""

    slot: Slot
    # The school has a live booking in it.
    is_booked: bool
    # Somebody's time there has run out, and nobody has said so yet.
    is_overdue: bool
    # The same form was sent before.
    was_sent: bool
    # Who works for the provider, and so hears of it.
    hosts: list[User]


def at(slot: UUID, *, by: Member, once: UUID) -> Glance:
    """Look at a slot before anything is locked."""
    statement, fixed = _question()
    asked = {"slot": slot, "school": by.organisation_id, "once": once, "now": clock.now()}
    row = statement.first({**fixed, **asked})
    if row is None:
        raise Slot.DoesNotExist
    return _told(row)


def _told(row: tuple[Any, ...]) -> Glance:
    slot = Slot.from_db(connection.alias, SLOT, row[: len(SLOT)])
    listing = Placement.from_db(connection.alias, PLACEMENT, row[len(SLOT) : AFTER_PLACEMENT])
    provider = Organisation.from_db(connection.alias, PROVIDER, row[AFTER_PLACEMENT:AFTER_PROVIDER])
    slot.placement, listing.provider = listing, provider
    is_booked, is_overdue, was_sent, users, addresses = row[AFTER_PROVIDER:]
    hosts = [User(pk=pk, email=address) for pk, address in zip(users, addresses, strict=True)]
    return Glance(slot, is_booked, is_overdue, was_sent, hosts)


@cache
def _question() -> tuple[Statement, dict[str, Any]]:
    """The statement, and those of its values that are always the same."""
    of_slot = Booking.objects.filter(slot=OuterRef("pk"))
    hosts = outbox.hearing().filter(organisation=OuterRef("placement__provider"))
    asked = (
        Slot.objects.filter(pk=_SLOT)
        .annotate(
            is_booked=Exists(of_slot.live().filter(school=_SCHOOL)),
            is_overdue=Exists(of_slot.out_of_time_at(_NOW)),
            was_sent=Exists(Booking.objects.filter(once=_ONCE)),
            users=ArraySubquery(hosts.values("user")),
            addresses=ArraySubquery(hosts.values("user__email")),
        )
        .values_list(
            *SLOT,
            *(f"placement__{name}" for name in PLACEMENT),
            *(f"placement__provider__{name}" for name in PROVIDER),
            "is_booked",
            "is_overdue",
            "was_sent",
            "users",
            "addresses",
        )
        .order_by()
    )
    text, given = asked.query.sql_with_params()
    names = [ASKED.get(value, f"fixed_{place}") for place, value in enumerate(given)]
    named = text % tuple(f"%({name})s" for name in names)
    return planned_once(named), dict(zip(names, given, strict=True))
