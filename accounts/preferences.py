"""Which mails somebody wants: those that are part of what was agreed cannot be stopped.

It is asked when a message is sent, so what was owed before somebody chose is not sent either.
A letter whose words have a link that stops them is stopped by that, for what it is about alone:
of two saved searches one may go on.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from accounts import clock, letters, links
from accounts.letters import Letter
from accounts.models import Message, OneTimeLink, StoppedKind, User
from accounts.statements import Question


def may_be_stopped() -> list[Letter]:
    return [one for one in letters.registered() if one.may_be_stopped and not one.stops_at]


def stopped_by_their_link() -> list[Letter]:
    return [one for one in letters.registered() if one.may_be_stopped and one.stops_at]


def always_sent() -> list[Letter]:
    return [one for one in letters.registered() if not (one.may_be_stopped or one.by_text)]


def wanted_by(person: User) -> set[str]:
    stopped = set(StoppedKind.objects.filter(user=person).values_list("kind", flat=True))
    return {one.kind for one in may_be_stopped()} - stopped


@transaction.atomic
def choose(person: User, *, wanted: Collection[str]) -> None:
    """Stop all that may be stopped and is not among these."""
    unwanted = [one.kind for one in may_be_stopped() if one.kind not in wanted]
    StoppedKind.objects.filter(user=person).exclude(kind__in=unwanted).delete()
    _stop(person, unwanted)


@transaction.atomic
def stop_by_link(link: OneTimeLink) -> None:
    """Stop what the link's mail was of, once: an old mail undoes nothing that was chosen since."""
    links.use(link)
    if link.user and about(link):
        _stop(link.user, [link.subject])


def about(link: OneTimeLink) -> Letter | None:
    """The kind that a link stops; nothing, where it may not be stopped any more."""
    return next((one for one in may_be_stopped() if one.kind == link.subject), None)


def stopped_by(kind: str) -> QuerySet[StoppedKind, int]:
    """Those who stopped a kind: it need not be planned for them."""
    return StoppedKind.objects.filter(kind=kind).values_list("user", flat=True)


def is_stopped(message: Message) -> bool:
    if message.recipient_id is None or not letters.of_kind(message.kind).may_be_stopped:
        return False
    return _STOPPED.first(user=message.recipient_id, kind=message.kind) is not None


def _stopped(user: int, kind: str) -> QuerySet[StoppedKind]:
    return StoppedKind.objects.filter(user=user, kind=kind)


_STOPPED = Question(_stopped, user=int, kind=str)


def _stop(person: User, kinds: Collection[str]) -> None:
    now = clock.now()
    rows = [StoppedKind(user=person, kind=kind, stopped_at=now) for kind in kinds]
    StoppedKind.objects.bulk_create(rows, ignore_conflicts=True)
