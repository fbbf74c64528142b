"""Saying that listings are still right from the link in a mail, without signing in.

The link stands for the member it was sent to, and opening it changes nothing. It serves
until nothing is left to answer; then it, and those in all mails before it, are used up.
"""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts import links
from accounts.models import Member, OneTimeLink
from placements import freshness
from placements.freshness import Answered
from placements.freshness_notices import STILL_RIGHT
from placements.models import Placement


class Opened(NamedTuple):
    """A live link with something to answer, and in whose name it answers."""

    link: OneTimeLink
    by: Member


def opened(token: str) -> Opened | None:
    link = links.open(token, STILL_RIGHT)
    if link is None:
        return None
    members = Member.objects.active().filter(organisation=UUID(link.subject), user=link.user)
    by = members.select_related("organisation", "user").first()
    return Opened(link, by) if by and _is_unanswered(by) else None


@transaction.atomic
def answer(found: Opened, *, over: Collection[UUID], right: Collection[UUID]) -> Answered:
    answered = freshness.answer(over=over, right=right, by=found.by)
    if not _is_unanswered(found.by):
        _use_up(found.link)
    return answered


def _use_up(link: OneTimeLink) -> None:
    """A colleague who answered the last of them at the same time has done so already."""
    if links.find(link.pk, STILL_RIGHT):
        links.use(link)
    links.revoke(STILL_RIGHT, subject=link.subject)


def _is_unanswered(by: Member) -> bool:
    return Placement.objects.kept_by(by).in_question().exists()
