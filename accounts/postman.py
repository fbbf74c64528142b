"""Delivering what is owed: claim, commit, send, mark.

A message is claimed under a lease (`accounts.leases`), and the claim committed
before anything is sent; it is marked only by whoever still holds the lease. A lease
that ran out means that somebody died on the way, perhaps after sending: the transport
is asked by reference before the mail goes again. Each step stands by itself, so that
a message which cannot be written or sent waits its turn and holds up no other.

Where the transport can be asked, some are claimed at once and then sent one by one. Only
those that nobody has tried yet: of a handful whose postman died, each goes by itself, so
that one which kills whoever takes it brings down no other with it.

Whoever was held up for most of a lease hands nothing over any more: somebody else may be
at it. One moment cannot be guarded from here. A process that stands still after it has
looked at the clock, and before its mail has arrived, for all that is left of the lease,
wakes and sends what another may have sent meanwhile. Only a transport that refuses a
reference it knows could close even that.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts import clock, gathering_mail, leases, letters, reading, texts, timeliness, transports
from accounts.models import Message, MessageState
from accounts.statements import Change

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 8
# One round of delivery ends well within a task's time limit; the next goes on from there.
ROUND = timedelta(seconds=40)
LONGEST_WAIT = timedelta(hours=24)
# Of a lease: what comes before a mail is handed over. The rest is the transport's.
TO_WRITE = 0.6
# Of a lease: within it the last of a handful has its turn.
TO_BEGIN = 0.3
HANDFUL = 20


class NotReadyError(Exception):
    """The transport took no mail, whichever it was; its cause says why."""


class HeldUpError(Exception):
    """So much of the lease is over that another may have taken the message up."""


def deliver(message_id: str) -> bool:
    """Send one message if it is owed now; say whether this call settled it."""
    with _then_at_rest():
        return bool(_deliver_some(leases.deliverable().filter(pk=message_id), _end_of_round()))


def deliver_due() -> int:
    """Settle what is owed now, oldest first; say how many."""
    until, settled = _end_of_round(), 0
    with _then_at_rest():
        while time.monotonic() < until and (some := _deliver_some(leases.deliverable(), until)):
            settled += some
    return settled


@contextmanager
def _then_at_rest() -> Iterator[None]:
    try:
        yield
    finally:
        transports.chosen().rest()


def _end_of_round() -> float:
    return time.monotonic() + ROUND.total_seconds()


def _deliver_some(among: QuerySet[Message], until: float) -> int:
    # Counted from before each lease, so that our time is over before it is.
    began, lease = time.monotonic(), settings.MAIL_LEASE_SECONDS
    claimed = leases.claim(among, HANDFUL if transports.chosen().can_be_asked else 1)
    for place, message in enumerate(claimed):
        turn = time.monotonic()
        if place and turn > min(until, began + lease * TO_BEGIN):
            leases.give_back(claimed[place:])
            return place
        if in_hand := leases.take_in_hand(message):
            _deliver(in_hand, turn + lease * TO_WRITE)
    return len(claimed)


def _deliver(message: Message, until: float) -> None:
    try:
        with reading.of_one_delivery():
            _settle(message, until)
    except Exception as failure:
        # Whatever went wrong with this one, the next is somebody else's.
        _tell("message_failed", message, reason=_name(failure))
        _try_later(message, failure)


def _settle(message: Message, until: float) -> None:
    transport = transports.chosen()
    if message.state == MessageState.UNCERTAIN and not _doubt_is_settled(message, transport):
        return
    if message.attempts > MOST_ATTEMPTS:
        _end(message, _given_up(message))
    elif (over := timeliness.over(message)) and not _still_says_others(message):
        gathering_mail.let_go(message)
        _end(message, over)
    elif letters.has_nowhere_to_go(message):
        _hold(message)
    elif morning := timeliness.waits_until(message):
        _put_off(message, morning)
    else:
        _send(message, transport, until)


def _doubt_is_settled(message: Message, transport: transports.Transport) -> bool:
    """Ask about a mail that may have gone; say whether it is ours to send now."""
    went = transport.was_sent(str(message.pk))
    if went:
        _mark_sent(message)
        return False
    if went is None and not transport.repeats_when_unsure:
        # Left for a person to decide: see the support console.
        _end(message, MessageState.UNCERTAIN)
        return False
    if went is False:
        message.state = MessageState.PLANNED
        # One of them may kill whoever takes it: each goes by itself.
        gathering_mail.let_go(message, for_good=True)
        gathering_mail.keep_apart(message)
    return True


def _still_says_others(message: Message) -> bool:
    """Whether a mail that may have gone is worth sending again without its first: under another
    name the others would be said twice."""
    if message.state != MessageState.UNCERTAIN:
        return False
    return not all(timeliness.over(one) for one in gathering_mail.along(message))


def _put_off(message: Message, morning: datetime) -> None:
    """Not an attempt: it is as it was found, and has its turn when the quiet is over."""
    leases.mine(message).update(
        state=message.state,
        attempts=F("attempts") - 1,
        lease_until=None,
        lease_token=None,
        next_attempt_at=Now() + (morning - clock.now()),
    )


def _send(message: Message, transport: transports.Transport, until: float) -> None:
    mail = _written(message)
    _get_ready(transport)
    _refuse_if_held_up(until)
    found, message.state = message.state, MessageState.UNCERTAIN
    try:
        known_as = transport.send(str(message.pk), mail)
    except transports.BouncedError as bounce:
        _came_back(message, str(bounce))
    except transport.refusals:
        message.state = found
        raise
    else:
        _mark_sent(message, known_as)


def _written(message: Message) -> letters.Mail:
    """Its words, and those of what goes along; what holds no longer is left out. Where the mail
    may have gone, that can be the first: the mail keeps its name, and it is marked with the rest,
    since it was said if the mail went."""
    untried = message.state == MessageState.PLANNED
    along = gathering_mail.gather(message) if untried else gathering_mail.along(message)
    try:
        over = {one: state for one in along if (state := timeliness.over(one))}
        for one, state in over.items():
            gathering_mail.leave_out(one, state)
        others = [one for one in along if one not in over]
        without_first = others and not untried and timeliness.over(message)
        return letters.write_together(others if without_first else [message, *others])
    except Exception:
        # Which of them cannot be written nobody can say: each tries by itself.
        if untried and along:
            gathering_mail.let_go(message, for_good=True)
            gathering_mail.keep_apart(message)
        raise


def _get_ready(transport: transports.Transport) -> None:
    try:
        transport.get_ready()
    except Exception as failure:
        raise NotReadyError from failure


def _refuse_if_held_up(until: float) -> None:
    """By the clock that goes on while this process is stopped."""
    if time.monotonic() > until:
        raise HeldUpError


def _mark_sent(message: Message, known_as: str = "") -> None:
    _SENT.make(pk=message.pk, token=message.lease_token, at=clock.now(), known_as=known_as[:100])


def _as_sent(
    pk: UUID, token: UUID, at: datetime, known_as: str
) -> tuple[QuerySet[Message], dict[str, Any]]:
    return leases.mine(Message(pk=pk, lease_token=token)), {
        "state": MessageState.SENT,
        "sent_at": at,
        "provider_id": known_as,
        "lease_until": None,
        "lease_token": None,
        "next_attempt_at": None,
        "last_error": "",
    }


_SENT = Change(_as_sent, pk=UUID, token=UUID, at=datetime, known_as=str)


def _came_back(message: Message, why: str) -> None:
    """A text is besides a mail: nobody waits for it, and its reader sees that the number fails."""
    if letters.of_kind(message.kind).by_text:
        texts.failed(message, sent_at=clock.now())
        leases.mine(message).update(last_error=why[:300])
        _end(message, MessageState.EXPIRED)
    else:
        _hold(message, bounced_at=clock.now(), bounce_reason=why[:60])


def _hold(message: Message, **bounce: object) -> None:
    """Keep it until somebody mends the address, if anybody can: what comes back is no mail."""
    message.entered_by_id = letters.of_kind(message.kind).entered.by(message)
    leases.mine(message).update(entered_by=message.entered_by_id, **bounce)
    _end(message, MessageState.HELD if message.can_be_mended else MessageState.EXPIRED)


def _end(message: Message, state: MessageState) -> None:
    _tell("message_ended", message, reason=state.value)
    leases.mine(message).update(
        state=state, lease_until=None, lease_token=None, next_attempt_at=None
    )


def _try_later(message: Message, failure: Exception) -> None:
    wait = _wait(message.attempts)
    if message.state == MessageState.PLANNED:
        # Refused again, it may be for the words of one of them, if anybody heard these.
        apart = message.attempts > 1 and not isinstance(failure, NotReadyError)
        gathering_mail.let_go(
            message, for_good=apart, next_attempt_at=Now() + wait, last_error=_name(failure)
        )
        if apart:
            gathering_mail.keep_apart(message)
    leases.mine(message).update(last_error=_name(failure))
    if message.attempts >= MOST_ATTEMPTS:
        _end(message, _given_up(message))
    else:
        leases.mine(message).update(
            state=message.state,
            lease_until=None,
            lease_token=None,
            next_attempt_at=Now() + wait,
        )


def _given_up(message: Message) -> MessageState:
    in_doubt = message.state == MessageState.UNCERTAIN
    return MessageState.UNCERTAIN if in_doubt else MessageState.FAILED


def _wait(attempts: int) -> timedelta:
    """A minute, four, sixteen …: eight attempts take about two days."""
    longer = timedelta(minutes=4 ** (attempts - 1))
    return min(longer, LONGEST_WAIT) * random.uniform(0.85, 1.15)  # noqa: S311 -- no secret


def _tell(event: str, message: Message, *, reason: str) -> None:
    log.warning(event, message=str(message.pk), kind=message.kind, reason=reason)


def _name(failure: Exception) -> str:
    if isinstance(failure, NotReadyError):
        return type(failure.__cause__).__name__
    # The words of an exception may hold an address; its name does not.
    return type(failure).__name__
