"""What became of messages, for those who see to it that mail arrives.

No count grows with the nation: each stops at `MOST`, and reads an index of its own.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F
from django.utils import timezone

from accounts import clock, leases
from accounts.models import Message, MessageState
from accounts.models.messages import GIVEN_UP, IN_DOUBT, MessageQuerySet

MOST = 1000
SHOWN = 50


class Figures(NamedTuple):
    """How many there are of each, up to `MOST`; one more means that there are more."""

    due: int
    sent_today: int
    failing: int
    given_up: int
    in_doubt: int
    held: int
    oldest: datetime | None


def figures() -> Figures:
    every = Message.objects.all()
    midnight = timezone.make_aware(datetime.combine(clock.today(), time()))
    return Figures(
        due=_up_to_most(every.owed().filter(due_at__lte=clock.now())),
        sent_today=_up_to_most(every.filter(state=MessageState.SENT, sent_at__gte=midnight)),
        failing=_up_to_most(every.failing()),
        given_up=_up_to_most(every.filter(GIVEN_UP)),
        in_doubt=_up_to_most(every.filter(IN_DOUBT)),
        held=_up_to_most(every.held()),
        oldest=leases.oldest_owed(),
    )


def in_trouble() -> list[Message]:
    """What somebody has to decide about, the longest due first; what waits for an address that
    works; and what is tried again."""
    return [
        *Message.objects.for_a_person().order_by("due_at", "pk")[:SHOWN],
        *Message.objects.held().order_by("due_at", "pk")[:SHOWN],
        *Message.objects.failing().order_by("due_at", "pk")[:SHOWN],
    ]


def to_address(email: str) -> list[Message]:
    """What was owed to one address, the newest first."""
    return list(Message.objects.to_address(email).order_by("-due_at", "pk")[:SHOWN])


def in_one_mail(messages: Iterable[Message]) -> dict[UUID, int]:
    """How many others went in the same mail as each of these, or may have; by its number."""
    named = {message.pk: message.mail_name for message in messages}
    along = Message.objects.filter(gathered_into__in=named.values()).exclude(gathered_into=F("pk"))
    counted = along.order_by().values_list("gathered_into").annotate(Count("pk"))
    others = dict(counted)
    return {pk: others[name] for pk, name in named.items() if name in others}


def _up_to_most(messages: MessageQuerySet) -> int:
    return messages[: MOST + 1].count()
