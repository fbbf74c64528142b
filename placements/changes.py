"""What becomes of a booking that its host changes: its school is asked to keep it or to leave.

Whoever changes dates or places calls `ask`, inside the change. The places stay the school's
until it answers, and also if it never does: nobody loses a place by silence. Until the moment
that the letter names, leaving is not counted against the school, and makes it owed others.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import NamedTuple, Self
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, Subquery
from django.utils import timezone

from accounts import clock, working_days
from accounts.models import Member
from placements import authority, change_notices, holding, notices, waiting
from placements.booking_rules import END_OF_WORK, WORKING_DAYS_BEFORE_START
from placements.models import Booking, BookingChange
from placements.states import BookingState
from placements.words import ChangeAnswer, LeaveReason

# Long enough to ask parents and colleagues, and short enough for a host to plan.
WORKING_DAYS_TO_DECIDE = 5
# The refusal that asks a school to look again.
CHANGED_AGAIN = "stale"


class Agreed(NamedTuple):
    """What a school has said yes to."""

    places: int
    first_day: date
    last_day: date

    @classmethod
    def of(cls, booking: Booking) -> Self:
        return cls(booking.places, booking.slot.starts_on, booking.slot.ends_on)


def decide_by(first_day: date) -> datetime:
    """At five on the fifth working day from now; two working days before the first at the latest."""
    patience = working_days.after(clock.today(), WORKING_DAYS_TO_DECIDE)
    latest = working_days.before(first_day, WORKING_DAYS_BEFORE_START)
    return timezone.make_aware(datetime.combine(min(patience, latest), END_OF_WORK))


def ask(changed: Mapping[Booking, Agreed], *, reason: str, comment: str, by: Member) -> None:
    """Ask the schools of bookings that the caller has locked, and has changed already; each is
    given with what it was.

    A school that had not answered an earlier change is asked about both at once.
    """
    not_settled = _overtake(changed)
    asked = []
    for booking, was in changed.items():
        before, now = not_settled.get(booking.pk, was), Agreed.of(booking)
        asked.append(
            BookingChange(
                booking=booking,
                by=by,
                at=clock.now(),
                places_before=before.places,
                places=now.places,
                first_day_before=before.first_day,
                last_day_before=before.last_day,
                first_day=now.first_day,
                last_day=now.last_day,
                reason=reason,
                comment=comment,
                answer_by=_in_time(min(before.first_day, now.first_day)),
            )
        )
    change_notices.changed(BookingChange.objects.bulk_create(asked))


@transaction.atomic
def keep(booking: Booking, *, by: Member, change: int | None = None) -> Booking:
    """The school comes all the same. Whoever says which `change` it has seen agrees to no other."""
    _refuse_strangers(booking, by)
    booking = holding.held(booking)
    kept = _to_answer(booking, change)
    _note([kept], ChangeAnswer.KEEP, by)
    change_notices.kept(kept)
    return booking


@transaction.atomic
def leave(booking: Booking, *, by: Member, change: int | None = None) -> Booking:
    """The school does not come as it is now: nobody's fault but the change's."""
    _refuse_strangers(booking, by)
    booking = holding.held(booking)
    _note([_to_answer(booking, change)], ChangeAnswer.LEAVE, by)
    holding.end(
        booking, BookingState.CANCELLED, by=by, reason=LeaveReason.CHANGED, is_let_down=True
    )
    notices.booking_cancelled(booking, by=by)
    waiting.pass_on(booking.slot)
    return booking


def open_for(booking: Booking) -> BookingChange | None:
    """What its school is being asked at this moment."""
    change = booking.changes.open_at(clock.now()).select_related("by").first()
    if change:
        change.booking = booking
    return change


def promised(booking: Booking) -> Agreed:
    """What a school had been promised that it does not have any more: before a change that it
    left for, or about which it could still have said so when its host called off."""
    ended = booking.moves.order_by("-at", "-pk").values("at")[:1]
    in_time = Q(answer=ChangeAnswer.NONE, answer_by__gt=Subquery(ended))
    last = booking.changes.filter(Q(answer=ChangeAnswer.LEAVE) | in_time).last()
    return Agreed(last.places_before, *last.days_before) if last else Agreed.of(booking)


def _overtake(bookings: Iterable[Booking]) -> dict[UUID, Agreed]:
    """Close what is unanswered; where there was time left, the school had not settled for it."""
    unanswered = BookingChange.objects.filter(booking__in=bookings, answer=ChangeAnswer.NONE)
    earlier = list(unanswered)
    _note(earlier, ChangeAnswer.OVERTAKEN, None)
    return {
        one.booking_id: Agreed(one.places_before, *one.days_before)
        for one in earlier
        if clock.now() < one.answer_by
    }


def _in_time(first_day: date) -> datetime:
    """Where a host has room for fewer at the last moment, until the first day begins."""
    by = decide_by(first_day)
    if by > clock.now():
        return by
    return timezone.make_aware(datetime.combine(first_day, time()))


def _to_answer(booking: Booking, seen: int | None) -> BookingChange:
    change = open_for(booking)
    if change is None:
        raise ValidationError(
            "There is nothing to answer: it was answered already, or its time has passed.",
            code="move_not_allowed",
        )
    if seen not in (None, change.pk):
        raise ValidationError(
            "Nothing is done yet: the host has changed this booking since you looked. See what it"
            " is now, and answer again.",
            code=CHANGED_AGAIN,
        )
    return change


def _note(changes: Sequence[BookingChange], answer: str, by: Member | None) -> None:
    answered = BookingChange.objects.filter(pk__in=[change.pk for change in changes])
    answered.update(answer=answer, answered_at=clock.now(), answered_by=by)
    change_notices.forget_to_remind(changes)


def _refuse_strangers(booking: Booking, by: Member) -> None:
    if not authority.may_answer_change(by, booking):
        raise PermissionDenied
