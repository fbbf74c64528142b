"""One mail for a cohort's bookings at one place, however many there are.

It waits for two minutes, so that the bookings of one form come together in it also where
each is a transaction of its own. What it lists is read when it is sent: `cohort_notices`.
"""

from datetime import datetime, timedelta

from accounts import clock, outbox
from accounts.models import Message, MessageState
from placements.models import Booking
from placements.models.bookings import BookingQuerySet

LASTS = timedelta(minutes=2)
# Who is too late to join a mail that may be on its way any moment begins another.
TOO_LATE = timedelta(seconds=20)
TO_HOST, TO_SCHOOL = "cohort_asked", "cohort_booked"


def for_host(booking: Booking) -> None:
    """What was asked of it, and what was booked at once."""
    provider = booking.slot.placement.provider
    if not _is_begun(TO_HOST, at_host(booking)):
        outbox.post_to(TO_HOST, organisation=provider, about=booking, due_at=_due())


def for_school(booking: Booking) -> None:
    """What was booked at once; what a host accepts later is said when they do."""
    if not _is_begun(TO_SCHOOL, of_cohort(booking)):
        outbox.post_to(TO_SCHOOL, organisation=booking.school, about=booking, due_at=_due())


def of_cohort(booking: Booking) -> BookingQuerySet:
    return Booking.objects.filter(cohort=booking.cohort_id)


def at_host(booking: Booking) -> BookingQuerySet:
    """Those of the cohort at the host of this booking."""
    return of_cohort(booking).filter(slot__placement__provider=booking.slot.placement.provider_id)


def _due() -> datetime:
    return clock.now() + LASTS


def _is_begun(kind: str, bookings: BookingQuerySet) -> bool:
    """Whether a mail about one of them is planned that this can still join."""
    about = [str(pk) for pk in bookings.values_list("pk", flat=True)]
    planned = Message.objects.filter(kind=kind, subject__in=about, state=MessageState.PLANNED)
    return planned.filter(due_at__gt=clock.now() + TOO_LATE).exists()
