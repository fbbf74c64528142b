"""Looking back: what each side says afterwards, once, and lets the other read."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member
from placements.models import Booking
from placements.timetable import GOES_AHEAD
from ratings import authority, notices
from ratings.models import Debrief


@dataclass(frozen=True)
class Answers:
    """What a debrief asks. A side is asked only some of it."""

    went_well: str = ""
    to_change: str = ""
    outcomes_met: bool | None = None
    would_host_again: bool | None = None
    students_came: int | None = None


@transaction.atomic
def write(booking: Booking, answers: Answers, *, by: Member) -> Debrief:
    """Keep one side's debrief with the booking."""
    side = authority.debriefs_as(by, booking)
    if side is None or not by.may_write:
        raise PermissionDenied
    booking = _held(booking)
    _refuse_unless_over(booking)
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
        students_came=answers.students_came,
    )
    notices.debrief_written(debrief)
    return debrief


def _refuse_unless_over(booking: Booking) -> None:
    if booking.state not in GOES_AHEAD:
        raise ValidationError("This booking did not go ahead.", code="not_completed")
    if booking.slot.ends_on > clock.today():
        raise ValidationError("This placement is not over yet.", code="not_over")


def _refuse_answers(booking: Booking, answers: Answers) -> None:
    if not answers.went_well.strip():
        raise ValidationError("Say what went well.", code="invalid")
    if answers.students_came is not None and not 0 <= answers.students_came <= booking.places:
        raise ValidationError(
            "No more students can have come than had a place: %(places)s.",
            code="too_many",
            params={"places": booking.places},
        )


def _held(booking: Booking) -> Booking:
    found = Booking.objects.select_related("school", "slot__placement__provider")
    return found.select_for_update(of=("self",), no_key=True).get(pk=booking.pk)
