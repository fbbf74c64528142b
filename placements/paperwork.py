"""The verbs of paper: undertake and brief; and what follows when nothing is missing.

Whoever changes a fact calls `settle`, which confirms a booking that has all it needs. There is
no way back from confirmed: what runs out later is shown as missing, and told when the start
comes near. Nobody is told twice of one start.

A fact about a workplace concerns perhaps thousands of bookings. A few are settled at once; the
rounds of the worker come to the others next, and to every booking within a day.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q

from accounts import clock, working_days
from accounts.models import Member
from placements import authority, checklist, lifecycle, paper_notices
from placements.models import Booking, Briefing, HostAgreement
from placements.models.bookings import BookingQuerySet
from placements.states import AGREED, BookingState

log = structlog.get_logger(__name__)

AGREED_FOR = timedelta(days=365)
# How many working days before a start both sides, and perhaps the hub, hear what is missing.
LOOKING_AHEAD = 3
# How many are settled within a request.
A_FEW = 20
# A round ends well within a task's time limit; the next goes on from there.
ROUND = timedelta(seconds=25)
AGAIN_AFTER = timedelta(days=1)
# More than one round could read.
A_ROUND = 5000
LONGEST_UNREAD = F("papers_read_at").asc(nulls_first=True)


@transaction.atomic
def agree(booking: Booking, *, by: Member) -> HostAgreement:
    """A host undertakes what keeps students safe, for this workplace and a year."""
    if not authority.may_answer(by, booking):
        raise PermissionDenied
    refuse_unless_coming(booking)
    provider = booking.slot.placement.provider
    made = HostAgreement.objects.create(
        organisation=provider,
        workplace_id=checklist.workplace_of(booking),
        agreed_by=by,
        agreed_on=clock.today(),
        valid_until=clock.today() + AGREED_FOR,
    )
    at_workplace = Booking.objects.filter(slot__placement__provider=provider)
    if made.workplace_id:
        at_workplace = at_workplace.filter(slot__placement__workplace=made.workplace_id)
    settle_all(at_workplace, first=booking)
    return made


@transaction.atomic
def brief(booking: Booking, *, by: Member) -> None:
    """A school says that its students are briefed; saying it again changes nothing."""
    if not authority.may_name_students(by, booking):
        raise PermissionDenied
    refuse_unless_coming(booking)
    Briefing.objects.get_or_create(booking=booking, defaults={"by": by, "at": clock.now()})
    settle(booking)


def refuse_unless_coming(booking: Booking) -> None:
    if booking.state not in AGREED or booking.slot.is_past:
        raise ValidationError(
            "This is for bookings that are agreed and not over.", code="move_not_allowed"
        )


@transaction.atomic
def settle(booking: Booking) -> bool:
    """Confirm what has all it needs; say whether this call did."""
    booking = _held(booking)
    if booking.state != BookingState.ACCEPTED or booking.slot.is_past:
        return False
    if checklist.missing(checklist.of(booking)):
        return False
    lifecycle.move(booking, BookingState.CONFIRMED, by=None)
    paper_notices.confirmed(booking)
    return True


def settle_all(bookings: BookingQuerySet, *, first: Booking | None = None) -> None:
    """Settle a few at once, and let the next round come to the others first."""
    waiting = bookings.filter(state=BookingState.ACCEPTED, slot__ends_on__gte=clock.today())
    locked = waiting.select_for_update(of=("self",), no_key=True).order_by("pk")
    keys = list(locked.values_list("pk", flat=True))
    keys.sort(key=lambda key: first is None or key != first.pk)
    Booking.objects.filter(pk__in=keys[A_FEW:]).update(papers_read_at=None)
    for key in keys[:A_FEW]:
        settle(Booking(pk=key))


def settle_unread() -> int:
    """Confirm what has all it needs, as far as a round goes; say how many bookings."""
    unread = Q(papers_read_at=None) | Q(papers_read_at__lte=clock.now() - AGAIN_AFTER)
    waiting = Booking.objects.filter(unread, state=BookingState.ACCEPTED)
    return _each_in_turn(waiting.filter(slot__ends_on__gte=clock.today()), settle)


def look_ahead() -> int:
    """Shortly before a start, tell what it lacks, or confirm it; say of how many bookings."""
    today = clock.today()
    until = working_days.after(today, LOOKING_AHEAD)
    near = Booking.objects.filter(
        state__in=AGREED, slot__starts_on__gte=today, slot__starts_on__lte=until
    )
    return _each_in_turn(near, _tell)


def with_sides(bookings: BookingQuerySet) -> BookingQuerySet:
    return bookings.select_related(
        "school", "briefing", "slot__placement__provider", "slot__placement__workplace"
    )


def _each_in_turn(bookings: BookingQuerySet, read: Callable[[Booking], bool]) -> int:
    until = time.monotonic() + ROUND.total_seconds()
    done = 0
    for key in list(bookings.order_by(LONGEST_UNREAD, "pk").values_list("pk", flat=True)[:A_ROUND]):
        if time.monotonic() > until:
            break
        done += _read(key, read)
    return done


def _read(key: UUID, read: Callable[[Booking], bool]) -> bool:
    """One that fails is a fault of ours: it goes to the log, to the end of the queue, and holds
    up no other."""
    # Before it is read: whoever wants it read again meanwhile is not overwritten.
    Booking.objects.filter(pk=key).update(papers_read_at=clock.now())
    try:
        return read(Booking(pk=key))
    except Exception as failure:
        log.exception("papers_not_read", booking=str(key), reason=type(failure).__name__)
        return False


@transaction.atomic
def _tell(booking: Booking) -> bool:
    booking = with_sides(Booking.objects.filter(pk=booking.pk)).get()
    if not checklist.missing(checklist.of(booking)):
        return booking.state == BookingState.ACCEPTED and settle(booking)
    paper_notices.missing(booking)
    paper_notices.escalated(booking)
    return True


def _held(booking: Booking) -> Booking:
    found = with_sides(Booking.objects.filter(pk=booking.pk))
    return found.select_for_update(of=("self",), no_key=True).get()
