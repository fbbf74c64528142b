"""A text the day before a placement, to whoever asked for one, besides the mail.

It is owed for a first day and not for a booking: whoever goes to twelve hosts on one day is texted
once. What it says is looked up when it goes, so a booking that was moved or called off until then
is not in it. The round of the timetable owes it; accepting a booking asks nothing of texts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts import clock, letters, outbox, reading, texts
from accounts.clock import ENGLAND
from accounts.letters import Letter, Terms
from accounts.models import Message, User
from placements.models import Booking
from placements.models.bookings import BookingQuerySet
from placements.states import BookingState
from placements.timetable import MORNING

KIND = "day_before_text"
# It is over when nothing may go any more that day.
WORTH_SENDING_FOR = timedelta(hours=10)
# Over a long weekend what falls due is said on the working day before.
AHEAD = timedelta(days=8)
# So that the longest text of one booking is one text.
LONGEST_NAME = 36


def plan() -> None:
    """Owe it to whoever has not been told. Safe to repeat."""
    if texts.are_sent():
        outbox.owe(_intended())


def register() -> None:
    """Make this letter known to the postman. Called at start-up."""
    terms = Terms(
        "Before and after a placement",
        "whoever at the school or the host asked for texts, where texts are sent",
        "bookings that go ahead are about to begin, besides the mail",
        due="at nine in the morning, the day before the first day; one text for all",
        until="seven that evening",
    )
    letters.register(Letter(KIND, _words, _still_holds, terms=terms, by_text=True))


def _intended() -> Iterator[Message]:
    people = _wanting()
    today = clock.today()
    soon = _going_ahead(
        people, days=Q(slot__starts_on__gt=today, slot__starts_on__lte=today + AHEAD)
    )
    owed: set[tuple[User, date]] = set()
    for booking in soon.select_related("slot__placement"):
        day = booking.slot.starts_on
        # Agreed later than that, they know.
        if (booking.answered_at or booking.asked_at) < _due_at(day):
            sides = (booking.school_id, booking.slot.placement.provider_id)
            owed |= {(person, day) for side in sides for person in people.get(side, ())}
    # Two rounds at once write these in the same order, so neither waits for the other in a ring.
    for person, day in sorted(owed, key=lambda one: (one[1], one[0].pk)):
        until = _due_at(day) + WORTH_SENDING_FOR
        if clock.now() < until:
            yield outbox.intend(
                KIND, to=person, about=day.isoformat(), due_at=_due_at(day), expires_at=until
            )


def _wanting() -> Mapping[UUID, list[User]]:
    """Those who asked for texts and can be reached, by whom they work for."""
    members = outbox.hearing().filter(
        user__text_number__isnull=False, user__text_number__failed_at=None
    )
    people: dict[UUID, list[User]] = defaultdict(list)
    for member in members.select_related("user"):
        people[member.organisation_id].append(member.user)
    return people


def _going_ahead(organisations: Iterable[UUID], *, days: Q) -> BookingQuerySet:
    """Of these schools, and at these hosts: each by an index of its own, since together they
    would be looked for among all that begins in England that day."""
    theirs = list(organisations)
    ahead = Booking.objects.filter(days, state__in=(BookingState.ACCEPTED, BookingState.CONFIRMED))
    of_schools = ahead.filter(school__in=theirs).values("pk")
    at_hosts = ahead.filter(slot__placement__provider__in=theirs).values("pk")
    return Booking.objects.filter(pk__in=of_schools.union(at_hosts))


def _due_at(first_day: date) -> datetime:
    return datetime.combine(first_day - timedelta(days=1), MORNING, tzinfo=ENGLAND)


@reading.once
def _about(message: Message) -> tuple[set[UUID], list[Booking]]:
    """Whom its reader works for, and what begins there that day."""
    mine = outbox.hearing().filter(user=message.recipient_id)
    organisations = set(mine.values_list("organisation", flat=True))
    day = date.fromisoformat(message.subject)
    starting = _going_ahead(organisations, days=Q(slot__starts_on=day))
    found = starting.select_related("school", "slot__placement__provider")
    return organisations, list(found.order_by("pk"))


def _still_holds(message: Message) -> bool:
    is_to_come = date.fromisoformat(message.subject) > clock.today()
    return is_to_come and bool(_about(message)[1])


def _words(message: Message) -> Mapping[str, Any]:
    organisations, starting = _about(message)
    day, first = date.fromisoformat(message.subject), starting[0]
    placement = first.slot.placement
    comes = placement.provider_id in organisations
    other = first.school if comes else placement.provider
    return {
        "day": f"{day:%A} {day.day} {day:%B}",
        "is_tomorrow": day - clock.today() == timedelta(days=1),
        "starting": len(starting),
        "students": sum(booking.places for booking in starting),
        "starts_at": placement.starts_at,
        "comes": comes,
        "other": texts.shortened(other.name, LONGEST_NAME),
    }
