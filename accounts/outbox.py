"""Owing somebody a message.

`post` writes a row in the caller's transaction and nothing else: no message is sent
for a change that was rolled back, and none is lost when Redis is down. The bell rung
on commit only makes it quick. Saying the same thing twice to one person, or to one address
of somebody without an account, about one subject is saying it once; a `key` tells two
occasions apart.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Case, F, When

from accounts import bell, clock, quiet_hours
from accounts.models import Member, Message, MessageState, Organisation, Role, User
from accounts.models.messages import MessageQuerySet

LONGEST_KEY = 200
# What nobody has on its way: it falls due later, or waits for an address that works.
UNSENT = (MessageState.PLANNED, MessageState.HELD)


def post(
    kind: str,
    *,
    to: User | str,
    about: models.Model | str,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    key: str = "",
) -> Message:
    """Owe one message to one address; now, unless it falls due later."""
    intended = intend(kind, to=to, about=about, due_at=due_at, expires_at=expires_at, key=key)
    owe([intended])
    return Message.objects.get(dedupe_key=intended.dedupe_key)


def post_to(
    kind: str,
    *,
    organisation: Organisation,
    about: models.Model | str,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    key: str = "",
) -> int:
    """Owe the message to everybody who works for the organisation here, viewers apart."""
    intended = [
        intend(kind, to=user, about=about, due_at=due_at, expires_at=expires_at, key=key)
        for user in working_for(organisation)
    ]
    owe(intended)
    return len(intended)


def working_for(organisation: Organisation) -> list[User]:
    return working_for_each([organisation.pk]).get(organisation.pk, [])


def working_for_each(organisations: Iterable[UUID]) -> dict[UUID, list[User]]:
    """Who hears what concerns each organisation: its active members, viewers apart."""
    members = hearing().filter(organisation__in=list(organisations))
    people: dict[UUID, list[User]] = defaultdict(list)
    for member in members.select_related("user"):
        people[member.organisation_id].append(member.user)
    return people


def hearing() -> models.QuerySet[Member]:
    """The active members, viewers apart, in the order in which they came."""
    return Member.objects.active().exclude(role=Role.VIEWER).order_by("pk")


def unsay(kind: str, *, about: models.Model | str) -> int:
    """Take back what is planned and has not been sent; say how many."""
    return unsay_all([kind], about=[about])


def unsay_all(kinds: Iterable[str], *, about: Iterable[models.Model | str]) -> int:
    """The same for several kinds, and about many."""
    planned = Message.objects.filter(
        kind__in=list(kinds), subject__in=map(_subject, about), state__in=UNSENT
    )
    # Whoever has leased it for its turn has it no more.
    return planned.update(state=MessageState.CANCELLED, lease_until=None, lease_token=None)


def replan(
    kind: str, *, about: models.Model | str, due_at: datetime, expires_at: datetime | None = None
) -> int:
    """Move what is planned to another time; say how many."""
    planned = Message.objects.filter(kind=kind, subject=_subject(about), state__in=UNSENT)
    due_at = quiet_hours.brought_forward(due_at, expires_at)
    return planned.update(due_at=due_at, expires_at=expires_at)


def intend(
    kind: str,
    *,
    to: User | str,
    about: models.Model | str,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    key: str = "",
    reader: str = "",
) -> Message:
    """A message as it would be owed, for those who owe many at once.

    `reader`: who is meant by an address that may be mended; told at one, they have been told.
    """
    # Whoever has another address by now has been told all the same.
    meant, address = (str(to.pk), to.email) if isinstance(to, User) else (to.lower(), to)
    return Message(
        kind=kind,
        dedupe_key=_said_once(kind, _subject(about), reader or meant, key),
        recipient=to if isinstance(to, User) else None,
        email=address,
        subject=_subject(about),
        due_at=quiet_hours.brought_forward(due_at, expires_at) if due_at else clock.now(),
        expires_at=expires_at,
    )


def owe(intended: Iterable[Message]) -> None:
    """Write the rows that are not there yet, and owe again what was taken back, or held no more."""
    messages = list(intended)
    owe_missing(messages)
    _owe_again(messages)
    ring_for(messages)


def release(held: MessageQuerySet, *, to: str = "") -> None:
    """Owe again what waited for an address that works, perhaps at another one."""
    waiting = list(held.filter(state=MessageState.HELD).values_list("pk", flat=True))
    held.bounced().update(bounced_at=None, bounce_reason="")
    messages = Message.objects.filter(pk__in=waiting, state=MessageState.HELD)
    anew: dict[str, Any] = {"email": to} if to else {}
    messages.update(
        state=MessageState.PLANNED,
        attempts=0,
        next_attempt_at=None,
        provider_id="",
        last_error="",
        sent_at=None,
        entered_by=None,
        gathered_into=Case(When(gathered_into=F("pk"), then=F("pk"))),
        **anew,
    )
    ring_for(Message.objects.filter(pk__in=waiting))


def readdress(about: Iterable[models.Model | str], *, before: str, to: str) -> None:
    """What is still to come about these goes where they are now written to."""
    to_come = Message.objects.to_address(before).filter(
        subject__in=list(map(_subject, about)), recipient=None, state=MessageState.PLANNED
    )
    to_come.update(email=to)


def follow(person: User, *, before: str) -> None:
    """What is still owed to a person goes where they are now."""
    owed = Message.objects.to_address(before).filter(recipient=person)
    release(owed, to=person.email)
    owed.filter(state=MessageState.PLANNED).update(email=person.email)


def ring_for(messages: Iterable[Message]) -> None:
    """Have what is due of these delivered as soon as they are committed."""
    now = clock.now()
    for message in messages:
        if message.due_at <= now:
            _ring_once_committed(message)


def _ring_once_committed(message: Message) -> None:
    # Of one that fails Django tells the name, and a `partial` has none.
    def ring() -> None:
        bell.ring(str(message.pk))

    transaction.on_commit(ring, robust=True)


def owe_missing(messages: list[Message]) -> None:
    """Write the rows that are not there yet, and leave all others as they are; ring for none."""
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)


def owe_where_mended(messages: list[Message]) -> None:
    """Owe again what ended unsent, since its address was mended while it was on its way."""
    keys = [message.dedupe_key for message in messages]
    ended = Message.objects.filter(dedupe_key__in=keys, state=MessageState.CANCELLED)
    before = dict(ended.values_list("dedupe_key", "email")) if keys else {}
    mended = [
        message
        for message in messages
        if before.get(message.dedupe_key, message.email).lower() != message.email.lower()
    ]
    if mended:
        _owe_again(mended)
        ring_for(mended)


def _owe_again(messages: list[Message]) -> None:
    # What somebody let be is said as far as they know, and goes no second time.
    taken_back = Message.objects.filter(state=MessageState.CANCELLED, let_be_by=None)
    keys = [message.dedupe_key for message in messages]
    found = taken_back.filter(dedupe_key__in=keys).in_bulk(field_name="dedupe_key")
    for message in messages:
        if before := found.get(message.dedupe_key):
            # Another may have owed it again meanwhile: it is left to the turn that it has.
            taken_back.filter(pk=before.pk).update(
                state=MessageState.PLANNED,
                **{name: getattr(message, name) for name in ("email", "due_at", "expires_at")},
                attempts=0,
                next_attempt_at=None,
                last_error="",
                # It may have been in a mail that went without it, or by its name.
                gathered_into=before.pk,
            )


def _subject(about: models.Model | str) -> str:
    return about if isinstance(about, str) else str(about.pk)


def _said_once(kind: str, subject: str, reader: str, key: str) -> str:
    said = ":".join(part for part in (kind, subject, reader, key) if part)
    if len(said) <= LONGEST_KEY:
        return said
    return f"{kind}:{subject}:{hashlib.sha256(said.encode()).hexdigest()}"


@transaction.atomic
def try_again(message: Message, *, by: Member) -> Message:
    """Owe anew what was given up, or what may or may not have been sent."""
    message = _held_for_a_person(message, by)
    if message.state == MessageState.HELD:
        release(Message.objects.to_address(message.email))
        return message
    for one in _said_with(message):
        one.state, one.attempts = MessageState.PLANNED, 0
        one.next_attempt_at = one.expires_at = None
        # The name of a mail that may have gone takes no others along.
        one.gathered_into = one.pk if one.pk == message.mail_name else None
        one.save(
            update_fields=["state", "attempts", "next_attempt_at", "expires_at", "gathered_into"]
        )
        _ring_once_committed(one)
    message.refresh_from_db()
    return message


@transaction.atomic
def let_be(message: Message, *, by: Member, reason: str) -> Message:
    """Take it as said: whoever it was for knows, or need not know any more."""
    message = _held_for_a_person(message, by)
    for one in [message] if message.state == MessageState.HELD else _said_with(message):
        one.state = MessageState.CANCELLED
        one.let_be_by, one.let_be_because = by, reason
        one.save(update_fields=["state", "let_be_by", "let_be_because"])
    message.refresh_from_db()
    return message


def _said_with(message: Message) -> list[Message]:
    """All of which somebody decides at once: what went in one mail, or may have."""
    mail = Message.objects.of_mail(message.mail_name).for_a_person()
    return list(mail.select_for_update().order_by("pk"))


def _held_for_a_person(message: Message, by: Member) -> Message:
    if not (by.may_write and by.organisation.is_national_team):
        raise PermissionDenied
    held = Message.objects.select_for_update().get(pk=message.pk)
    if not held.is_for_a_person:
        raise ValidationError("Nobody need decide about this message.", code="move_not_allowed")
    return held
