"""The verb and the hand-written booking in turn, on one hot slot and over a thousand."""

from collections.abc import Callable
from random import Random
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts import bell
from accounts.models import Member
from marketplace.bench.booking import crowd
from marketplace.bench.booking.clients import Attempt, Client, Crew, Rush, dealt, rush
from marketplace.bench.booking.crowd import Crowd
from marketplace.bench.booking.handwritten import Handwritten
from placements import bookings
from placements.models import Slot

SPREAD_SLOTS = 1_000
# More than can be booked in the time, even by hand.
HOT_SLOTS = 12
SOLD_OUT_SLOTS, SOLD_OUT_PLACES = 200, 30

Make = Callable[[Crowd], Client]


def warm_up(gathered: Crowd) -> None:
    """What a process loads when it first books and rings, once here and not in each client."""
    (slot,) = crowd.slots(gathered, 1, places=1)
    the_verb(gathered)(Attempt(slot, gathered.schools[0]))
    bell.ring(str(UUID(int=0)))


def the_verb(gathered: Crowd) -> Client:
    """Members as a request has them, their organisation read; the slot as a page found it."""
    members = Member.objects.select_related("organisation", "user").in_bulk(gathered.schools)

    def book(attempt: Attempt) -> bool:
        slot = Slot(pk=attempt.slot, placement_id=gathered.placement)
        try:
            bookings.request(slot, places=1, by=members[attempt.school])
        except ValidationError as refusal:
            if refusal.code != "slot_full":
                raise
            return False
        return True

    return book


def by_hand(gathered: Crowd) -> Client:
    host = Member.objects.exclude(pk__in=gathered.schools).select_related("user").get()
    schools = dict(Member.objects.values_list("pk", "organisation"))
    writer = Handwritten(host.user)
    return lambda attempt: writer.book(attempt.slot, schools[attempt.school], attempt.school)


def hot(gathered: Crowd, make: Make, *, clients: int, seconds: float) -> Rush:
    """Everybody wants the same slot, and when it is full the next."""
    return _alone(gathered, make, _hot_attempts(gathered, HOT_SLOTS), clients, seconds)


def spread(gathered: Crowd, make: Make, *, clients: int, seconds: float) -> Rush:
    """Everybody wants something else, of a thousand slots."""
    return _alone(gathered, make, _spread_attempts(gathered), clients, seconds)


def neighbours(
    gathered: Crowd, make: Make, *, clients: int, seconds: float, with_hot: bool
) -> Rush:
    """Half of all clients, over many slots, while the other half want one, or many others."""
    half = clients // 2
    others = _hot_attempts(gathered, HOT_SLOTS) if with_hot else _spread_attempts(gathered)
    crews = [
        Crew(lambda: make(gathered), dealt(attempts, half))
        for attempts in (_spread_attempts(gathered), others)
    ]
    return rush(crews, seconds=seconds)[0]


def sell_out(gathered: Crowd, make: Make, *, clients: int, seconds: float) -> Rush:
    """Some slots wanted far more than others, until most are full and many are refused."""
    dice = Random(3)  # noqa: S311 -- a crowd, not a secret.
    slots = crowd.slots(gathered, SOLD_OUT_SLOTS, places=SOLD_OUT_PLACES)
    attempts = [
        Attempt(slots[int(SOLD_OUT_SLOTS * dice.random() ** 2)], school)
        for _ in range(SOLD_OUT_PLACES)
        for school in gathered.schools
    ]
    once = list(dict.fromkeys(attempts))
    dice.shuffle(once)
    return _alone(gathered, make, once, clients, seconds)


def _alone(
    gathered: Crowd, make: Make, attempts: list[Attempt], clients: int, seconds: float
) -> Rush:
    crew = Crew(lambda: make(gathered), dealt(attempts, clients))
    return rush([crew], seconds=seconds)[0]


def _hot_attempts(gathered: Crowd, number: int) -> list[Attempt]:
    slots = crowd.slots(gathered, number, places=crowd.MOST_PLACES)
    return [Attempt(slot, school) for slot in slots for school in gathered.schools]


def _spread_attempts(gathered: Crowd) -> list[Attempt]:
    """Each school once in each of many slots, in no order."""
    dice = Random(2)  # noqa: S311 -- a crowd, not a secret.
    slots: list[UUID] = crowd.slots(gathered, SPREAD_SLOTS, places=crowd.MOST_PLACES)
    attempts = [
        Attempt(slots[(number + turn * 7) % SPREAD_SLOTS], school)
        for turn in range(HOT_SLOTS)
        for number, school in enumerate(gathered.schools)
    ]
    dice.shuffle(attempts)
    return attempts
