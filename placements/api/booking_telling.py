"""What the API tells of a booking, to either side of it, field by field."""

from typing import Any

from accounts.models import Member
from placements import changes, contacts
from placements.api.telling import Told, of_provider, page_of
from placements.models import Booking, BookingChange, Placement, Slot

PLAIN = (
    *(
        "id",
        "state",
        "places",
        "places_asked",
        "as_few_as",
        "year_group",
        "adjustments",
        "note",
        "slot",
    ),
    *("asked_at", "answer_by", "answered_at", "reason", "comment"),
)


def of_booking(booking: Booking) -> Told:
    return {
        **{name: getattr(booking, name) for name in PLAIN},
        "url": page_of("placements:booking", booking.pk),
        "placement": of_placement(booking.slot.placement),
        "school": of_school(booking),
        "ended_by": ended_by(booking),
    }


def in_full(booking: Booking, member: Member, *, is_new: bool = False) -> Told:
    """Contact details pass where the page shows them, and the same ones.

    Of one that is new nothing can have changed yet.
    """
    told: Told = {"contact": None, "address": None, "joining_instructions": None}
    if booking.is_in_touch and member.organisation_id == booking.school_id:
        told = for_the_school(booking)
    elif booking.is_in_touch:
        told["contact"] = contacts.at_school(booking)._asdict()
    change = None if is_new else changes.open_for(booking)
    return {**of_booking(booking), **told, "changed": of_change(change)}


def of_change(change: BookingChange | None) -> Told | None:
    if change is None:
        return None
    before = (change.places_before, *change.days_before)
    now = (change.places, *change.days)
    plain = {name: getattr(change, name) for name in ("reason", "comment", "answer_by")}
    names = ("places", "starts_on", "ends_on")
    return {
        "id": change.pk,
        **plain,
        "before": dict(zip(names, before, strict=True)),
        "now": dict(zip(names, now, strict=True)),
    }


def for_the_school(booking: Booking) -> Told:
    placement = booking.slot.placement
    return {
        "contact": contacts.at_host(booking)._asdict(),
        "address": contacts.address_of(placement),
        "joining_instructions": placement.joining_instructions,
    }


def of_placement(placement: Placement) -> Told:
    url = page_of("placements:placement", placement.pk)
    provider = of_provider(placement)
    return {"id": placement.pk, "url": url, "title": placement.title, "provider": provider}


def of_school(booking: Booking) -> Told:
    entry = booking.school.school
    urn = str(entry.urn) if entry else None
    return {"id": booking.school_id, "name": booking.school.name, "urn": urn}


def ended_by(booking: Booking) -> str | None:
    if booking.ended_by_school is None:
        return None
    return "school" if booking.ended_by_school else "provider"


def of_alternative(slot: Slot) -> Told:
    told: Any = {"slot": slot, "placement": of_placement(slot.placement)}
    return dict(told)
