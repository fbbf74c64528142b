"""A host saying who came and how it went, from the link in its mail and without signing in.

As with the answer to a request (`placements.answer_links`): the link stands for the member it was
sent to, opening it changes nothing, and a refused answer does not use it up. It serves for both
steps, and is used up by the last of them.

An employer that a student found has no members. There the link stands for the address that it
agreed from: it opens while the booking goes ahead and the employer is still written to there, and
to take back that nobody came.
"""

from typing import NamedTuple

from django.db import transaction

from accounts import links
from accounts.models import Member, OneTimeLink
from placements import answer_links, holding
from placements.found_notices import is_asked_at
from placements.models import Booking
from ratings import attendance, debrief
from ratings.attendance import Called
from ratings.debrief import Answers
from ratings.models import Debrief, DebriefSide, RollCall
from ratings.notices import LOOK_BACK


class Opened(NamedTuple):
    """A live link with something to say, and in whose name it is said: nobody's, where an
    employer has no account."""

    link: OneTimeLink
    booking: Booking
    by: Member | None

    @property
    def asks_who_came(self) -> bool:
        return attendance.may_call_by_link(self.booking) or self.takes_back

    @property
    def takes_back(self) -> bool:
        """It said that nobody came, which was one click, and may have been a mistake."""
        return self.by is None and attendance.may_take_back_by_link(self.booking)


def opened(token: str) -> Opened | None:
    found = _of_member(token) or _of_employer(token)
    if found is None or not (attendance.is_over(found.booking) or found.takes_back):
        return None
    is_written = Debrief.objects.filter(booking=found.booking, side=DebriefSide.HOST).exists()
    return None if is_written else found


def _of_member(token: str) -> Opened | None:
    found = answer_links.found(token, LOOK_BACK, lambda booking: booking.slot.placement.provider_id)
    return Opened(*found) if found and found.by.may_write else None


def _of_employer(token: str) -> Opened | None:
    link = links.open(token, LOOK_BACK)
    if link is None or link.user_id is not None:
        return None
    rows = Booking.objects.select_related("school", "slot__placement__provider")
    booking = rows.get(pk=link.subject)
    placement = booking.slot.placement
    is_theirs = placement.provider.is_found and is_asked_at(link.email, placement)
    return Opened(link, booking, None) if is_theirs else None


def say_who_came(found: Opened, said: Called) -> RollCall:
    if found.by is None:
        return attendance.call_by_link(found.booking, said)
    return attendance.call(found.booking, said, by=found.by)


@transaction.atomic
def look_back(found: Opened, answers: Answers) -> Debrief:
    holding.before_link(found.booking)
    links.use(found.link)
    if found.by is None:
        return debrief.write_by_link(found.booking, answers)
    return debrief.write(found.booking, answers, by=found.by)
