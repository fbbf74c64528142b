"""The only code that changes a state, and so the only code that writes history."""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from django.core.exceptions import ValidationError
from django.db import models

from accounts import clock
from accounts.models import Member
from placements.models import (
    Booking,
    BookingMove,
    Enquiry,
    EnquiryAnswer,
    Placement,
    PlacementMove,
    Revision,
    Slot,
    SlotMove,
)

Subject = Booking | Enquiry | EnquiryAnswer | Placement | Slot


class _History(Protocol):
    def create(self, **fields: object) -> object: ...


def move(
    subject: Subject,
    to: str,
    *,
    by: Member | None,
    reason: str = "",
    comment: str = "",
) -> None:
    """Move `subject`, whose row the caller has locked, or refuse (`move_not_allowed`)."""
    came_from = subject.state
    refuse_unless_listed(subject, subject.MOVES, to)
    subject.state = to
    subject.save(update_fields=["state"])
    history = cast(_History, subject.moves)
    history.create(
        came_from=came_from, went_to=to, by=by, at=clock.now(), reason=reason, comment=comment
    )


def remark(bookings: Iterable[Booking], comment: str, *, by: Member) -> None:
    """Write into the history what has changed while the state has not."""
    BookingMove.objects.bulk_create(
        BookingMove(
            booking=booking,
            came_from=booking.state,
            went_to=booking.state,
            by=by,
            at=clock.now(),
            comment=comment,
        )
        for booking in bookings
    )


def begin(subject: Subject, *, by: Member | None) -> None:
    """Write the first line of the history of what has just been made; by us, if by nobody."""
    history = cast(_History, subject.moves)
    history.create(came_from="", went_to=subject.state, by=by, at=clock.now())


def beginning(booking: Booking, *, by: Member) -> BookingMove:
    """The first line of the history of a booking, for who writes it with the booking."""
    return BookingMove(booking=booking, came_from="", went_to=booking.state, by=by, at=clock.now())


def begin_all(subjects: Sequence[Placement] | Sequence[Slot], *, by: Member) -> None:
    """The same for many that were made together."""
    _write_all([(subject, "") for subject in subjects], by=by)


def move_all(
    placements: Sequence[Placement],
    to: str,
    *,
    by: Member,
    reason: str = "",
    comment: str = "",
) -> None:
    """Move many listings whose rows the caller has locked, or refuse."""
    before = [(placement, placement.state) for placement in placements]
    for placement in placements:
        refuse_unless_listed(placement, placement.MOVES, to)
        placement.state = to
    Placement.objects.filter(pk__in=[one.pk for one in placements]).update(state=to)
    _write_all(before, by=by, reason=reason, comment=comment)


def _write_all(
    came_from: Sequence[tuple[Placement | Slot, str]],
    *,
    by: Member,
    reason: str = "",
    comment: str = "",
) -> None:
    said = {"by": by, "at": clock.now(), "reason": reason, "comment": comment}
    PlacementMove.objects.bulk_create(
        PlacementMove(placement=one, came_from=before, went_to=one.state, **said)
        for one, before in came_from
        if isinstance(one, Placement)
    )
    SlotMove.objects.bulk_create(
        SlotMove(slot=one, came_from=before, went_to=one.state, **said)
        for one, before in came_from
        if isinstance(one, Slot)
    )


def turn(revision: Revision, to: str) -> None:
    """Move a revision, whose listing the caller has locked. Who decided, it says itself."""
    refuse_unless_listed(revision, revision.MOVES, to)
    revision.state = to
    revision.save(update_fields=["state"])


def refuse_unless_listed(subject: models.Model, moves: dict[str, set[str]], to: str) -> None:
    came_from = subject.state  # type: ignore[attr-defined]  # every subject here has one
    if to not in moves[came_from]:
        raise ValidationError(
            "A %(name)s that is %(came_from)s cannot become %(to)s.",
            code="move_not_allowed",
            params={
                "name": subject._meta.verbose_name,
                "came_from": came_from.replace("_", " "),
                "to": str(to).replace("_", " "),
            },
        )
