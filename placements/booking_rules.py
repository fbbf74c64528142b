"""What the rules of booking forbid, each with its code, in the order a person would ask.

Nothing here locks or writes. The verbs ask before they take a lock, so that a refusal
costs nobody else anything, and ask again to explain when somebody else was faster.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import clock, phrases, working_days
from accounts.models import Member, Organisation, Standing
from placements import group_sizes, priority
from placements.models import Booking, Cohort, Placement, Slot
from placements.states import (
    AGREED,
    CALLED_OFF,
    MAY_SHRINK,
    BookingState,
    PlacementState,
    SlotState,
)
from placements.words import Adjustment, CancelReason, DeclineReason

WORKING_DAYS_TO_ANSWER = 10
WORKING_DAYS_BEFORE_START = 2
# The hour in England at which an unanswered request lapses.
END_OF_WORK = time(17)
LONGEST_NOTE = 1000
LONGEST_COMMENT = 500


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a school asks for."""

    places: int
    year_group: int | None
    adjustments: Collection[str]
    note: str
    once: UUID
    # For how many of the places the students are of the kind that the slot's rule names.
    priority_students: int = 0
    # The rule that its form spoke of, where there was a form.
    counted_for: int | None = None
    # Whether it would wait if there are too few places, and with how few it would make do.
    wait: bool = False
    as_few_as: int | None = None
    # For whom it is made together with others.
    cohort: Cohort | None = None
    # The first and the last day as whoever asks has seen them.
    starts_on: date | None = None
    ends_on: date | None = None


def refuse_unless_bookable(
    slot: Slot, wanted: Wanted, school: Organisation, *, is_booked: bool | None = None
) -> None:
    """`is_booked`: whether the school has a booking there, where that was read already."""
    refuse_unless_any(slot, school, wait=wanted.wait, is_booked=is_booked)
    refuse_other_dates(slot, wanted.starts_on, wanted.ends_on)
    refuse_malformed(wanted)
    priority.refuse_other_rule(slot, wanted.counted_for)
    named = named_of(slot, wanted, school)
    _refuse_before_opening(slot, wanted, named)
    _refuse_wrong_year_group(slot.placement, wanted.year_group)
    group_sizes.refuse_large(slot, wanted.places)
    group_sizes.refuse_beyond_cap(slot.placement, slot.takes(wanted.places))
    group_sizes.refuse_small(slot.placement, wanted.places, wanted.as_few_as)
    if not wanted.wait:
        priority.refuse_too_few(slot, wanted.places, named)


def named_of(slot: Slot, wanted: Wanted, school: Organisation) -> int:
    """For how many of its places the slot's rule, if it has one, speaks of the group."""
    return priority.named(slot, school, places=wanted.places, students=wanted.priority_students)


def refuse_unless_any(
    slot: Slot, school: Organisation, *, wait: bool = False, is_booked: bool | None = None
) -> None:
    """What no answer to any question could mend."""
    may_be_named = slot.priority_id is not None and priority.may_be_named(slot, school)
    refuse_unless_open(slot, early=may_be_named)
    _refuse_second_booking(slot, school, is_booked=is_booked)
    if not wait:
        priority.refuse_too_few(slot, 1, named=int(may_be_named))


def refuse_unless_open(slot: Slot, *, early: bool = True) -> None:
    """Whoever asks, and however many places are left; `early` for those for whom it opens so."""
    _refuse_unless_published(slot.placement)
    _refuse_unless_taking_bookings(slot, early=early)
    _refuse_unless_answerable(slot)


def answer_by(slot: Slot) -> datetime:
    """When a request made now lapses: early enough for the school to find something else."""
    return _answer_by(clock.today(), slot.starts_on)


@lru_cache(maxsize=1024)
def _answer_by(today: date, starts_on: date) -> datetime:
    patience = working_days.after(today, WORKING_DAYS_TO_ANSWER)
    latest = working_days.before(starts_on, WORKING_DAYS_BEFORE_START)
    return timezone.make_aware(datetime.combine(min(patience, latest), END_OF_WORK))


def refuse_other_dates(slot: Slot, starts_on: date | None, ends_on: date | None) -> None:
    """Nobody says yes to dates that they have not seen; nothing is given where they said nothing."""
    days = (slot.starts_on, slot.ends_on)
    if (starts_on or days[0], ends_on or days[1]) != days:
        raise ValidationError(
            "The dates have changed to %(days)s since you looked. Nothing is booked there yet: ask"
            " again if they suit you.",
            code="dates_changed",
            params={"days": phrases.date_range(*days)},
        )


def refuse_malformed(wanted: Wanted) -> None:
    if wanted.places < 1:
        raise ValidationError("Ask for at least 1 place.", code="invalid")
    if set(wanted.adjustments) - set(Adjustment.values):
        raise ValidationError("Choose adjustments from the list.", code="invalid")
    if wanted.as_few_as is not None and not 1 <= wanted.as_few_as <= wanted.places:
        raise ValidationError(
            "Fewer places must be between 1 and the %(places)d you ask for.",
            code="as_few_as",
            params={"places": wanted.places},
        )
    if not 0 <= wanted.priority_students <= wanted.places:
        raise ValidationError(
            "They cannot be more than the %(places)d you ask for.",
            code="priority_students",
            params={"places": wanted.places},
        )
    refuse_too_long(wanted.note, at_most=LONGEST_NOTE)


def refuse_too_long(words: str, *, at_most: int) -> None:
    if len(words) > at_most:
        raise ValidationError(
            "Write %(at_most)d characters or fewer.", code="invalid", params={"at_most": at_most}
        )


