"""What desks are told, and what they tell.

Mail about a concern holds a link and nothing else: who reported what about whom is read
behind a sign-in. Listings that wait are announced by `placements.listing_notices`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from accounts import clock, letters, outbox, registration
from accounts.letters import Letter, Terms
from accounts.models import Member, MemberState, Message, Organisation, Standing
from brokers import concerns as readers
from brokers import homes
from placements import concerns
from placements.models import Concern
from placements.states import ConcernState
from placements.words import ConcernKind


def begin() -> None:
    """Called once, at start-up."""
    concerns.tell_with(concern_reported)
    registration.tell_hub_with(membership_waiting)
    _register()


def _register() -> None:
    terms = partial(Terms, "Concerns, and who may act")
    reported = terms("the desk", "somebody reports a concern")
    at_risk = terms(
        "the desk's safeguarding leads, and nobody else",
        "somebody reports that a student may be at risk",
        urgent="a student may be at risk",
    )
    waiting = terms("the hub of a school", "its first person here asks, from another address")
    off = terms("the organisation", "a hub suspends it")
    on = terms("the organisation", "its suspension ends")
    suspended, good = _stands(Standing.SUSPENDED), _stands(Standing.GOOD)
    for letter in (
        Letter("concern_reported", _about_concern, _concern_is_open, terms=reported),
        Letter("concern_safeguarding", _about_concern, _concern_is_open, terms=at_risk),
        Letter("membership_waiting", _about_member, _member_waits, terms=waiting),
        Letter("organisation_suspended", _about_organisation, suspended, terms=off),
        Letter("organisation_lifted", _about_organisation, good, terms=on),
    ):
        letters.register(letter)


def concern_reported(concern: Concern) -> None:
    """Tell the desk; where a student may be at risk, its safeguarding leads alone."""
    if concern.kind == ConcernKind.SAFEGUARDING:
        for lead in readers.leads_for(concern):
            outbox.post("concern_safeguarding", to=lead.user, about=concern)
    elif desk := readers.desk_of(concern):
        outbox.post_to("concern_reported", organisation=desk, about=concern)


def membership_waiting(member: Member) -> None:
    if desk := homes.desk_for(member.organisation):
        outbox.post_to("membership_waiting", organisation=desk, about=member)


def organisation_suspended(organisation: Organisation) -> None:
    _tell("organisation_suspended", organisation)


def organisation_lifted(organisation: Organisation) -> None:
    outbox.unsay("organisation_suspended", about=organisation)
    _tell("organisation_lifted", organisation)


def _tell(kind: str, organisation: Organisation) -> None:
    # Each suspension is an occasion of its own.
    outbox.post_to(kind, organisation=organisation, about=organisation, key=clock.now().isoformat())


def _about_concern(message: Message) -> dict[str, Any]:
    return {"concern_id": message.subject}


def _concern_is_open(message: Message) -> bool:
    return Concern.objects.filter(pk=message.subject, state=ConcernState.OPEN).exists()


def _about_member(message: Message) -> dict[str, Any]:
    member = Member.objects.select_related("organisation").get(pk=message.subject)
    return {"member": member, "organisation": member.organisation}


def _member_waits(message: Message) -> bool:
    return Member.objects.filter(pk=message.subject, state=MemberState.PENDING).exists()


def _about_organisation(message: Message) -> dict[str, Any]:
    return {"organisation": Organisation.objects.get(pk=message.subject)}


def _stands(standing: Standing) -> Callable[[Message], bool]:
    return lambda message: Organisation.objects.filter(
        pk=message.subject, standing=standing
    ).exists()
