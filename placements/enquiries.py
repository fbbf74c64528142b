"""The verbs of enquiries: a school asks several providers at once, and each answers.

Asking locks the school, so that two questions sent at one moment are counted one after the
other. Every later verb locks the enquiry and then the answers that it changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member, Organisation
from placements import authority, booking_rules, enquiry_notices, enquiry_rules, lifecycle
from placements.enquiry_rules import Question
from placements.models import Enquiry, EnquiryAnswer, Placement, Slot
from placements.states import AnswerState, EnquiryState
from placements.words import DeclineReason


@transaction.atomic
def ask(
    placements: Collection[Placement],
    *,
    question: str,
    places: int,
    year_group: int,
    by: Member,
    first_day: date | None = None,
    last_day: date | None = None,
    adjustments: Collection[str] = (),
    once: UUID | None = None,
) -> Enquiry:
    """Put one question to the providers of these placements, each of whom is asked once."""
    if not authority.may_enquire(by):
        raise PermissionDenied
    asked = Question(
        words=question.strip(),
        places=places,
        year_group=year_group,
        first_day=first_day,
        last_day=last_day,
        adjustments=adjustments,
        once=once or uuid4(),
    )
    enquiry_rules.refuse_malformed(asked)
    school = Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation_id)
    if earlier := _sent_before(asked, school):
        return earlier
    of_each = _of_each_provider({one.pk for one in placements})
    enquiry_rules.refuse_where_nobody_answers(of_each)
    enquiry_rules.refuse_flood(of_each, school)
    return _put(asked, of_each, school, by)


@transaction.atomic
def say_yes(
    answer: EnquiryAnswer,
    *,
    by: Member,
    note: str = "",
    placement: Placement | None = None,
    slot: Slot | None = None,
) -> EnquiryAnswer:
    """We can; perhaps with the placement or the dates that would suit."""
    if not authority.may_answer_enquiry(by, answer):
        raise PermissionDenied
    answer = _held(answer)
    enquiry_rules.refuse_unless_unanswered(answer)
    enquiry_rules.refuse_unless_relied_on(answer)
    enquiry_rules.refuse_unless_theirs(answer, placement, slot)
    booking_rules.refuse_too_long(note, at_most=enquiry_rules.LONGEST_NOTE)
    answer.placement, answer.slot = placement, slot
    _write_down(answer, AnswerState.YES, note=note, by=by)
    return answer


@transaction.atomic
def say_no(answer: EnquiryAnswer, *, reason: str, by: Member, comment: str = "") -> EnquiryAnswer:
    """We cannot, because."""
    if not authority.may_answer_enquiry(by, answer):
        raise PermissionDenied
    answer = _held(answer)
    enquiry_rules.refuse_unless_unanswered(answer)
    booking_rules.refuse_unless_due(reason, comment, DeclineReason)
    answer.reason = reason
    _write_down(answer, AnswerState.NO, note=comment, by=by)
    return answer


@transaction.atomic
def close(enquiry: Enquiry, *, by: Member) -> Enquiry:
    """The school has decided, or asks no more: whoever may still be waiting is told."""
    if not authority.may_close_enquiry(by, enquiry):
        raise PermissionDenied
    enquiry = _locked(enquiry.pk)
    lifecycle.move(enquiry, EnquiryState.CLOSED, by=by)
    for answer in _unanswered(enquiry):
        lifecycle.move(answer, AnswerState.WITHDRAWN, by=by)
        enquiry_notices.call_off(answer)
    enquiry_notices.closed(enquiry)
    return enquiry


def lapse_unanswered() -> int:
    """End the enquiries whose time is up; say how many."""
    overdue = Enquiry.objects.overdue_at(clock.now()).order_by("answer_by", "pk")
    return sum(_lapse(pk) for pk in overdue.values_list("pk", flat=True))


def _sent_before(asked: Question, school: Organisation) -> Enquiry | None:
    earlier = Enquiry.objects.filter(once=asked.once).first()
    if earlier and earlier.school_id != school.pk:
        raise ValidationError("This form belongs to somebody else.", code="key_reused")
    return earlier


def _of_each_provider(wanted: Collection[UUID]) -> dict[Organisation, list[Placement]]:
    found = list(
        Placement.objects.published()
        .filter(pk__in=wanted)
        .select_related("provider")
        .order_by("provider__name", "title", "pk")
    )
    enquiry_rules.refuse_unless_askable(wanted, found)
    of_each: dict[Organisation, list[Placement]] = defaultdict(list)
    for placement in found:
        of_each[placement.provider].append(placement)
    return of_each


def _put(
    asked: Question,
    of_each: dict[Organisation, list[Placement]],
    school: Organisation,
    by: Member,
) -> Enquiry:
    now = clock.now()
    enquiry = Enquiry.objects.create(
        school=school,
        asked_by=by,
        question=asked.words,
        places=asked.places,
        year_group=asked.year_group,
        first_day=asked.first_day,
        last_day=asked.last_day,
        adjustments=list(asked.adjustments),
        asked_at=now,
        answer_by=now + enquiry_rules.TIME_TO_ANSWER,
        once=asked.once,
    )
    lifecycle.begin(enquiry, by=by)
    for provider, theirs in of_each.items():
        answer = EnquiryAnswer.objects.create(enquiry=enquiry, provider=provider)
        answer.placements.set(theirs)
        lifecycle.begin(answer, by=by)
        enquiry_notices.asked(answer)
    return enquiry


def _held(answer: EnquiryAnswer) -> EnquiryAnswer:
    """The answer as it is now, with its enquiry's row locked and then its own."""
    enquiry = _locked(answer.enquiry_id)
    rows = EnquiryAnswer.objects.select_related("provider").filter(pk=answer.pk)
    held = rows.select_for_update(of=("self",), no_key=True).get()
    held.enquiry = enquiry
    return held


def _locked(enquiry: UUID) -> Enquiry:
    rows = Enquiry.objects.select_related("school", "asked_by__user").filter(pk=enquiry)
    return rows.select_for_update(of=("self",), no_key=True).get()


def _unanswered(enquiry: Enquiry) -> Iterable[EnquiryAnswer]:
    rows = EnquiryAnswer.objects.unanswered().filter(enquiry=enquiry).order_by("pk")
    return rows.select_for_update(no_key=True)


def _write_down(answer: EnquiryAnswer, to: AnswerState, *, note: str, by: Member) -> None:
    answer.note = note.strip()
    answer.answered_at, answer.answered_by = clock.now(), by
    answer.save(update_fields=["answered_at", "answered_by", "reason", "note", "placement", "slot"])
    lifecycle.move(answer, to, by=by, reason=answer.reason, comment=answer.note)
    enquiry_notices.call_off(answer)
    if not _unanswered(answer.enquiry):
        lifecycle.move(answer.enquiry, EnquiryState.OVER, by=None)
    enquiry_notices.answered(answer)


@transaction.atomic
def _lapse(pk: UUID) -> bool:
    enquiry = _locked(pk)
    if enquiry.state != EnquiryState.OPEN:
        return False
    for answer in _unanswered(enquiry):
        lifecycle.move(answer, AnswerState.LAPSED, by=None)
        enquiry_notices.call_off(answer)
    lifecycle.move(enquiry, EnquiryState.OVER, by=None)
    enquiry_notices.over(enquiry)
    return True
