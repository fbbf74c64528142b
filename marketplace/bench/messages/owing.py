"""What is owed in the benchmark: reminders of bookings that go ahead, each on an occasion of its own."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from accounts import outbox
from accounts.models import Member, Message, MessageState
from marketplace.bench.booking import crowd
from marketplace.bench.booking.crowd import Crowd
from placements import bookings
from placements.models import Booking, Slot

SCHOOLS = 50
KIND = "reminder_to_school"
Answer = TypeVar("Answer")


@dataclass
class Owing:
    """Some schools, each with somebody to remind and a booking to remind of."""

    gathered: Crowd
    reminded: list[tuple[Member, Booking]]
    owed: int = 0

    def owe(self, number: int, *, times: int = 2) -> None:
        """So many more are due now. Said twice, as two timetables would, and once more for as
        long as the database does not answer: it is the same."""
        numbers = range(self.owed, self.owed + number)
        for _ in range(times):
            patiently(lambda: outbox.owe_missing([self._message(n) for n in numbers]))
        self.owed += number

    def _message(self, number: int) -> Message:
        member, booking = self.reminded[number % len(self.reminded)]
        return outbox.intend(KIND, to=member.user, about=booking, key=f"occasion {number}")

    def occasions(self) -> dict[str, str]:
        """What each reference was said about."""
        said = Message.objects.filter(kind=KIND).exclude(state=MessageState.CANCELLED)
        ours = said.filter(dedupe_key__contains=":occasion ")
        return {str(pk): key.rpartition(":")[2] for pk, key in ours.values_list("pk", "dedupe_key")}


def prepare(schools: int = SCHOOLS) -> Owing:
    """Schools, a host, and a booking of each school's that its host has accepted."""
    gathered = crowd.gather(schools)
    members = Member.objects.select_related("organisation", "user").in_bulk(gathered.schools)
    host = Member.objects.exclude(pk__in=gathered.schools).get()
    (slot,) = crowd.slots(gathered, 1, places=crowd.MOST_PLACES)
    reminded = [(member, _accepted(slot, member, host)) for member in members.values()]
    # What these bookings owe by themselves is not what is counted.
    Message.objects.update(state=MessageState.CANCELLED)
    return Owing(gathered, reminded)


def _accepted(slot: UUID, member: Member, host: Member) -> Booking:
    asked = bookings.request(Slot.objects.get(pk=slot), places=1, by=member)
    return bookings.accept(asked, by=host)


def patiently(doing: Callable[[], Answer], within: float = 60) -> Answer:
    """As somebody at a page who tries again until the database is back."""
    until = time.monotonic() + within
    while True:
        try:
            return doing()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def states() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM accounts_message GROUP BY state")
        rows: Iterable[tuple[str, int]] = cursor.fetchall()
    return dict(rows)
