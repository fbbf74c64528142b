"""What asking for places needs to know, read in one statement.

A crowd asks this at the same moment, so that no more comes back than the rules of asking
read.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from accounts import clock, outbox
from accounts.models import Member, User
from accounts.statements import Question
from placements.models import Booking, Slot

# What the rules read of the listing and of its provider; of the slot it is everything.
PLACEMENT = (
    "id",
    "provider_id",
    "state",
    "suspended_at",
    "confirms_at_once",
    "year_from",
    "year_to",
    "most_places_per_school",
    "fewest_places_per_school",
)
PROVIDER = ("id", "kind", "standing")


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
    found: Any = _ASKED.first(slot=slot, school=by.organisation_id, once=once, now=clock.now())
    if found is None:
        raise Slot.DoesNotExist
    people = zip(found.users, found.addresses, strict=True)
    hosts = [User(pk=pk, email=address) for pk, address in people]
    return Glance(found, found.is_booked, found.is_overdue, found.was_sent, hosts)


def _asked(slot: UUID, school: UUID, once: UUID, now: datetime) -> QuerySet[Slot]:
    of_slot = Booking.objects.filter(slot=OuterRef("pk"))
    hosts = outbox.hearing().filter(organisation=OuterRef("placement__provider"))
    return (
        Slot.objects.filter(pk=slot)
        .select_related("placement__provider")
        .only(
            *(field.attname for field in Slot._meta.concrete_fields),
            *(f"placement__{name}" for name in PLACEMENT),
            *(f"placement__provider__{name}" for name in PROVIDER),
        )
        .annotate(
            is_booked=Exists(of_slot.live().filter(school=school)),
            is_overdue=Exists(of_slot.out_of_time_at(now)),
            was_sent=Exists(Booking.objects.filter(once=once)),
            users=ArraySubquery(hosts.values("user")),
            addresses=ArraySubquery(hosts.values("user__email")),
        )
    )


_ASKED = Question(_asked, slot=UUID, school=UUID, once=UUID, now=datetime)
