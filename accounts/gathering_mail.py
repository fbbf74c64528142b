"""One mail for several messages of a kind that are owed to one person at once.

Whoever is about to send one takes along what else of its kind is due to the same reader, and
commits which before anything is sent. What goes along is `gathered_into` the first, shares its
lease, and is claimed by nobody else; the mail goes by the first one's name, by which the
transport is asked where nobody knows whether it went. If it went, all of it was said.

They are together only while that mail is on its way, may be, or has gone. What certainly did not
go is each by itself again, and may be gathered anew; nothing that is planned hangs on another
that may be taken back meanwhile. But a mail that takes others along has a name that no transport
ever saw: else an older mail of that name would be taken for it, and the others be lost.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Now

from accounts import clock, letters
from accounts.models import Message, MessageState
from accounts.models.messages import NOT_PUT_OFF, ON_THE_WAY, MessageQuerySet
from accounts.statements import Question

MOST = 30


def gather(message: Message) -> list[Message]:
    """Take along what may go with a message that is about to go, and give it back in order."""
    # Most have nothing to take along, and need no lock to know it.
    if not (_may_be_first(message) and _ALIKE.first(**_like(message))):
        return []
    with transaction.atomic(durable=True):
        mine = _in_hand(message).select_for_update()
        lease = mine.values_list("lease_until", flat=True).first()
        if lease is None:
            return []
        alike = (
            _alike(**_like(message)).select_for_update(skip_locked=True).order_by("due_at", "pk")
        )
        one_of_each: dict[str, UUID] = {}
        for pk, subject in alike.values_list("pk", "subject")[: MOST - 1]:
            one_of_each.setdefault(subject, pk)
        Message.objects.filter(pk__in=one_of_each.values()).update(
            state=MessageState.CLAIMED,
            gathered_into=message.pk,
            lease_token=message.lease_token,
            lease_until=lease,
            attempts=F("attempts") + 1,
        )
    return along(message)


def _may_be_first(message: Message) -> bool:
    is_named_by_nobody = message.gathered_into is None and message.recipient_id is not None
    letter = letters.of_kind(message.kind)
    # One that may go at night takes none along that has to wait for the morning.
    return is_named_by_nobody and bool(letter.together) and not letter.is_urgent(message)


def _like(message: Message) -> dict[str, Any]:
    return {
        "user": message.recipient_id,
        "email": message.email,
        "kind": message.kind,
        "subject": message.subject,
        "attempts": message.attempts,
        "ahead": clock.shift(),
    }


def _alike(
    user: int, email: str, kind: str, subject: str, attempts: int, ahead: timedelta
) -> MessageQuerySet:
    """Of its kind, due, and in nobody's hands yet. Two occasions of one thing are two mails: a
    reminder of a week before, and the one of the day before.

    What was refused takes others along when its turn comes again, and is taken by none that is
    tried for the first time: else each that is new would put it off."""
    return Message.objects.filter(
        NOT_PUT_OFF,
        state=MessageState.PLANNED,
        recipient=user,
        email=email,
        kind=kind,
        gathered_into=None,
        # Where a column holds no such number Django asks nothing: a blank is none.
        attempts__lt=Value(attempts),
        due_at__lte=Now() + ahead,
    ).exclude(subject=subject)


_ALIKE = Question(_alike, user=int, email=str, kind=str, subject=str, attempts=int, ahead=timedelta)


def along(message: Message) -> list[Message]:
    """What goes along with it and is on its way, in order."""
    return list(_along(message).select_related("recipient").order_by("due_at", "pk"))


def _along(message: Message) -> MessageQuerySet:
    ours = Message.objects.claimed_under(message.lease_token)
    return ours.filter(gathered_into=message.pk).exclude(pk=message.pk)


def _in_hand(message: Message) -> MessageQuerySet:
    return Message.objects.filter(pk=message.pk).claimed_under(message.lease_token)


def with_all_along(messages: list[Message]) -> MessageQuerySet:
    """The same, and what was on its way with them when somebody died."""
    first = [message.pk for message in messages]
    return Message.objects.filter(
        Q(pk__in=first) | Q(gathered_into__in=first, state__in=ON_THE_WAY)
    )


def leave_out(message: Message, state: MessageState) -> None:
    """It holds no longer, and its mail goes without it."""
    _in_hand(message).update(state=state, gathered_into=None, lease_until=None, lease_token=None)


def let_go(message: Message, *, for_good: bool = False, **facts: object) -> None:
    """What goes along is not sent with this one: each is by itself again, for good or until it
    is gathered anew."""
    _along(message).update(
        state=MessageState.PLANNED,
        gathered_into=F("pk") if for_good else None,
        lease_until=None,
        lease_token=None,
        **facts,
    )


def keep_apart(message: Message) -> None:
    """Its name is known, or it is refused or cannot be written: it goes by itself from now on."""
    message.gathered_into = message.pk
    _in_hand(message).update(gathered_into=message.pk)


def waits_until(message: Message) -> datetime | None:
    """When the next of its kind may go, if one has just gone to the same reader."""
    lasts = timedelta(minutes=settings.MAIL_GATHERED_FOR_MINUTES)
    if not lasts or not letters.of_kind(message.kind).together:
        return None
    # Those that may not wait go meanwhile, and none of them puts it off again.
    if message.due_at + lasts <= clock.now():
        return None
    sent = Message.objects.to_address(message.email).filter(
        kind=message.kind, state=MessageState.SENT, sent_at__gt=clock.now() - lasts
    )
    last = sent.order_by("-sent_at").values_list("sent_at", flat=True).first()
    if last is None or (message.expires_at and message.expires_at <= last + lasts):
        return None
    return last + lasts
