"""What is told of a placement that a student found: to its employer, and to the hub."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import clock, letters, links, outbox, quiet_hours, said
from accounts.letters import Entered, Letter, Terms
from accounts.models import Message
from placements import desks, urgency
from placements.models import Booking, Placement, SelfFound
from placements.states import BookingState

# The purpose of the link in an employer's mail: say yes or no, without an account.
EMPLOYER = "employer_confirms"
ASKED = "found_asked"


def asked(found: SelfFound, *, key: str = "") -> None:
    """`key`: tells apart that it is asked anew, perhaps where it was asked before."""
    booking = found.booking
    email = booking.slot.placement.contact_email
    outbox.post(ASKED, to=email, about=found, expires_at=booking.answer_by, key=key)


def was_asked_first_at(email: str, found: SelfFound) -> bool:
    """Whether it is what the school typed at first, wherever the mail went since."""
    return said.has_been_owed(ASKED, to=email, about=found)


def take_question_back(found: SelfFound) -> None:
    """What has not gone does not go, and what went asks for nothing any more."""
    outbox.unsay(ASKED, about=found)
    links.revoke(EMPLOYER, subject=str(found.pk))


def called_off(booking: Booking) -> None:
    """To the employer, who has no account, wherever it was asked or said yes; to nobody, where
    the mail that asked had not gone yet."""
    found = booking.self_found
    outbox.unsay(ASKED, about=found)
    wherever = said.went_to(ASKED, about=found)
    if booking.answered_at:
        wherever.append(booking.slot.placement.contact_email)
    for email in wherever:
        outbox.post("found_called_off", to=email, about=found)


def offered(found: SelfFound) -> None:
    """To the hub where the workplace lies."""
    if desk := desks.desk_of(found.booking.slot.placement):
        outbox.post_to("employer_offered", organisation=desk, about=found)


def invited(found: SelfFound) -> None:
    email = found.booking.slot.placement.contact_email
    outbox.post("employer_invited", to=email, about=found)


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "What a student found")
    employer = "the employer"
    asked = terms(
        employer,
        "a school asks it to confirm what a student arranged",
        until="the request lapses",
        urgent="if the request lapses before the morning",
        is_urgent=_lapses_before_morning,
    )
    off = terms(
        employer,
        "the school calls it off",
        urgent=urgency.SOON,
        is_urgent=_is_at_hand,
    )
    offered = terms("the hub", "an employer agrees that it learns of it", may_be_stopped=True)
    invited = terms(employer, "the hub invites it to offer work experience, once")
    letters.register(Letter(ASKED, _with_link, _is_unanswered, terms=asked, entered=EMPLOYERS))
    letters.register(Letter("found_called_off", _about, terms=off, entered=EMPLOYERS))
    letters.register(Letter("employer_offered", _about, terms=offered))
    letters.register(Letter("employer_invited", _about, terms=invited, entered=EMPLOYERS))


def _writing(message: Message) -> UUID | None:
    found = _spoken_of(message).select_related("booking").first()
    return found.booking.school_id if found else None


def _write_elsewhere(message: Message, email: str) -> None:
    """There go also what is asked of it and what is told of the booking, whichever came back."""
    found = _found(message)
    Placement.objects.filter(pk=found.booking.slot.placement_id).update(contact_email=email)
    outbox.readdress([found, found.booking], before=message.email, to=email)


def _page(message: Message) -> str:
    return reverse("placements:self-found-one", args=[_found(message).pk])


def _spoken_of(message: Message) -> QuerySet[SelfFound]:
    """What a student found, or the booking that it is, is what such a message is about."""
    return SelfFound.objects.filter(Q(pk=message.subject) | Q(booking=message.subject))


EMPLOYERS = Entered(_writing, _write_elsewhere, page=_page)


def _found(message: Message) -> SelfFound:
    rows = _spoken_of(message).select_related(
        "booking__school",
        "booking__slot__placement__provider",
        "booking__slot__placement__workplace",
        "invited_by__organisation",
    )
    return rows.get()


def _lapses_before_morning(message: Message) -> bool:
    """A school that corrects an address at a weekend asks at the last moment."""
    morning = quiet_hours.wait_until()
    return morning is not None and _found(message).booking.answer_by <= morning


def _is_at_hand(message: Message) -> bool:
    return urgency.is_at_hand(_found(message).booking.slot)


def _is_unanswered(message: Message) -> bool:
    """And asked for there, not at an address that was corrected meanwhile."""
    booking = _found(message).booking
    is_there = is_asked_at(message.email, booking.slot.placement)
    return is_there and booking.state == BookingState.REQUESTED


def is_asked_at(email: str, placement: Placement) -> bool:
    return email.lower() == placement.contact_email.lower()


def _about(message: Message) -> Mapping[str, Any]:
    found = _found(message)
    slot = found.booking.slot
    return {
        "found": found,
        "booking": found.booking,
        "slot": slot,
        "placement": slot.placement,
        "employer": slot.placement.provider,
        "hub": found.invited_by.organisation if found.invited_by else None,
    }


def _with_link(message: Message) -> Mapping[str, Any]:
    words = _about(message)
    lives = words["booking"].answer_by - clock.now()
    token = links.make(EMPLOYER, email=message.email, subject=message.subject, lives=lives)
    return {**words, "token": token}
