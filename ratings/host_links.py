"""A host saying who came and how it went, from the link in its mail and without signing in.

As with the answer to a request (`placements.answer_links`): the link stands for the member it was
sent to, opening it changes nothing, and a refused answer does not use it up. It serves for both
steps, and is used up by the last of them.
"""

from typing import NamedTuple

from django.db import transaction

from accounts import links
from accounts.models import Member, OneTimeLink
from placements import answer_links, holding
from placements.models import Booking
from ratings import attendance, debrief
from ratings.debrief import Answers
from ratings.models import Debrief, DebriefSide
from ratings.notices import LOOK_BACK


class Opened(NamedTuple):
    """A live link with something to say, and in whose name it is said."""

    link: OneTimeLink
    booking: Booking
    by: Member

    @property
    def asks_who_came(self) -> bool:
        return attendance.may_call(self.by, self.booking)


def opened(token: str) -> Opened | None:
    found = answer_links.found(token, LOOK_BACK, lambda booking: booking.slot.placement.provider_id)
    if found is None or not found.by.may_write or not attendance.is_over(found.booking):
        return None
    is_written = Debrief.objects.filter(booking=found.booking, side=DebriefSide.HOST).exists()
    return None if is_written else Opened(*found)


@transaction.atomic
def look_back(found: Opened, answers: Answers) -> Debrief:
    holding.before_link(found.booking)
    links.use(found.link)
    return debrief.write(found.booking, answers, by=found.by)
