"""The letters about what a host has changed: to the schools it asks, and back to the host.

What was written as a reason stays on the booking's page, behind its sign-in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts import clock, letters, links, outbox, working_days
from accounts.letters import Letter, Terms
from accounts.models import Message, Organisation, User
from placements import urgency
from placements.models import Booking, BookingChange
from placements.states import BookingState
from placements.timetable import MORNING

# The purpose of the link: keep or leave without signing in, once.
CHANGED = "answer_change"
ASKED, REMINDER, STAYS = "booking_changed", "booking_changed_reminder", "booking_stays"
SCHOOL = "the school"


def changed(asked: Sequence[BookingChange]) -> None:
    """Ask each school, and remind it a working day before its time is up."""
    people = outbox.working_for_each(
        {side.pk for change in asked for side in _sides(change)},
    )
    outbox.owe(letter for change in asked for letter in _asking(change, people))


def kept(change: BookingChange) -> None:
    provider = change.booking.slot.placement.provider
    outbox.post_to("booking_kept", organisation=provider, about=change)


def forget_to_remind(changes: Sequence[BookingChange]) -> None:
    """They have been answered, or overtaken."""
    outbox.unsay_all((ASKED, REMINDER, STAYS), about=changes)
    links.revoke_all(CHANGED, subjects=[str(change.pk) for change in changes])


def waiting_redated(groups: Sequence[Booking]) -> None:
    """For a group that waits, which keeps its turn; and for one that has been offered places,
    which has to say yes or no as before."""
    people = outbox.working_for_each({group.school_id for group in groups})
    # Whoever moves them twice before the first mail has left is told of once.
    outbox.unsay_all(["waiting_redated"], about=groups)
    key = clock.now().isoformat()
    outbox.owe(
        outbox.intend("waiting_redated", to=user, about=group, key=key)
        for group in groups
        for user in people.get(group.school_id, ())
    )


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "What a host has changed")
    asked = terms(
        SCHOOL,
        "the host has moved the dates of its booking, or has room for fewer",
        until="the time to say so is up",
        urgent="if the old or new dates are about to begin",
        is_urgent=_is_at_hand,
    )
    reminded = terms(
        SCHOOL,
        "it has not said whether it comes all the same",
        due="at nine in the morning, a working day before its time to say so is up",
        until="that time is up",
    )
    stays = terms("both sides", "it has not said so in time", due="when that time is up")
    kept = terms("the host", "the school comes all the same")
    moved = terms(SCHOOL, "the host moves the dates that it waits for, or was offered")
    letters.register(Letter(ASKED, _with_link, _is_open, terms=asked))
    letters.register(Letter(REMINDER, _with_link, _is_open, terms=reminded))
    letters.register(Letter(STAYS, _about, _is_unanswered, terms=stays))
    letters.register(Letter("booking_kept", _about, terms=kept))
    is_on_list = _while(BookingState.WAITING, BookingState.OFFERED)
    letters.register(Letter("waiting_redated", _about_group, is_on_list, terms=moved))


def _sides(change: BookingChange) -> tuple[Organisation, Organisation]:
    return change.booking.school, change.booking.slot.placement.provider


def _asking(change: BookingChange, people: Mapping[UUID, list[User]]) -> Iterator[Message]:
    school, provider = (people.get(side.pk, []) for side in _sides(change))
    reminded = _morning_before(change.answer_by)
    for user in school:
        about: dict[str, Any] = {"to": user, "about": change, "expires_at": change.answer_by}
        yield outbox.intend(ASKED, **about)
        if reminded > clock.now():
            yield outbox.intend(REMINDER, due_at=reminded, **about)
    for user in (*school, *provider):
        yield outbox.intend(STAYS, to=user, about=change, due_at=change.answer_by)


def _morning_before(moment: datetime) -> datetime:
    day = working_days.before(timezone.localdate(moment), 1)
    return timezone.make_aware(datetime.combine(day, MORNING))


def _change(message: Message) -> BookingChange:
    found = BookingChange.objects.select_related(
        "booking__school", "booking__slot__placement__provider", "by__organisation"
    )
    return found.get(pk=message.subject)


def _is_at_hand(message: Message) -> bool:
    change = _change(message)
    soonest = min(change.first_day_before, change.first_day)
    return urgency.is_at_hand(change.booking.slot) or soonest <= urgency.at_hand_until()


def _is_open(message: Message) -> bool:
    return _change(message).is_open


def _is_unanswered(message: Message) -> bool:
    change = _change(message)
    return not change.answer and change.booking.is_live


def _while(*states: BookingState) -> Callable[[Message], bool]:
    return lambda message: Booking.objects.filter(pk=message.subject, state__in=states).exists()


def _about(message: Message) -> Mapping[str, Any]:
    change = _change(message)
    booking = change.booking
    return {"change": change, "booking": booking, "placement": booking.slot.placement}


def _about_group(message: Message) -> Mapping[str, Any]:
    booking = Booking.objects.select_related("school", "slot__placement__provider").get(
        pk=message.subject
    )
    return {"booking": booking, "slot": booking.slot, "placement": booking.slot.placement}


def _with_link(message: Message) -> Mapping[str, Any]:
    about = _about(message)
    token = links.make(
        CHANGED,
        email=message.email,
        subject=message.subject,
        user=message.recipient,
        lives=about["change"].answer_by - clock.now(),
    )
    return {**about, "token": token}
