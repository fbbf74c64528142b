"""The verbs of paper: undertake and brief; and what follows when nothing is missing.

Whoever changes a fact calls `settle`, which confirms a booking that has all it needs. There is
no way back from confirmed: what runs out later is shown as missing, and told when the start
comes near. Nobody is told twice of one start.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member
from placements import authority, checklist, lifecycle, paper_notices
from placements.models import Booking, Briefing, HostAgreement
from placements.models.bookings import BookingQuerySet
from placements.states import AGREED, BookingState

AGREED_FOR = timedelta(days=365)
# How many days before a start both sides, and perhaps the hub, hear what is missing.
LOOKING_AHEAD = timedelta(days=3)


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
    settle_all(Booking.objects.filter(slot__placement__provider=provider))
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


def settle_all(bookings: BookingQuerySet) -> int:
    waiting = bookings.filter(state=BookingState.ACCEPTED, slot__ends_on__gte=clock.today())
    return sum(settle(booking) for booking in waiting.order_by("slot", "pk"))


def look_ahead() -> int:
    """Tell, shortly before a start, what it lacks; say of how many bookings."""
    today = clock.today()
    near = Booking.objects.filter(
        state__in=AGREED, slot__starts_on__gte=today, slot__starts_on__lte=today + LOOKING_AHEAD
    )
    return sum(_tell(booking) for booking in with_sides(near).order_by("slot__starts_on", "pk"))


def with_sides(bookings: BookingQuerySet) -> BookingQuerySet:
    return bookings.select_related(
        "school", "briefing", "slot__placement__provider", "slot__placement__workplace"
    )


@transaction.atomic
def _tell(booking: Booking) -> bool:
    lines = checklist.missing(checklist.of(booking))
    if not lines:
        return False
    paper_notices.missing(booking)
    paper_notices.escalated(booking)
    return True


def _held(booking: Booking) -> Booking:
    found = with_sides(Booking.objects.filter(pk=booking.pk))
    return found.select_for_update(of=("self",), no_key=True).get()
