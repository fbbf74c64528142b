"""Answering an enquiry from the link in its mail, without signing in.

As with a request for places (placements.answer_links): the link stands for the member it
was sent to, opening it changes nothing, and a refused answer does not use it up.
"""

from typing import NamedTuple

from django.db import transaction

from accounts import links
from accounts.models import Member, OneTimeLink
from placements import enquiries
from placements.enquiry_notices import ANSWER
from placements.models import EnquiryAnswer, Placement, Slot


class Opened(NamedTuple):
    """A live link, what it answers, and in whose name."""

    link: OneTimeLink
    answer: EnquiryAnswer
    by: Member


def opened(token: str) -> Opened | None:
    link = links.open(token, ANSWER)
    if link is None:
        return None
    rows = EnquiryAnswer.objects.select_related("provider", "enquiry__school__school")
    answer = rows.get(pk=link.subject)
    by = _reader(link, answer)
    return Opened(link, answer, by) if by and answer.can_still_be_given else None


@transaction.atomic
def say_yes(
    found: Opened, *, note: str, placement: Placement | None, slot: Slot | None
) -> EnquiryAnswer:
    links.use(found.link)
    return enquiries.say_yes(found.answer, note=note, placement=placement, slot=slot, by=found.by)


@transaction.atomic
def say_no(found: Opened, *, reason: str, comment: str) -> EnquiryAnswer:
    links.use(found.link)
    return enquiries.say_no(found.answer, reason=reason, comment=comment, by=found.by)


def _reader(link: OneTimeLink, answer: EnquiryAnswer) -> Member | None:
    hosts = Member.objects.active().filter(organisation=answer.provider_id)
    return hosts.filter(user=link.user).select_related("organisation", "user").first()
