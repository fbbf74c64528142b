"""The mail that asks a parent or carer, and those that tell a school of a no, or to ask again.

None names a student: a mail is read over shoulders, and passes through others' machines.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts import clock, letters, links, outbox
from accounts.letters import Entered, Letter, Terms
from accounts.models import Message
from placements import urgency
from placements.models import Booking, NamedStudent, Slot
from placements.states import AGREED
from placements.words import ConsentAnswer

# The purpose of the link: say yes or no, without an account.
CONSENT = "parent_consent"
ASKED = "consent_asked"


def asked(student: NamedStudent, *, email: str, until: datetime) -> None:
    key = clock.now().isoformat()
    outbox.post(ASKED, to=email, about=student, expires_at=until, key=key)


def refused(student: NamedStudent) -> None:
    """The school has a place to fill, or a worry to answer: somebody said no, or took it back."""
    outbox.post_to(
        "consent_refused",
        organisation=student.booking.school,
        about=student,
        key=clock.now().isoformat(),
    )


def outdated(bookings: Sequence[Booking]) -> None:
    """Their schools must ask parents again: what they agreed to has changed."""
    people = outbox.working_for_each({booking.school_id for booking in bookings})
    # What changes again before the mail has left is told of once.
    outbox.unsay_all(["consent_outdated"], about=bookings)
    key = clock.now().isoformat()
    outbox.owe(
        outbox.intend("consent_outdated", to=user, about=booking, key=key)
        for booking in bookings
        for user in people.get(booking.school_id, ())
    )


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "Parents and carers")
    asked = terms(
        "a parent or carer",
        "a school asks them",
        until="the first day begins",
        urgent=urgency.BEFORE_NEWS,
        is_urgent=_begins_before_news,
    )
    refused = terms(
        "the school",
        "a parent says no, or takes a yes back",
        urgent=urgency.SOON,
        is_urgent=_is_at_hand,
    )
    outdated = terms("the school", "the host changes what parents have agreed to")
    letters.register(
        Letter(
            ASKED, _with_link, _is_unanswered, terms=asked, entered=Entered(_asking, page=_students)
        )
    )
    letters.register(Letter("consent_refused", _about_booking, _is_still_no, terms=refused))
    letters.register(Letter("consent_outdated", _outdated, _is_to_be_asked, terms=outdated))


def first_moment(slot: Slot) -> datetime:
    """When a link to answer ends."""
    return timezone.make_aware(datetime.combine(slot.starts_on, time()))


def _student(message: Message) -> NamedStudent | None:
    found = NamedStudent.objects.still_named().filter(pk=message.subject)
    return found.select_related(
        "consent", "booking__school", "booking__slot__placement__provider"
    ).first()


def _is_at_hand(message: Message) -> bool:
    student = _student(message)
    return student is not None and urgency.is_at_hand(student.booking.slot)


def _begins_before_news(message: Message) -> bool:
    student = _student(message)
    return student is not None and urgency.begins_before_news(student.booking.slot)


def _asking(message: Message) -> UUID | None:
    student = _student(message)
    return student.booking.school_id if student else None


def _students(message: Message) -> str:
    student = _student(message)
    return reverse("placements:students", args=[student.booking_id]) if student else ""


def _is_unanswered(message: Message) -> bool:
    student = _student(message)
    if student is None or student.booking.state not in AGREED:
        return False
    slot = student.booking.slot
    return clock.today() < slot.starts_on and not student.consent.holds_for(slot)


def _is_still_no(message: Message) -> bool:
    student = _student(message)
    if student is None or student.booking.state not in AGREED or student.booking.slot.is_past:
        return False
    return student.consent.answer in (ConsentAnswer.NO, ConsentAnswer.WITHDRAWN)


def _booking(message: Message) -> Booking:
    found = Booking.objects.select_related("slot__placement__provider")
    return found.get(pk=message.subject)


def _is_to_be_asked(message: Message) -> bool:
    booking = _booking(message)
    unanswered = booking.students.still_named().filter(consent__answer=ConsentAnswer.NONE)
    is_to_come = booking.state in AGREED and clock.today() < booking.slot.starts_on
    return is_to_come and unanswered.exists()


def _outdated(message: Message) -> Mapping[str, Any]:
    booking = _booking(message)
    return {"booking": booking, "slot": booking.slot, "placement": booking.slot.placement}


def _about_booking(message: Message) -> Mapping[str, Any]:
    student = _student(message)
    assert student is not None  # noqa: S101 -- asked just before, by `still_holds`.
    booking = student.booking
    return {"booking": booking, "slot": booking.slot, "placement": booking.slot.placement}


def _with_link(message: Message) -> Mapping[str, Any]:
    words = _about_booking(message)
    # A mail that is tried again has no end of its own.
    until = message.expires_at or first_moment(words["slot"])
    token = links.make(
        CONSENT, email=message.email, subject=message.subject, lives=until - clock.now()
    )
    return {**words, "token": token}
