"""Calling off late what was agreed: when it counts, and how often each side has done it.

That it was late is written with the cancellation, so nothing that happens later changes it. Each
organisation is counted over its own bookings of a year, and nobody else's.
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.core.cache import caches
from django.db.models import Count, Q

from accounts import clock, working_days
from accounts.models import Organisation
from placements.models import Booking
from placements.models.bookings import BookingQuerySet
from placements.states import IN_TOUCH, BookingState
from placements.words import CancelReason

# Two weeks of school: what it takes to find other places and to ask parents again, or for a
# host to let others have them.
WORKING_DAYS_OF_NOTICE = 10
COUNTED_FOR = timedelta(days=365)
# Seconds, in each process's memory: it is of a year.
SHOWN_FOR = 60
# Nobody should think twice before they call off what is not safe, or was booked by mistake.
NEVER_COUNTED = (CancelReason.SAFETY, CancelReason.DUPLICATE)
# It is the students who do not come.
NOT_THE_HOSTS = CancelReason.WITHDREW


class Record(NamedTuple):
    """So many bookings were agreed in a year, and so many of them called off late by one side."""

    late: int
    of: int


def is_late(first_day: date) -> bool:
    return clock.today() > working_days.before(first_day, WORKING_DAYS_OF_NOTICE)


def counts(booking: Booking, reason: str, *, by_school: bool) -> bool:
    """Whether calling it off now is counted. Not of a school that its host has just asked anew;
    and a host that has moved the dates is held to what it had promised until then."""
    if reason in NEVER_COUNTED or (reason == NOT_THE_HOSTS and not by_school):
        return False
    asked = booking.changes.open_at(clock.now()).first()
    if asked is None:
        return is_late(booking.slot.starts_on)
    return not by_school and is_late(min(asked.first_day_before, booking.slot.starts_on))


def shown_of(provider: Organisation) -> Record:
    """As anybody may read it on the provider's page, for a minute after it was counted."""
    key = f"late:{provider.pk}"
    known: Record | None = caches["memory"].get(key)
    if known is None:
        known = of_host(provider)
        caches["memory"].set(key, known, timeout=SHOWN_FOR)
    return known


def of_host(provider: Organisation) -> Record:
    return _of(Booking.objects.filter(slot__placement__provider=provider), by_school=False)


def of_school(school: Organisation) -> Record:
    return _of(Booking.objects.filter(school=school), by_school=True)


def _of(bookings: BookingQuerySet, *, by_school: bool) -> Record:
    was_agreed = Q(state__in=IN_TOUCH) | Q(state=BookingState.CANCELLED, answered_at__isnull=False)
    late = Count("pk", filter=Q(called_off_late=True, ended_by_school=by_school))
    of_a_year = bookings.filter(was_agreed, asked_at__gte=clock.now() - COUNTED_FOR)
    return Record(**of_a_year.aggregate(late=late, of=Count("pk")))
