"""The mails that ask whether listings are still right, and say which have paused.

Each is about an organisation, and names its listings as they stand when it is sent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from accounts import letters, links, outbox
from accounts.letters import Letter, Terms
from accounts.models import Member, Message, Organisation
from placements import spread
from placements.models import Placement
from placements.models.placements import PlacementQuerySet
from placements.states import PlacementState
from placements.words import PauseReason

# The purpose of the link in these mails: answer without signing in.
STILL_RIGHT = "still_right"
LINK_LIVES = timedelta(days=45)
SHOWN = 10


def asked(reader: Organisation, *, due_at: datetime) -> None:
    """One mail a morning, whether it asks, reminds or warns."""
    key = due_at.date().isoformat()
    outbox.post_to("still_right", organisation=reader, about=reader, due_at=due_at, key=key)


def paused(reader: Organisation, *, due_at: datetime) -> None:
    key = due_at.date().isoformat()
    outbox.post_to("listings_paused", organisation=reader, about=reader, due_at=due_at, key=key)


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "Listings", "the provider, or the desk that wrote them for it")
    asked = terms(
        "listings have not been confirmed for about a month",
        due="at nine in the morning: a question, a reminder ten days later, and a week's warning",
    )
    paused = terms("listings pause that nobody confirmed", due="at nine in the morning")
    letters.register(Letter("still_right", _asked, _is_unanswered, terms=asked))
    letters.register(Letter("listings_paused", _told_of_pause, _is_still_paused, terms=paused))


def _reader(message: Message) -> Member | None:
    mine = Member.objects.active().filter(
        user=message.recipient, organisation=UUID(message.subject)
    )
    return mine.select_related("organisation", "user").first()


def _in_question(message: Message) -> PlacementQuerySet:
    reader = _reader(message)
    if reader is None or not reader.may_write:
        return Placement.objects.none()
    return Placement.objects.kept_by(reader).in_question()


def _is_unanswered(message: Message) -> bool:
    return _in_question(message).exists()


def _asked(message: Message) -> Mapping[str, Any]:
    seen = _in_question(message)
    rows = spread.as_one(seen).soonest_to_pause_first(seen)
    placements = list(rows)
    asked = spread.asked(placements, seen)
    token = links.make(
        STILL_RIGHT,
        email=message.email,
        subject=message.subject,
        user=message.recipient,
        lives=LINK_LIVES,
    )
    # What is warned of comes first, the soonest before the others.
    pauses_on = asked[placements[0].pk].pauses_on
    return {
        "listings": [(one, asked[one.pk]) for one in placements[:SHOWN]],
        "total": len(placements),
        "pauses_on": pauses_on,
        "token": token,
    }


def _paused(message: Message) -> PlacementQuerySet:
    """What paused since the round before, and has not been put up again."""
    reader = _reader(message)
    if reader is None:
        return Placement.objects.none()
    rows = Placement.objects.kept_by(reader).filter(
        state=PlacementState.PAUSED,
        moves__reason=PauseReason.NOT_CONFIRMED,
        moves__at__gte=message.due_at - timedelta(days=2),
    )
    return rows.distinct().order_by("title", "pk")


def _is_still_paused(message: Message) -> bool:
    return _paused(message).exists()


def _told_of_pause(message: Message) -> Mapping[str, Any]:
    placements = list(_paused(message))
    return {"placements": placements[:SHOWN], "total": len(placements)}
