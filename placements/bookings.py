"""The verbs of booking: a school asks for places, and what becomes of it.

Each verb is one short transaction: authority, lock, rules, write, tell. Asking takes
the slot by a conditional update (`counter.take`); every later verb locks the slot, then
the booking. Whatever ends a booking gives its places back in the same transaction.
"""

from collections.abc import Collection
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.models import Member
from placements import authority, booking_rules, counter, lifecycle, notices, timetable
from placements.booking_rules import Wanted
from placements.models import Booking, BookingNote, Slot
from placements.models.bookings import BookingQuerySet
from placements.states import AGREED, HOLDS_PLACES, BookingState
from placements.words import CancelReason, DeclineReason

# The constraints that two requests of one school can meet at the same moment.
FORESEEN = ("one_live_booking_per_school_and_slot", "placements_booking_once_key")


def request(
    slot: Slot,
    *,
    places: int,
    by: Member,
    note: str = "",
    year_group: int | None = None,
    adjustments: Collection[str] = (),
    once: UUID | None = None,
) -> Booking:
    """Ask for places in `slot`. The same form sent twice (`once`) is one booking."""
    if not authority.may_book(by):
        raise PermissionDenied
    wanted = Wanted(
        places=places,
        year_group=year_group,
        adjustments=adjustments,
        note=note.strip(),
        once=once or uuid4(),
    )
    if earlier := _sent_before(wanted, by):
        return earlier
    slot = _as_it_is_now(slot)
    booking_rules.refuse_unless_bookable(slot, wanted, by.organisation)
    return _book_or_clash(slot, wanted, by) or _settle(slot, wanted, by)


@transaction.atomic
def accept(booking: Booking, *, by: Member, places: int | None = None) -> Booking:
    """Say yes to all the places asked for, or to some; the rest are free again."""
    if not authority.may_answer(by, booking):
        raise PermissionDenied
    booking = _held(booking)
    accepted = booking.places if places is None else places
    lifecycle.refuse_unless_listed(booking, booking.MOVES, BookingState.ACCEPTED)
    booking_rules.refuse_unless_acceptable(booking, accepted)
    counter.give_back(booking, booking.places - accepted)
    booking.places = accepted
    _agree(booking, by=by)
    return booking


@transaction.atomic
def decline(booking: Booking, *, reason: str, by: Member, comment: str = "") -> Booking:
    if not authority.may_answer(by, booking):
        raise PermissionDenied
    booking = _held(booking)
    booking_rules.refuse_unless_due(reason, comment, DeclineReason)
    booking.answered_at = clock.now()
    booking.save(update_fields=["answered_at"])
    _end(booking, BookingState.DECLINED, by=by, reason=reason, comment=comment)
    notices.booking_declined(booking)
    return booking


@transaction.atomic
def cancel(booking: Booking, *, reason: str, by: Member, comment: str = "") -> Booking:
    """Call off what was agreed, or, for the school, take back what was asked."""
    if not authority.may_call_off(by, booking):
        raise PermissionDenied
    booking = _held(booking)
    booking_rules.refuse_unless_due(reason, comment, CancelReason)
    booking_rules.refuse_unless_cancellable(booking, by)
    _end(booking, BookingState.CANCELLED, by=by, reason=reason, comment=comment)
    notices.booking_cancelled(booking, by=by)
    return booking


def cancel_all(slot: Slot, *, reason: str, by: Member, comment: str = "") -> int:
    """Call off every booking of a slot whose row the caller has locked; say how many."""
    live = Booking.objects.live().filter(slot=slot).order_by("pk")
    bookings = list(_with_sides(live).select_for_update(of=("self",), no_key=True))
    for booking in bookings:
        _end(booking, BookingState.CANCELLED, by=by, reason=reason, comment=comment)
        notices.booking_cancelled(booking, by=by)
    return len(bookings)


@transaction.atomic
def ask(booking: Booking, *, words: str, by: Member) -> BookingNote:
    """Put a question to the other side, or answer one; it stays with the booking."""
    if not authority.may_write_on(by, booking):
        raise PermissionDenied
    booking = _held(booking)
    booking_rules.refuse_note(booking, words.strip())
    note = BookingNote.objects.create(
        booking=booking, by=by, words=words.strip(), written_at=clock.now()
    )
    notices.booking_note(note)
    return note


@transaction.atomic
def mark_not_attended(booking: Booking, *, by: Member) -> Booking:
    if not authority.may_say_who_came(by, booking):
        raise PermissionDenied
    booking = _held(booking)
    booking_rules.refuse_before_start(booking)
    _end(booking, BookingState.NOT_ATTENDED, by=by)
    return booking


