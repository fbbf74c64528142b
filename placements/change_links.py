"""Keeping a changed booking, or leaving, by the link in its mail and without signing in.

As with a host's answer (`placements.answer_links`): opening changes nothing, and a refused
answer does not use the link up.
"""

from typing import NamedTuple

from django.db import transaction

from accounts import links
from accounts.models import Member, OneTimeLink
from placements import answer_links, changes, holding
from placements.change_notices import CHANGED
from placements.models import Booking, BookingChange


class Opened(NamedTuple):
    """A live link, the change it is about, and in whose name it answers."""

    link: OneTimeLink
    change: BookingChange
    by: Member


def opened(token: str) -> Opened | None:
    link = links.open(token, CHANGED)
    if link is None:
        return None
    change = BookingChange.objects.select_related(
        "booking__school", "booking__slot__placement__provider", "by__organisation"
    ).get(pk=link.subject)
    by = answer_links.reader(link, change.booking.school_id)
    return Opened(link, change, by) if by and change.is_open else None


@transaction.atomic
def keep(found: Opened) -> Booking:
    holding.before_link(found.change.booking)
    links.use(found.link)
    return changes.keep(found.change.booking, by=found.by, change=found.change.pk)


@transaction.atomic
def leave(found: Opened) -> Booking:
    holding.before_link(found.change.booking)
    links.use(found.link)
    return changes.leave(found.change.booking, by=found.by, change=found.change.pk)
