"""Answering an offer from the waiting list by the link in its mail, without signing in.

As with a host's answer (`placements.answer_links`): opening changes nothing, and a refused
answer does not use the link up.
"""

from datetime import date

from django.db import transaction

from accounts import links
from placements import answer_links, bookings, holding, waiting
from placements.answer_links import Opened
from placements.models import Booking
from placements.notices import OFFER


def opened(token: str) -> Opened | None:
    return answer_links.found(token, OFFER, lambda booking: booking.school_id)


@transaction.atomic
def take_up(
    offer: Opened, *, starts_on: date | None = None, ends_on: date | None = None
) -> Booking:
    holding.before_link(offer.booking)
    links.use(offer.link)
    return waiting.take_up(offer.booking, by=offer.by, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def turn_down(offer: Opened, *, reason: str, comment: str) -> Booking:
    holding.before_link(offer.booking)
    links.use(offer.link)
    return bookings.cancel(offer.booking, reason=reason, comment=comment, by=offer.by)
