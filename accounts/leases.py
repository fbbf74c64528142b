"""Who may deliver a message, and until when: a lease, by the database's clock.

A handful is leased at once, and each of it taken in hand when its turn comes. Until then it is
planned as before: whoever takes it back, moves it or mends its address still reaches it. Taking
it in hand is one statement, committed before anything is sent. It finds the message as it is by
then, and nothing where it is leased to somebody else or not due any more; from then on it has the
whole of a lease. What is written about it afterwards is written by whoever still holds that lease.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual
from psycopg.errors import LockNotAvailable

from accounts import clock, gathering_mail
from accounts.models import Message, MessageState
from accounts.models.messages import BY_ITSELF, ITS_TURN, NOT_PUT_OFF, ON_THE_WAY, TO_DELIVER
from accounts.statements import Change, Question


def deliverable() -> QuerySet[Message]:
    ahead = clock.shift()
    nobody_has_it = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    # For the index, which ends there. It knows one clock, and the two conditions after it know
    # both; in production these are the same.
    so_far = LessThanOrEqual(ITS_TURN, Now() + max(ahead, timedelta()))
    its_turn = TO_DELIVER & _is_due(ahead) & NOT_PUT_OFF
    return Message.objects.filter(so_far, its_turn, nobody_has_it, BY_ITSELF)


def oldest_owed() -> datetime | None:
    """Since when the longest-waiting message could have gone; nothing, when all is sent. What the
    quiet hours put off, or a failure, is not late before its next turn."""
    oldest = deliverable().annotate(since=ITS_TURN).order_by("since", "pk")
    return oldest.values_list("since", flat=True).first()


def _is_due(ahead: timedelta) -> Q:
    # By the database's clock, moved on as far as the business clock is.
    return Q(due_at__lte=Now() + ahead)


def claim(among: QuerySet[Message], most: int) -> list[Message]:
    """Lease the oldest: some that nobody has tried yet, or one that somebody has."""
    token = uuid.uuid4()
    with transaction.atomic(durable=True):
        locked = among.select_for_update(skip_locked=True, of=("self",))
        oldest = list(locked.order_by(ITS_TURN.asc(), "pk")[:most])
        claimed = list(takewhile(_is_untried, oldest)) or oldest[:1]
        if claimed:
            gathering_mail.with_all_along(claimed).update(
                lease_token=token, lease_until=Now() + _lease()
            )
    for message in claimed:
        message.lease_token = token
    return claimed


def _is_untried(message: Message) -> bool:
    return message.state == MessageState.PLANNED and message.attempts == 0


def _lease() -> timedelta:
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def take_in_hand(claimed: Message) -> Message | None:
    """The message as it is now, claimed and one attempt further, with all that was on its way
    along; its state says how it was found. Nothing, where it is not ours to deliver any more."""
    try:
        message = _IN_HAND.first(
            pk=claimed.pk,
            token=claimed.lease_token,
            found=claimed.state,
            ahead=clock.shift(),
            lease=_lease(),
        )
    except OperationalError as error:
        # Whoever keeps its row locked is about to change it: it has its turn another time.
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        return None
    if message is not None:
        was_planned = claimed.state == MessageState.PLANNED
        message.state = MessageState.PLANNED if was_planned else MessageState.UNCERTAIN
    return message


def _taking(
    pk: uuid.UUID, token: uuid.UUID, found: str, ahead: timedelta, lease: timedelta
) -> tuple[QuerySet[Message], dict[str, Any]]:
    first = _is_due(ahead) & Q(pk=pk, state=found)
    along = Q(gathered_into=pk, state__in=ON_THE_WAY)
    return Message.objects.filter(first | along, lease_token=token), {
        "state": MessageState.CLAIMED,
        "attempts": F("attempts") + 1,
        "lease_until": Now() + lease,
    }


def _first(pk: uuid.UUID) -> QuerySet[Message]:
    return Message.objects.filter(pk=pk).select_related("recipient")


_IN_HAND = Question(
    _first,
    pk=uuid.UUID,
    after=Change(
        _taking, pk=uuid.UUID, token=uuid.UUID, found=str, ahead=timedelta, lease=timedelta
    ),
)


def give_back(claimed: Sequence[Message]) -> None:
    """Their turn did not come, and somebody else may have more time."""
    # One handful has one token.
    ours = Message.objects.filter(lease_token=claimed[0].lease_token)
    ours.filter(pk__in=[message.pk for message in claimed]).update(
        lease_until=None, lease_token=None
    )


def mine(message: Message) -> QuerySet[Message]:
    """The row of what was taken in hand, and of what goes along."""
    return Message.objects.of_mail(message.pk).claimed_under(message.lease_token)