def refuse_note(booking: Booking, words: str) -> None:
    if booking.state in CALLED_OFF:
        raise ValidationError("This booking has ended.", code="ended")
    if not words:
        raise ValidationError("Write your question or answer.", code="invalid")
    refuse_too_long(words, at_most=LONGEST_NOTE)


def refuse_unless_acceptable(booking: Booking, places: int) -> None:
    if booking.state == BookingState.OFFERED:
        raise ValidationError(
            "The school has not taken up these places yet.", code="move_not_allowed"
        )
    _refuse_late_answer(booking)
    refuse_unless_relied_on(booking)
    if not 1 <= places <= booking.places:
        raise ValidationError(
            "Accept between 1 place and the %(places)d they asked for.",
            code="invalid",
            params={"places": booking.places},
        )


def refuse_unless_due(
    reason: str, comment: str, reasons: type[DeclineReason | CancelReason]
) -> None:
    """A coded reason is always due, and words when the code says nothing."""
    if reason not in reasons.values:
        raise ValidationError("Choose a reason.", code="invalid")
    if reason == "other" and not comment.strip():
        raise ValidationError("Say what the other reason is.", code="invalid")
    refuse_too_long(comment, at_most=LONGEST_COMMENT)


def refuse_unless_cancellable(booking: Booking, by: Member) -> None:
    by_school = by.organisation_id == booking.school_id
    if booking.state == BookingState.REQUESTED and not by_school:
        raise ValidationError(
            "This request has not been answered: decline it instead.", code="move_not_allowed"
        )
    if booking.is_on_list and not by_school:
        raise ValidationError(
            "Only the school can leave the waiting list.", code="move_not_allowed"
        )
    if booking.state in AGREED and booking.slot.is_past:
        raise ValidationError(
            "These dates have passed, so there is nothing to cancel.", code="already_past"
        )


def refuse_unless_spare(booking: Booking, places: int) -> None:
    if booking.state not in MAY_SHRINK or booking.slot.starts_on <= clock.today():
        raise ValidationError(
            "Places can be given back until the placement starts.", code="move_not_allowed"
        )
    if not 1 <= places < booking.places:
        raise ValidationError(
            "Give back between 1 and %(most)d of your %(places)d places. To give back all of"
            " them, cancel the booking.",
            code="invalid",
            params={"most": booking.places - 1, "places": booking.places},
        )
    group_sizes.refuse_too_few_left(booking, booking.places - places)
    if (named := booking.students.count()) > booking.places - places:
        raise ValidationError(
            "You have named %(named)d students. Take the names off of those who will not come.",
            code="are_named",
            params={"named": named},
        )


def refuse_before_start(booking: Booking) -> None:
    if clock.today() < booking.slot.starts_on:
        raise ValidationError(
            "You can say who came once the placement has started.", code="not_started"
        )


def refuse_unless_marked_absent(booking: Booking) -> None:
    if booking.state != BookingState.NOT_ATTENDED:
        raise ValidationError(
            "Nobody said that this booking was not attended.", code="move_not_allowed"
        )


def _refuse_unless_published(placement: Placement) -> None:
    published = placement.state == PlacementState.PUBLISHED and not placement.is_suspended
    if not published or placement.provider.standing != Standing.GOOD:
        raise ValidationError("This placement is not taking bookings.", code="not_published")


def _refuse_unless_taking_bookings(slot: Slot, *, early: bool) -> None:
    if slot.state == SlotState.CANCELLED:
        raise ValidationError("These dates have been called off.", code="not_open")
    if clock.now() < (slot.first_opening if early else slot.opening):
        raise ValidationError(slot.when_it_opens, code="not_open")
    if not slot.is_taking_some_bookings:
        raise ValidationError("Booking has closed for these dates.", code="not_open")


def _refuse_before_opening(slot: Slot, wanted: Wanted, named: int) -> None:
    """Before it opens to all, a group may have the places that its priority is for."""
    if slot.takes(wanted.places) > named and not slot.is_open_to_all:
        raise ValidationError(slot.when_it_opens, code="priority_first")


def _refuse_unless_answerable(slot: Slot) -> None:
    if not slot.placement.confirms_at_once and answer_by(slot) <= clock.now():
        raise ValidationError(
            "These dates are too close for the host to answer a request.", code="not_open"
        )


def _refuse_wrong_year_group(placement: Placement, year_group: int | None) -> None:
    fits = placement.year_groups
    if year_group is not None and fits and year_group not in fits:
        raise ValidationError(
            "This placement is for Years %(first)d to %(last)d.",
            code="not_suitable_year_group",
            params={"first": fits[0], "last": fits[-1]},
        )


def _refuse_second_booking(slot: Slot, school: Organisation, *, is_booked: bool | None) -> None:
    if is_booked is None:
        is_booked = slot.bookings.live().filter(school=school).exists()
    if is_booked:
        raise ValidationError(
            "Your school already has a booking for these dates.", code="already_booked"
        )


def _refuse_late_answer(booking: Booking) -> None:
    if booking.is_unanswered:
        raise ValidationError("The time to answer this request has passed.", code="lapsed")


def refuse_unless_relied_on(booking: Booking) -> None:
    """Acceptance passes on contact details, so nobody concerned may be suspended."""
    placement = booking.slot.placement
    concerned = (placement.provider, booking.school)
    if placement.is_suspended or any(one.standing != Standing.GOOD for one in concerned):
        raise ValidationError(
            "Bookings here are suspended while a concern is looked into.", code="suspended"
        )
