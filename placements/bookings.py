"""The verbs of booking: a school asks for places, and what becomes of it.

Each verb is one short transaction: authority, lock, rules, write, tell. Asking takes
the slot by one conditional statement (`placements.entry`) where nobody waits for it, and otherwise
in turn, under its lock; every later verb locks the slot, then the booking. Whatever ends a
booking gives its places back, and passes them on, in the same transaction.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import clock, phrases
from accounts.models import Member
from placements import (
    arrivals,
    authority,
    booking_rules,
    counter,
    glance,
    holding,
    lifecycle,
    notices,
    paperwork,
    timetable,
    waiting,
)
from placements.booking_rules import Wanted
from placements.models import Booking, BookingNote, Cohort, Slot
from placements.states import AGREED, BookingState
from placements.words import CancelReason, DeclineReason
from placements.workplace_days import LAST_GUARD

# The constraints that requests can meet at the same moment: two of one school, or two at one
# workplace.
FORESEEN = ("one_live_booking_per_school_and_slot", "placements_booking_once_key", LAST_GUARD)


def request(
    slot: Slot,
    *,
    places: int,
    by: Member,
    note: str = "",
    year_group: int | None = None,
    adjustments: Collection[str] = (),
    once: UUID | None = None,
    wait: bool = False,
    as_few_as: int | None = None,
    priority_students: int = 0,
    counted_for: int | None = None,
    cohort: Cohort | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Booking:
    """Ask for places in `slot`; with `wait`, or else for a place on its waiting list.

    The same form sent twice (`once`) is one booking. Whoever does not say which dates they saw
    (`starts_on`, `ends_on`) has seen them as they are when this begins.
    """
    if not authority.may_book(by):
        raise PermissionDenied
    wanted = Wanted(
        places=places,
        year_group=year_group,
        adjustments=adjustments,
        note=note.strip(),
        once=once or uuid4(),
        wait=wait,
        as_few_as=as_few_as,
        priority_students=priority_students,
        counted_for=counted_for,
        cohort=cohort,
    )
    seen = glance.at(slot.pk, by=by, once=wanted.once)
    now = seen.slot
    wanted = replace(wanted, starts_on=starts_on or now.starts_on, ends_on=ends_on or now.ends_on)
    if seen.was_sent and (earlier := _sent_before(wanted, by)):
        return earlier
    if seen.is_overdue or seen.slot.is_due_for_release:
        waiting.settle(seen.slot)
        seen = glance.at(slot.pk, by=by, once=wanted.once)
    slot = seen.slot
    booking_rules.refuse_unless_bookable(slot, wanted, by.organisation, is_booked=seen.is_booked)
    at_once = _unless_clash(lambda: arrivals.at_once(seen, wanted, by))
    return at_once or _book_later(slot, wanted, by)


@transaction.atomic
def accept(booking: Booking, *, by: Member, places: int | None = None) -> Booking:
    """Say yes to all the places asked for, or to some; the rest are free again."""
    if not authority.may_answer(by, booking):
        raise PermissionDenied
    booking = holding.held(booking)
    accepted = booking.places if places is None else places
    lifecycle.refuse_unless_listed(booking, booking.MOVES, BookingState.ACCEPTED)
    booking_rules.refuse_unless_acceptable(booking, accepted)
    counter.give_back(booking, booking.places - accepted)
    booking.places = accepted
    holding.agree(booking, by=by)
    waiting.pass_on(booking.slot)
    return booking


@transaction.atomic
def decline(booking: Booking, *, reason: str, by: Member, comment: str = "") -> Booking:
    if not authority.may_answer(by, booking):
        raise PermissionDenied
    booking = holding.held(booking)
    booking_rules.refuse_unless_due(reason, comment, DeclineReason)
    booking.answered_at = clock.now()
    booking.save(update_fields=["answered_at"])
    holding.end(booking, BookingState.DECLINED, by=by, reason=reason, comment=comment)
    notices.booking_declined(booking)
    waiting.pass_on(booking.slot)
    return booking


@transaction.atomic
def cancel(booking: Booking, *, reason: str, by: Member, comment: str = "") -> Booking:
    """Call off what was agreed, or, for the school, take back what was asked.

    A school leaves a waiting list, or turns an offer down, by this too; the host, who was
    not asked yet, is not told.
    """
    if not authority.may_call_off(by, booking):
        raise PermissionDenied
    booking = holding.held(booking)
    booking_rules.refuse_unless_due(reason, comment, CancelReason)
    booking_rules.refuse_unless_cancellable(booking, by)
    was_agreed_or_asked = not booking.is_on_list
    holding.end(booking, BookingState.CANCELLED, by=by, reason=reason, comment=comment)
    if was_agreed_or_asked:
        notices.booking_cancelled(booking, by=by)
    waiting.pass_on(booking.slot)
    return booking


@transaction.atomic
def give_back(booking: Booking, *, places: int, by: Member) -> Booking:
    """Let others have some of the places, which the school will not fill; the rest stays booked."""
    if not authority.may_give_back(by, booking):
        raise PermissionDenied
    booking = holding.held(booking)
    booking_rules.refuse_unless_spare(booking, places)
    counter.give_back(booking, places)
    booking.places -= places
    booking.save(update_fields=["places", "reserved"])
    lifecycle.remark([booking], _given_back(booking, places), by=by)
    notices.places_given_back(booking)
    waiting.pass_on(booking.slot)
    # All that are still to come may be named.
    paperwork.settle(booking)
    return booking


def _given_back(booking: Booking, places: int) -> str:
    if booking.slot.largest_group:
        return f"{phrases.plural(places, 'student')} fewer"
    return f"{phrases.plural(places, 'place')} given back"


def cancel_all(slot: Slot, *, reason: str, by: Member, comment: str = "") -> int:
    """Call off every booking of a slot whose row the caller has locked; say how many."""
    live = Booking.objects.live().filter(slot=slot).order_by("pk")
    bookings = list(holding.locked(live))
    for booking in bookings:
        call_off(booking, reason=reason, comment=comment, by=by)
    return len(bookings)


def call_off(booking: Booking, *, reason: str, by: Member, comment: str = "") -> None:
    """End, for the host, a booking that the caller has locked, and tell its school."""
    was_on_list = booking.is_on_list and not booking.replaces_id
    holding.end(booking, BookingState.CANCELLED, by=by, reason=reason, comment=comment)
    if was_on_list:
        notices.waiting_over(booking)
    else:
        notices.booking_cancelled(booking, by=by)


@transaction.atomic
def ask(booking: Booking, *, words: str, by: Member) -> BookingNote:
    """Put a question to the other side, or answer one; it stays with the booking."""
    if not authority.may_write_on(by, booking):
        raise PermissionDenied
    booking = holding.held(booking)
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
    return end_unattended(booking, by=by)


@transaction.atomic
def end_unattended(booking: Booking, *, by: Member | None) -> Booking:
    """Nobody came: a member of the host says it, or a link where it has none."""
    booking = holding.held(booking)
    booking_rules.refuse_before_start(booking)
    holding.end(booking, BookingState.NOT_ATTENDED, by=by)
    waiting.pass_on(booking.slot)
    return booking


@transaction.atomic
def mark_attended(booking: Booking, *, by: Member) -> Booking:
    """Put right what was marked as not attended by mistake."""
    if not authority.may_say_who_came(by, booking):
        raise PermissionDenied
    booking = holding.held(booking)
    booking_rules.refuse_unless_marked_absent(booking)
    lifecycle.move(booking, BookingState.COMPLETED, by=by)
    timetable.plan(booking)
    return booking


def lapse_unanswered(of: Slot | None = None) -> int:
    """End the requests that nobody answered in time, everywhere or in one slot; say how many."""
    overdue = Booking.objects.unanswered_at(clock.now())
    if of is not None:
        overdue = overdue.filter(slot=of)
    return sum(_lapse(booking) for booking in overdue.order_by("answer_by", "pk"))


def lapse(booking: Booking) -> None:
    """End a request that the caller has locked, and whose time is over. Its places are free."""
    holding.end(booking, BookingState.LAPSED, by=None)
    notices.booking_lapsed(booking)


def settle_if_due(slot: Slot) -> None:
    """Before a host decides about what is booked: what has run out goes first, and stays gone also
    if what the host decides is refused."""
    lapse_unanswered(slot)
    waiting.settle_if_due(slot)


def complete_past() -> int:
    """Complete, the day after its end, what nobody marked as not attended; say how many."""
    over = Booking.objects.over_on(clock.today())
    return sum(_complete(booking) for booking in over.order_by("pk"))


def _sent_before(wanted: Wanted, by: Member) -> Booking | None:
    earlier = Booking.objects.filter(once=wanted.once).first()
    if earlier and earlier.school_id != by.organisation_id:
        raise ValidationError("This form belongs to somebody else.", code="key_reused")
    return earlier


def _unless_clash(book: Callable[[], Booking | None]) -> Booking | None:
    try:
        return book()
    except IntegrityError as clash:
        if counter.constraint_of(clash) not in FORESEEN:
            raise
        return None


def _book_later(slot: Slot, wanted: Wanted, by: Member) -> Booking:
    """It was this very form, or there is a rule to explain it, or others wait here too."""
    if earlier := _sent_before(wanted, by):
        return earlier
    slot = holding.as_it_is_now(slot.pk)
    booking_rules.refuse_unless_bookable(slot, wanted, by.organisation)
    if in_turn := _unless_clash(lambda: arrivals.in_turn(slot, wanted, by)):
        return in_turn
    raise ValidationError("Somebody else was booking at the same moment. Try again.", code="stale")


@transaction.atomic
def _lapse(booking: Booking) -> bool:
    booking = holding.held(booking)
    # Its host may have answered meanwhile, or moved its dates and so its time.
    if not booking.is_unanswered:
        return False
    lapse(booking)
    waiting.pass_on(booking.slot)
    return True


@transaction.atomic
def _complete(booking: Booking) -> bool:
    booking = holding.held(booking)
    if booking.state not in AGREED:
        return False
    holding.move(booking, BookingState.COMPLETED, by=None)
    return True
