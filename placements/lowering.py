"""A host has room for fewer than schools have booked, and says which of them cannot come.

Nothing is decided for the host, and nothing behind a school's back: each that loses places is
told at once, with the reason. Whoever is called off is owed other places, and whoever keeps
some may leave. If bookings have changed while the host was choosing, nothing is done.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import phrases
from accounts.models import Member
from placements import (
    booking_rules,
    bookings,
    changes,
    counter,
    holding,
    lifecycle,
    paperwork,
    slots,
    waiting,
)
from placements.changes import Agreed
from placements.models import Booking, Slot
from placements.models.bookings import BookingQuerySet
from placements.states import BookingState
from placements.words import CancelReason

# The refusal that asks a host to look again.
CHANGED_SINCE = "bookings_changed"


class Lowered(NamedTuple):
    """How many bookings went, and how many became smaller."""

    called_off: int
    reduced: int


def lower(
    slot: Slot,
    *,
    places: int,
    keep: Mapping[UUID, int],
    seen: str,
    by: Member,
    reason: str = "",
    comment: str = "",
) -> Lowered:
    """Offer so many places, and let each booking keep what `keep` says; the others lose none."""
    # In transactions of its own: a host who has to look again sees what is left by then.
    bookings.settle_if_due(slot)
    with transaction.atomic():
        slot = slots.locked(slot, by)
        slots.refuse_unless_to_come(slot)
        held = list(holding.locked(holding_places(slot)))
        if mark(held) != seen:
            raise changed_since()
        _refuse_what_cannot_be(slot, held, keep, places)
        lose = [one for one in held if keep.get(one.pk, one.places) < one.places]
        if lose:
            booking_rules.refuse_unless_due(reason, comment, CancelReason)
        for booking in lose:
            _lose(booking, keep[booking.pk], reason=reason, comment=comment, by=by)
        slots.offer(slot, places)
    gone = sum(not keep[booking.pk] for booking in lose)
    return Lowered(called_off=gone, reduced=len(lose) - gone)


def holding_places(slot: Slot) -> BookingQuerySet:
    held = Booking.objects.holding_places().filter(slot=slot).select_related("slot")
    return held.order_by("asked_at", "pk")


def mark(held: Iterable[Booking]) -> str:
    """What tells one look at the bookings from another."""
    facts = sorted(f"{booking.pk}:{booking.state}:{booking.places}" for booking in held)
    return hashlib.sha256("|".join(facts).encode()).hexdigest()


def changed_since() -> ValidationError:
    return ValidationError(
        "Bookings of these dates have changed since you began. Look at them again.",
        code=CHANGED_SINCE,
    )


def _lose(booking: Booking, left: int, *, reason: str, comment: str, by: Member) -> None:
    if left:
        before = Agreed.of(booking)
        counter.give_back(booking, booking.places - left)
        booking.places = left
        booking.save(update_fields=["places", "reserved"])
        lifecycle.remark([booking], _taken_away(booking, before.places - left), by=by)
        changes.ask({booking: before}, reason=reason, comment=comment, by=by)
        # All that may still come may be named.
        paperwork.settle(booking)
    elif booking.state == BookingState.OFFERED and not booking.replaces_id:
        waiting.take_back(booking, by=by, reason=reason)
    else:
        bookings.call_off(booking, reason=reason, comment=comment, by=by)


def _taken_away(booking: Booking, places: int) -> str:
    if booking.slot.largest_group:
        return f"Room for {phrases.plural(places, 'student')} fewer"
    return f"{phrases.plural(places, 'place')} taken away"


def _refuse_what_cannot_be(
    slot: Slot, held: list[Booking], keep: Mapping[UUID, int], places: int
) -> None:
    slots.refuse_wrong_places(places)
    if places > slot.places:
        # A host that thinks of students where groups are counted would offer far too much.
        raise ValidationError(
            "You offer %(offered)s on these dates. Enter %(most)d or fewer.",
            code="more_than_offered",
            params={"offered": slot.what_there_is, "most": slot.places},
        )
    for booking in held:
        _refuse_share(booking, keep.get(booking.pk, booking.places))
    kept = sum(slot.takes(keep.get(booking.pk, booking.places)) for booking in held)
    if kept > places:
        raise ValidationError(
            "You let schools keep %(kept)s, and want to offer %(places)d."
            " Take %(over)d more away, or offer more.",
            code="too_many_kept",
            params={"kept": slot.counted(kept), "places": places, "over": kept - places},
        )


def _refuse_share(booking: Booking, left: int) -> None:
    if not 0 <= left <= booking.places:
        raise ValidationError(
            {
                str(booking.pk): ValidationError(
                    "%(school)s: enter between 0 and %(places)d.",
                    code="invalid",
                    params={"school": booking.school, "places": booking.places},
                )
            }
        )
    if booking.state == BookingState.OFFERED and left not in (0, booking.places):
        raise ValidationError(
            {
                str(booking.pk): ValidationError(
                    "%(school)s has not taken up its offer of %(places)s yet: leave all of them or none.",
                    code="invalid",
                    params={"school": booking.school, "places": booking},
                )
            }
        )
