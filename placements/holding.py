"""A booking under lock, and the moves that its verbs share.

Whoever changes a booking locks its slot first and then the booking; the slot's counts
follow in the same transaction.
"""

from uuid import UUID

from accounts import clock
from accounts.models import Member
from placements import counter, lateness, lifecycle, notices, timetable
from placements.models import Booking, Slot
from placements.models.bookings import BookingQuerySet
from placements.states import AGREED, HOLDS_PLACES, BookingState
from placements.words import CancelReason

# Where no student is left without a place.
NO_LOSS = (CancelReason.DUPLICATE, CancelReason.WITHDREW)


def as_it_is_now(pk: UUID) -> Slot:
    return Slot.objects.select_related("placement__provider").get(pk=pk)


def held(booking: Booking) -> Booking:
    """The booking as it is now, with its slot's row locked and then its own."""
    counter.lock(booking.slot_id)
    return locked(Booking.objects.filter(pk=booking.pk)).get()


def before_link(booking: Booking) -> None:
    """Lock what a link is about before the link: whoever ends a booking holds the slot when
    they make its links worthless."""
    counter.lock_in_order(booking.slot)


def locked(bookings: BookingQuerySet) -> BookingQuerySet:
    """Bookings of a slot that the caller has locked, with the two sides of each."""
    with_sides = bookings.select_related("slot__placement__provider", "school")
    return with_sides.select_for_update(of=("self",), no_key=True)


def move(
    booking: Booking, to: BookingState, *, by: Member | None, reason: str = "", comment: str = ""
) -> None:
    came_from = booking.state
    lifecycle.move(booking, to, by=by, reason=reason, comment=comment)
    counter.follow(booking, came_from)


def agree(booking: Booking, *, by: Member | None) -> None:
    booking.answered_at = clock.now()
    booking.save(update_fields=["places", "reserved", "answered_at"])
    move(booking, BookingState.ACCEPTED, by=by)
    timetable.plan(booking)
    notices.booking_accepted(booking)


def end(
    booking: Booking,
    to: BookingState,
    *,
    by: Member | None,
    reason: str = "",
    comment: str = "",
    is_let_down: bool = False,
) -> None:
    """Move to an end that calls off what was planned, and give the places back.

    A school that relied on its host is owed other places: `placements.replacements` looks.
    So is one that leaves because its host had changed what was agreed (`is_let_down`).
    """
    was_agreed = booking.state in AGREED
    was_promised = booking.state in (HOLDS_PLACES if booking.replaces_id else AGREED)
    booking.ended_by_school = by.organisation_id == booking.school_id if by else None
    booking.called_off_late = (
        to == BookingState.CANCELLED
        and was_agreed
        and not is_let_down
        and lateness.counts(booking, reason, by_school=bool(booking.ended_by_school))
    )
    move(booking, to, by=by, reason=reason, comment=comment)
    booking.reason, booking.comment = reason, comment
    booking.replacement_owed = (
        to == BookingState.CANCELLED
        and was_promised
        and (is_let_down or booking.ended_by_school is False)
        and reason not in NO_LOSS
    )
    booking.save(
        update_fields=[
            "reason",
            "comment",
            "ended_by_school",
            "replacement_owed",
            "called_off_late",
        ]
    )
    timetable.call_off(booking)
