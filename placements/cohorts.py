"""A cohort's places, booked on many dates in one go: all of them or none, or as many as there are.

Each line is an ordinary request, under the rules of `placements.bookings`; nothing is
decided here a second time. A refusal says beside each line why (`ValidationError` by slot).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member, Organisation
from placements import authority, bookings, counter, priority
from placements.models import Booking, Cohort, CohortMiss, Slot
from placements.models.cohorts import MOST_STUDENTS

MOST_LINES = 60
LONGEST_NAME = 60
LONGEST_WHY = 300
TAKEN_MEANWHILE = "Others were taken instead of these dates meanwhile."


@dataclass(frozen=True)
class Line:
    """So many places on these dates; on which ones, where somebody has seen them."""

    slot: Slot
    places: int
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Who goes: what every line asks for alike."""

    name: str
    students: int
    year_group: int
    adjustments: Collection[str] = ()
    note: str = ""
    # How many of the students are of the kind that a rule names, by the rules that it was asked of.
    priority_students: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One form: its lines in the order in which their slots are locked, everywhere."""

    lines: Sequence[Line]
    group: Group
    by: Member
    once: UUID
    wait: bool = False
    # For how many of a line's places the students are of the kind that its slot's rule names.
    counted: Mapping[UUID, int] = field(default_factory=dict)
    # Why a line could not be booked, by its slot.
    refused: dict[UUID, ValidationError] = field(default_factory=dict)

    def once_for(self, line: Line) -> UUID:
        """The form sent twice asks for each line once."""
        return uuid5(self.once, str(line.slot.pk))


def book_all(
    lines: Collection[Line],
    *,
    group: Group,
    by: Member,
    together: bool,
    once: UUID,
    cohort: Cohort | None = None,
    wait: bool = False,
) -> Cohort:
    """Book every line or none (`together`), or whichever can be; for a cohort there is, or a new one.

    With `wait`, a line for which there are too few places joins the waiting list of its dates.
    """
    if not authority.may_book(by) or (cohort and not authority.may_plan(by, cohort)):
        raise PermissionDenied
    _refuse_malformed(lines, group)
    in_order = sorted(lines, key=lambda line: line.slot.pk)
    counted = share_out_counted(lines, group.priority_students)
    asked = Asked(in_order, group, by, once, wait=wait and not together, counted=counted)
    return _book_together(asked, cohort) if together else _book_each(asked, cohort)


@transaction.atomic
def book_instead(
    miss: CohortMiss,
    slot: Slot,
    *,
    by: Member,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Booking:
    """Other dates in place of those that could not be had, with all else as it was asked."""
    cohort = miss.cohort
    if not authority.may_plan(by, cohort):
        raise PermissionDenied
    once = uuid5(cohort.once, f"{miss.pk} {slot.pk}")
    # Of two clicks for one miss the second comes after the first.
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    if earlier := cohort.bookings.filter(once=once).first():
        return earlier
    like = asked_like(cohort)
    booking = bookings.request(
        slot,
        places=miss.places,
        by=by,
        note=like.note if like else "",
        year_group=cohort.year_group,
        adjustments=like.adjustments if like else (),
        once=once,
        cohort=cohort,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    gone, _ = CohortMiss.objects.filter(pk=miss.pk).delete()
    if not gone:
        raise ValidationError(TAKEN_MEANWHILE, code="stale")
    return booking


def asked_like(cohort: Cohort) -> Booking | None:
    """What was asked for last, as which the next is asked for too."""
    return cohort.bookings.order_by("-asked_at", "pk").first()


def share_out(
    students: int, slots: Iterable[Slot], *, school: Organisation | None = None
) -> dict[UUID, int]:
    """A proposal: the soonest dates first, as many on each as one school may have; of kept
    places, and of dates that are open early for some, only where the rule speaks of every student
    of the school, for of others nobody has counted yet."""
    shared = {}
    for slot in sorted(slots, key=lambda slot: (slot.starts_on, slot.pk)):
        are_named = bool(school and slot.priority and priority.names_all_of(slot.priority, school))
        left = priority.room_in(slot).for_students(slot.places if are_named else 0)
        if not (are_named or slot.is_open_to_all):
            left = 0
        cap = slot.placement.most_places_per_school
        fits = left if cap is None else min(left, cap)
        if (places := min(students, fits)) >= (slot.placement.fewest_places_per_school or 1):
            shared[slot.pk] = places
            students -= places
    return shared


def share_out_counted(lines: Iterable[Line], students: Mapping[int, int]) -> dict[UUID, int]:
    """Those whom a rule names go first where places are kept for them or they alone may ask yet,
    then to the soonest dates."""
    left, shared = dict(students), dict.fromkeys((line.slot.pk for line in lines), 0)
    soonest = sorted(lines, key=lambda line: (line.slot.starts_on, line.slot.pk))
    counting = [line for line in soonest if line.slot.priority_id in left]
    for where_needed in (True, False):
        for line in counting:
            slot = line.slot
            most = min(line.places, _only_for_some(slot)) if where_needed else line.places
            more = min(most - shared[slot.pk], left[slot.priority_id])  # type: ignore[index]  # it is in there
            shared[slot.pk] += more
            left[slot.priority_id] -= more  # type: ignore[index]  # as above
    return shared


def _only_for_some(slot: Slot) -> int:
    """How many students at most can come to it only by its rule."""
    places = slot.kept_now if slot.is_open_to_all else slot.places
    return places * (slot.largest_group or 1)


@transaction.atomic
def _book_together(asked: Asked, cohort: Cohort | None) -> Cohort:
    cohort = _of(asked, cohort)
    counter.lock_in_order(*(line.slot for line in asked.lines))
    for line in asked.lines:
        _request(line, asked, cohort)
    _refuse_if_any(asked)
    _note_misses(asked, cohort)
    return cohort


def _book_each(asked: Asked, cohort: Cohort | None) -> Cohort:
    """A crash on the way loses nothing: the form sent again goes on where it ended."""
    is_new = cohort is None
    cohort = _of(asked, cohort)
    booked = [_request(line, asked, cohort) for line in asked.lines]
    if not any(booked):
        if is_new and not cohort.bookings.exists():
            cohort.delete()
        _refuse_if_any(asked)
    _note_misses(asked, cohort)
    return cohort


def _of(asked: Asked, cohort: Cohort | None) -> Cohort:
    """The cohort as this form describes it; made once, however often the form is sent."""
    group = asked.group
    says = {
        "name": group.name.strip(),
        "students": group.students,
        "year_group": group.year_group,
    }
    if cohort is None:
        first = {**says, "school": asked.by.organisation, "made_by": asked.by}
        cohort, _ = Cohort.objects.get_or_create(
            once=asked.once, defaults={**first, "made_at": clock.now()}
        )
        if not authority.may_plan(asked.by, cohort):
            raise ValidationError("This form belongs to somebody else.", code="key_reused")
        return cohort
    for name, value in says.items():
        setattr(cohort, name, value)
    cohort.save(update_fields=list(says))
    return cohort


def _request(line: Line, asked: Asked, cohort: Cohort) -> Booking | None:
    try:
        return bookings.request(
            line.slot,
            places=line.places,
            by=asked.by,
            note=asked.group.note,
            year_group=asked.group.year_group,
            adjustments=asked.group.adjustments,
            once=asked.once_for(line),
            wait=asked.wait,
            priority_students=asked.counted.get(line.slot.pk, 0),
            counted_for=_counted_for(line.slot, asked.group),
            cohort=cohort,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
        )
    except ValidationError as refusal:
        asked.refused[line.slot.pk] = refusal
        return None


def _counted_for(slot: Slot, group: Group) -> int | None:
    """The rule of which the school was asked: a host may choose another meanwhile."""
    return slot.priority_id if slot.priority_id in group.priority_students else None


def _refuse_if_any(asked: Asked) -> None:
    if asked.refused:
        raise ValidationError({str(slot): why for slot, why in asked.refused.items()})


@transaction.atomic
def _note_misses(asked: Asked, cohort: Cohort) -> None:
    """What this cohort still lacks, and why; a line that was booked since is no miss any more."""
    slots = [line.slot.pk for line in asked.lines]
    CohortMiss.objects.filter(cohort=cohort, slot__in=slots).delete()
    # Of a form that was sent twice at once, either says the same.
    misses = [
        CohortMiss(
            cohort=cohort,
            slot=line.slot,
            places=line.places,
            why=asked.refused[line.slot.pk].messages[0][:LONGEST_WHY],
            missed_at=clock.now(),
        )
        for line in asked.lines
        if line.slot.pk in asked.refused
    ]
    CohortMiss.objects.bulk_create(misses, ignore_conflicts=True)


def _refuse_malformed(lines: Collection[Line], group: Group) -> None:
    if not lines:
        raise ValidationError("Enter how many places you need on at least one date.", code="empty")
    if len(lines) > MOST_LINES:
        raise ValidationError(
            "Book at most %(most)d dates in one go.", code="too_many", params={"most": MOST_LINES}
        )
    if len({line.slot.pk for line in lines}) < len(lines):
        raise ValidationError("Name each of the dates once.", code="invalid")
    if not group.name.strip() or len(group.name.strip()) > LONGEST_NAME:
        raise ValidationError("Give the cohort a short name.", code="no_name")
    if not 1 <= group.students <= MOST_STUDENTS:
        raise ValidationError(
            "A cohort has between 1 and %(most)d students.",
            code="students",
            params={"most": MOST_STUDENTS},
        )
    if any(not 0 <= some <= group.students for some in group.priority_students.values()):
        raise ValidationError(
            "They cannot be more than the %(students)d who want a place.",
            code="priority_students",
            params={"students": group.students},
        )
