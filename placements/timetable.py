"""Messages that a booking will bring, planned in the transaction that accepts it.

Each is due at nine in the morning in England on a day counted from its slot, so never
in the night when clocks change. `plan_what_is_missing` derives them all again every
quarter of an hour: a restored backup or a colleague who joined late makes no difference.
Apps above add prompts of their own at start-up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from accounts import clock, outbox
from accounts.clock import ENGLAND
from accounts.models import Message, User
from placements.models import Booking, Slot
from placements.states import BookingState

MORNING = time(9)
GOES_AHEAD = (BookingState.ACCEPTED, BookingState.CONFIRMED, BookingState.COMPLETED)
# No prompt falls later after a booking's end than this.
LOOKING_BACK = timedelta(days=30)
A_BATCH = 200
# Whoever reads at the address of a host that a student found, and wherever that is mended to.
EMPLOYER = "employer"
Row = TypeVar("Row")


@dataclass(frozen=True)
class Prompt:
    """One kind of message on one day: which side it goes to, and how long it is worth sending."""

    kind: str
    to_school: bool
    falls_on: Callable[[Slot], date]
    worth_sending_for: timedelta
    # Tells two prompts of one kind apart.
    key: str = ""
    # Of a host that has no account, since a student found it: at the address that it agreed from.
    to_found: bool = False

    def reader(self, booking: Booking) -> UUID:
        """The organisation whose people are written to."""
        return booking.school_id if self.to_school else booking.slot.placement.provider_id

    def due_at(self, slot: Slot) -> datetime:
        return datetime.combine(self.falls_on(slot), MORNING, tzinfo=ENGLAND)


_prompts: list[Prompt] = []


def also(*prompts: Prompt) -> None:
    """Let every accepted booking bring these as well. Called at start-up."""
    _prompts.extend(prompt for prompt in prompts if prompt not in _prompts)


def plan(booking: Booking) -> None:
    """Owe everything that an accepted booking will bring."""
    outbox.owe(_brought_by([booking]))


def replan(bookings: Sequence[Booking]) -> None:
    """Move what is planned to the dates as they are now."""
    _take_back(bookings)
    outbox.owe(_brought_by(bookings))


def call_off(booking: Booking) -> None:
    """Take back all that is planned and not yet sent."""
    _take_back([booking])


def plan_what_is_missing() -> None:
    """Owe what every booking that goes ahead should have brought or will bring."""
    bookings = (
        Booking.objects.filter(
            state__in=GOES_AHEAD, slot__ends_on__gte=clock.today() - LOOKING_BACK
        )
        .select_related("slot__placement__provider")
        .order_by("pk")
    )
    for some in in_batches(bookings.iterator(chunk_size=A_BATCH)):
        brought = _brought_by(some)
        outbox.owe_missing(brought)
        # An employer without an account is written to wherever its address is mended to.
        outbox.owe_where_mended([one for one in brought if one.recipient_id is None])


def _take_back(bookings: Sequence[Booking]) -> None:
    outbox.unsay_all({prompt.kind for prompt in _prompts}, about=bookings)


def in_batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, A_BATCH)):
        yield some


def _brought_by(bookings: Sequence[Booking]) -> list[Message]:
    readers = {prompt.reader(booking) for booking in bookings for prompt in _prompts}
    people = outbox.working_for_each(readers)
    return [
        message
        for booking in bookings
        for prompt in _prompts
        if _is_worth_planning(prompt, booking)
        for message in _messages(prompt, booking, people)
    ]


def _is_worth_planning(prompt: Prompt, booking: Booking) -> bool:
    """Not when its day was over before the booking was accepted, or is too long ago."""
    due_at = prompt.due_at(booking.slot)
    accepted_at = booking.answered_at or booking.asked_at
    return due_at > accepted_at and due_at + prompt.worth_sending_for > clock.now()


def _occasion(prompt: Prompt, slot: Slot) -> str:
    """What was sent for dates that have moved since does not stand in the way of what is due."""
    return f"{prompt.key}:{slot.times_redated}" if slot.times_redated else prompt.key


def _messages(
    prompt: Prompt, booking: Booking, people: Mapping[UUID, Iterable[User]]
) -> list[Message]:
    due_at = prompt.due_at(booking.slot)
    return [
        outbox.intend(
            prompt.kind,
            to=reader,
            about=booking,
            due_at=due_at,
            expires_at=due_at + prompt.worth_sending_for,
            key=_occasion(prompt, booking.slot),
            reader=EMPLOYER if prompt.to_found else "",
        )
        for reader in _readers(prompt, booking, people)
    ]


def _readers(
    prompt: Prompt, booking: Booking, people: Mapping[UUID, Iterable[User]]
) -> Iterable[User | str]:
    if not prompt.to_found:
        return people.get(prompt.reader(booking), ())
    placement = booking.slot.placement
    return [placement.contact_email] if placement.provider.is_found else []
