"""Answering a request from the link in its mail, without signing in.

The link stands for the member it was sent to: whatever they may no longer do, it cannot
do either. Opening it changes nothing; the answer and the use of the link are one
transaction, so a refused answer does not use it up.
"""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts import links
from accounts.models import Member, OneTimeLink
from placements import authority, bookings, desks, holding
from placements.models import Booking
from placements.notices import ANSWER


class Opened(NamedTuple):
    """A live link, the request it is about, and in whose name it answers."""

    link: OneTimeLink
    booking: Booking
    by: Member


def opened(token: str) -> Opened | None:
    """For the host; or for its desk, if that may answer in its place."""
    by_host = found(token, ANSWER, lambda booking: booking.slot.placement.provider_id)
    by_desk = None if by_host else found(token, ANSWER, _desk)
    may_answer = by_desk and authority.may_answer(by_desk.by, by_desk.booking)
    return by_host or (by_desk if may_answer else None)


def _desk(booking: Booking) -> UUID | None:
    desk = desks.desk_of(booking.slot.placement)
    return desk.pk if desk else None


def found(token: str, purpose: str, side: Callable[[Booking], UUID | None]) -> Opened | None:
    """What a link of this purpose opens for whoever still works for that side of it."""
    link = links.open(token, purpose)
    if link is None:
        return None
    booking = Booking.objects.select_related("school", "slot__placement__provider").get(
        pk=link.subject
    )
    by = reader(link, side(booking))
    return Opened(link, booking, by) if by else None


@transaction.atomic
def accept(answer: Opened, *, places: int) -> Booking:
    holding.before_link(answer.booking)
    links.use(answer.link)
    return bookings.accept(answer.booking, places=places, by=answer.by)


@transaction.atomic
def decline(answer: Opened, *, reason: str, comment: str) -> Booking:
    holding.before_link(answer.booking)
    links.use(answer.link)
    return bookings.decline(answer.booking, reason=reason, comment=comment, by=answer.by)


def reader(link: OneTimeLink, organisation: UUID | None) -> Member | None:
    """Whoever the link was sent to, while they work for that side."""
    people = Member.objects.active().filter(organisation=organisation)
    return people.filter(user=link.user).select_related("organisation", "user").first()
