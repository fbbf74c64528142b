"""Looking back: what each side says afterwards, once, and lets the other read."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock, links
from accounts.models import Member
from placements import holding
from placements.models import Booking
from ratings import attendance, authority, notices
from ratings.models import Debrief, DebriefSide


@dataclass(frozen=True)
class Answers:
    """What a debrief asks. A side is asked only some of it."""

    went_well: str = ""
    to_change: str = ""
    outcomes_met: bool | None = None
    would_host_again: bool | None = None
    students_came: int | None = None
    skills: Collection[str] = ()
    next_steps: str = ""
    feedback_given: bool | None = None
    next_offer: str = ""
    minutes_taken: int | None = None


@transaction.atomic
def write(booking: Booking, answers: Answers, *, by: Member) -> Debrief:
    """Keep one side's debrief with the booking."""
    side = authority.debriefs_as(by, booking)
    if side is None or not by.may_write:
        raise PermissionDenied
    return _write(booking, answers, side, by=by)


@transaction.atomic
def write_by_link(booking: Booking, answers: Answers) -> Debrief:
    """The same for an employer that a student found: who has its link writes for the host."""
    if not booking.slot.placement.provider.is_found:
        raise PermissionDenied
    return _write(booking, answers, DebriefSide.HOST, by=None)


def _write(booking: Booking, answers: Answers, side: DebriefSide, *, by: Member | None) -> Debrief:
    booking = holding.held(booking)
    attendance.refuse_unless_over(booking)
    _refuse_answers(booking, answers)
    if booking.debriefs.filter(side=side).exists():
        raise ValidationError("Your side has written its debrief.", code="already_debriefed")
    debrief = Debrief.objects.create(
        booking=booking,
        side=side,
        by=by,
        written_at=clock.now(),
        went_well=answers.went_well.strip(),
        to_change=answers.to_change.strip(),
        outcomes_met=answers.outcomes_met,
        would_host_again=answers.would_host_again,
        students_came=_who_came(booking, answers),
        skills=list(answers.skills),
        next_steps=answers.next_steps.strip(),
        feedback_given=answers.feedback_given,
        next_offer=answers.next_offer,
        minutes_taken=answers.minutes_taken,
    )
    if side == DebriefSide.HOST:
        # That nobody came ends a booking, and has its own button.
        if answers.students_came and attendance.said_of(booking) is None:
            attendance.count(booking, answers.students_came, by=by)
        links.revoke(notices.LOOK_BACK, subject=str(booking.pk))
    notices.debrief_written(debrief)
    return debrief


def _who_came(booking: Booking, answers: Answers) -> int | None:
    """Nobody is asked again what has been said already."""
    if answers.students_came is not None:
        return answers.students_came
    called = attendance.said_of(booking)
    return called.came if called else None


def _refuse_answers(booking: Booking, answers: Answers) -> None:
    if not answers.went_well.strip():
        raise ValidationError("Say what went well.", code="invalid")
    if answers.students_came is not None and not 0 <= answers.students_came <= booking.places:
        raise ValidationError(
            "No more students can have come than had a place: %(places)s.",
            code="too_many",
            params={"places": booking.places},
        )