@transaction.atomic
def mark_attended(booking: Booking, *, by: Member) -> Booking:
    """Put right what was marked as not attended by mistake."""
    if not authority.may_say_who_came(by, booking):
        raise PermissionDenied
    booking = _held(booking)
    booking_rules.refuse_unless_marked_absent(booking)
    lifecycle.move(booking, BookingState.COMPLETED, by=by)
    timetable.plan(booking)
    return booking


def lapse_unanswered() -> int:
    """End the requests that nobody answered in time; say how many."""
    overdue = Booking.objects.unanswered_at(clock.now())
    return sum(_lapse(booking) for booking in overdue.order_by("answer_by", "pk"))


def complete_past() -> int:
    """Complete, the day after its end, what nobody marked as not attended; say how many."""
    over = Booking.objects.over_on(clock.today())
    return sum(_complete(booking) for booking in over.order_by("pk"))


def _sent_before(wanted: Wanted, by: Member) -> Booking | None:
    earlier = Booking.objects.filter(once=wanted.once).first()
    if earlier and earlier.school_id != by.organisation_id:
        raise ValidationError("This form belongs to somebody else.", code="key_reused")
    return earlier


def _as_it_is_now(slot: Slot) -> Slot:
    return Slot.objects.select_related("placement__provider").get(pk=slot.pk)


def _book_or_clash(slot: Slot, wanted: Wanted, by: Member) -> Booking | None:
    try:
        return _book(slot, wanted, by)
    except IntegrityError as clash:
        if counter.constraint_of(clash) not in FORESEEN:
            raise
        return None


@transaction.atomic
def _book(slot: Slot, wanted: Wanted, by: Member) -> Booking | None:
    if not counter.take(slot, wanted.places):
        return None
    booking = Booking.objects.create(
        slot=slot,
        school=by.organisation,
        places=wanted.places,
        places_asked=wanted.places,
        year_group=wanted.year_group,
        adjustments=list(wanted.adjustments),
        note=wanted.note,
        once=wanted.once,
        asked_by=by,
        asked_at=clock.now(),
        answer_by=booking_rules.answer_by(slot),
    )
    lifecycle.begin(booking, by=by)
    if slot.placement.confirms_at_once:
        _agree(booking, by=None)
        notices.booking_made(booking)
    else:
        notices.booking_requested(booking)
    return booking


def _settle(slot: Slot, wanted: Wanted, by: Member) -> Booking:
    """Somebody was faster: it was this very form, or else there is a rule to explain it."""
    if earlier := _sent_before(wanted, by):
        return earlier
    slot = _as_it_is_now(slot)
    booking_rules.refuse_unless_bookable(slot, wanted, by.organisation)
    raise ValidationError("Somebody else was booking at the same moment. Try again.", code="stale")


def _held(booking: Booking) -> Booking:
    """The booking as it is now, with its slot's row locked and then its own."""
    Slot.objects.select_for_update(no_key=True).get(pk=booking.slot_id)
    found = _with_sides(Booking.objects.filter(pk=booking.pk))
    return found.select_for_update(of=("self",), no_key=True).get()


def _with_sides(bookings: BookingQuerySet) -> BookingQuerySet:
    return bookings.select_related("slot__placement__provider", "school")


def _agree(booking: Booking, *, by: Member | None) -> None:
    booking.answered_at = clock.now()
    booking.save(update_fields=["places", "answered_at"])
    lifecycle.move(booking, BookingState.ACCEPTED, by=by)
    timetable.plan(booking)
    notices.booking_accepted(booking)


def _end(
    booking: Booking, to: BookingState, *, by: Member | None, reason: str = "", comment: str = ""
) -> None:
    """Move to an end that calls off what was planned, and give the places back."""
    _leave(booking, to, by=by, reason=reason, comment=comment)
    booking.reason, booking.comment = reason, comment
    booking.ended_by_school = by.organisation_id == booking.school_id if by else None
    booking.save(update_fields=["reason", "comment", "ended_by_school"])
    timetable.call_off(booking)


def _leave(
    booking: Booking, to: BookingState, *, by: Member | None, reason: str = "", comment: str = ""
) -> None:
    held = booking.state in HOLDS_PLACES
    lifecycle.move(booking, to, by=by, reason=reason, comment=comment)
    if held:
        counter.give_back(booking, booking.places)


@transaction.atomic
def _lapse(booking: Booking) -> bool:
    booking = _held(booking)
    if booking.state != BookingState.REQUESTED:
        return False
    _end(booking, BookingState.LAPSED, by=None)
    notices.booking_lapsed(booking)
    return True


@transaction.atomic
def _complete(booking: Booking) -> bool:
    booking = _held(booking)
    if booking.state not in AGREED:
        return False
    _leave(booking, BookingState.COMPLETED, by=None)
    return True
