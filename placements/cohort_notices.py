"""What the mails about a cohort's bookings say; when they are owed, `gathering` decides."""

from collections.abc import Mapping
from typing import Any

from accounts import clock, letters, links
from accounts.letters import Letter, Terms
from accounts.models import Message
from placements import gathering
from placements.models import Booking
from placements.models.bookings import BookingQuerySet
from placements.notices import ANSWER
from placements.states import AGREED, BookingState


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    shortly = "two minutes later, so that one mail lists them all"
    to_host = Terms("Bookings", "the host", "a school asks for places for a cohort", due=shortly)
    to_school = Terms(
        "Bookings",
        "the school",
        "it books for a cohort where listings confirm at once",
        due=shortly,
        urgent="a receipt",
    )
    letters.register(
        Letter(gathering.TO_HOST, _to_host, _host_has_something_to_read, terms=to_host)
    )
    letters.register(
        Letter(gathering.TO_SCHOOL, _to_school, _school_has_something_to_read, terms=to_school)
    )


def _first(message: Message) -> Booking:
    """The booking with which the mail began."""
    rows = Booking.objects.select_related("school", "cohort", "slot__placement__provider")
    return rows.get(pk=message.subject)


def _since(bookings: BookingQuerySet, first: Booking) -> BookingQuerySet:
    """What was asked for before this mail began was said in the one before."""
    return bookings.filter(asked_at__gte=first.asked_at)


def _asked(bookings: BookingQuerySet) -> BookingQuerySet:
    return _in_order(bookings.filter(state=BookingState.REQUESTED, answer_by__gt=clock.now()))


def _agreed(bookings: BookingQuerySet) -> BookingQuerySet:
    return _in_order(bookings.filter(state__in=AGREED))


def _in_order(bookings: BookingQuerySet) -> BookingQuerySet:
    found = bookings.select_related("slot__placement__provider")
    return found.order_by("slot__starts_on", "slot__placement__title", "pk")


def _host_has_something_to_read(message: Message) -> bool:
    first = _first(message)
    theirs = _since(gathering.at_host(first), first)
    return _asked(theirs).exists() or _agreed(theirs).exists()


def _school_has_something_to_read(message: Message) -> bool:
    first = _first(message)
    return _agreed(_since(gathering.of_cohort(first), first)).exists()


def _to_host(message: Message) -> Mapping[str, Any]:
    first = _first(message)
    theirs = _since(gathering.at_host(first), first)
    return {
        "school": first.school,
        "asked": [(one, _link(message, one)) for one in _asked(theirs)],
        "agreed": list(_agreed(theirs)),
    }


def _link(message: Message, booking: Booking) -> str:
    """Each request is answered by itself, without signing in."""
    return links.make(
        ANSWER,
        email=message.email,
        subject=str(booking.pk),
        user=message.recipient,
        lives=booking.answer_by - clock.now(),
    )


def _to_school(message: Message) -> Mapping[str, Any]:
    first = _first(message)
    return {
        "cohort": first.cohort,
        "agreed": list(_agreed(_since(gathering.of_cohort(first), first))),
    }
