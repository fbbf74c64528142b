"""Asking parents and carers, and what they say; by a link that needs no account.

A link is made when it is handed out or mailed, serves for one answer, and ends when the first
day begins. Whoever said yes may take it back on the same page until then. Looking changes
nothing. A parent's name is never asked for, and an address is wiped once they have answered.
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import clock, forgetting, links, outbox, phrases
from accounts.models import Member, OneTimeLink
from placements import authority, consent_notices, paperwork, students
from placements.consent_notices import ASKED, CONSENT
from placements.models import Booking, Consent, NamedStudent
from placements.models.bookings import BookingQuerySet
from placements.states import AGREED
from placements.words import ConsentAnswer, ConsentRefusal

# What a parent agrees to in a listing: the place, the hours, and who looks after students.
TOLD_TO_PARENTS = frozenset(
    {"workplace", "mode", "takes_part", "starts_at", "ends_at", "supervision"}
)
# How long before a school writes down what a student found a parent may have signed for it.
FOUND_BEFORE = timedelta(days=183)
UNANSWERED = {
    "answer": ConsentAnswer.NONE,
    "answered_at": None,
    "first_day": None,
    "last_day": None,
    "asked_at": None,
    "on_paper": False,
    "signed_on": None,
    "recorded_by": None,
}


class Opened(NamedTuple):
    """A link that is good for something: an answer, or the page that shows it."""

    link: OneTimeLink
    student: NamedStudent

    @property
    def is_used(self) -> bool:
        return self.link.used_at is not None


class HandedOut(NamedTuple):
    student: NamedStudent
    token: str


@transaction.atomic
def ask_by_mail(student: NamedStudent, *, email: str, by: Member) -> None:
    """Owe a parent a mail with a link of its own."""
    student = _held(student, by)
    _refuse_late(student.booking)
    consent = student.consent
    consent.asked_at, consent.keeps_address = clock.now(), True
    consent.save(update_fields=["asked_at", "keeps_address"])
    consent_notices.asked(
        student, email=email, until=consent_notices.first_moment(student.booking.slot)
    )


@transaction.atomic
def hand_out(booking: Booking, *, by: Member) -> list[HandedOut]:
    """A fresh link for every student whose parent has not agreed. Each is told only once."""
    _refuse_strangers(booking, by)
    booking = students.held(booking)
    students.refuse_unless_coming(booking)
    _refuse_late(booking)
    named = booking.students.still_named().select_related("consent")
    waiting = [student for student in named if not student.consent.holds_for(booking.slot)]
    lives = consent_notices.first_moment(booking.slot) - clock.now()
    Consent.objects.filter(student__in=waiting).update(asked_at=clock.now())
    tokens = links.make_all(CONSENT, subjects=[str(one.pk) for one in waiting], lives=lives)
    return [HandedOut(*one) for one in zip(waiting, tokens, strict=True)]


@transaction.atomic
def record_paper(
    student: NamedStudent, *, answer: str, signed_on: date, by: Member, reason: str = ""
) -> None:
    """Write down what a parent signed on paper, which the school keeps."""
    student = _held(student, by)
    if signed_on > clock.today():
        raise ValidationError("The day must be today or in the past.", code="in_the_future")
    _refuse_signed_before(student.booking, signed_on)
    consent = student.consent
    _note(consent, answer, reason, student.booking)
    consent.on_paper, consent.signed_on, consent.recorded_by = True, signed_on, by
    consent.save()
    stop_asking(student)
    paperwork.settle(student.booking)


@transaction.atomic
def remove(student: NamedStudent, *, by: Member) -> None:
    """Take a student off the booking, with all that was asked about them."""
    student = _held(student, by)
    # Students look back from then on, and a host that has read numbers would read who left them.
    if student.booking.slot.ends_on <= clock.today():
        raise ValidationError("The last day has come. Say who came instead.", code="already_past")
    stop_asking(student)
    student.delete()
    paperwork.settle(student.booking)


@transaction.atomic
def stop_links(booking: Booking, *, by: Member) -> None:
    """Make every link about this booking's students worthless."""
    _refuse_strangers(booking, by)
    for student in students.held(booking).students.all():
        stop_asking(student)


def opened(token: str) -> Opened | None:
    link = links.known(token, CONSENT)
    if link is None:
        return None
    named = NamedStudent.objects.still_named().filter(pk=link.subject)
    student = named.select_related(
        "consent",
        "booking__school",
        "booking__slot__placement__provider",
        "booking__slot__placement__workplace",
    ).first()
    if student is None or not may_answer(student.booking):
        return None
    found = Opened(link, student)
    # What this link answered counts no more: there is another to come.
    is_outdated = found.is_used and student.consent.answer == ConsentAnswer.NONE
    return None if is_outdated else found


@transaction.atomic
def answer(found: Opened, *, answer: str, reason: str = "") -> Consent:
    """Take a parent's answer; of two at once the second is too late."""
    booking = students.held(found.student.booking)
    if not may_answer(booking):
        raise ValidationError("It is too late to answer.", code="link_spent")
    links.use(found.link)
    consent = Consent.objects.select_for_update().get(student=found.student)
    _note(consent, answer, reason, booking)
    consent.on_paper, consent.signed_on, consent.recorded_by = False, None, None
    consent.save()
    stop_asking(found.student)
    paperwork.settle(booking)
    if answer == ConsentAnswer.NO:
        consent_notices.refused(found.student)
    return consent


@transaction.atomic
def take_back(found: Opened) -> Consent:
    """A parent changes their mind, until the first day begins."""
    booking = students.held(found.student.booking)
    consent = Consent.objects.select_for_update().get(student=found.student)
    if not (may_answer(booking) and consent.answer == ConsentAnswer.YES):
        raise ValidationError("There is nothing to take back.", code="move_not_allowed")
    consent.answer, consent.answered_at = ConsentAnswer.WITHDRAWN, clock.now()
    consent.save(update_fields=["answer", "answered_at"])
    consent_notices.refused(found.student)
    return consent


def is_overtaken(token: str) -> bool:
    """What the link asked about has changed since, and the school has not asked anew."""
    link = links.ever(token, CONSENT)
    if link is None or not (link.used_at or link.revoked_at):
        return False
    named = NamedStudent.objects.still_named().select_related("consent", "booking__slot")
    student = named.filter(pk=link.subject).first()
    return student is not None and student.consent.is_unasked and may_answer(student.booking)


def ask_anew(bookings: BookingQuerySet) -> None:
    """Where and how is no more what parents agreed to: a yes to what is to come counts no more,
    and links that are out end, since a page that is open tells of it as it was.

    Whoever changes that calls this, inside the change. A no stands. The school hears of it.
    """
    to_come = bookings.filter(state__in=AGREED, slot__starts_on__gt=clock.today())
    held = to_come.select_for_update(of=("self",), no_key=True).order_by("pk")
    by_pk = {booking.pk: booking for booking in held}
    of = dict(
        NamedStudent.objects.still_named().filter(booking__in=by_pk).values_list("pk", "booking_id")
    )
    consents = Consent.objects.filter(student__booking__in=by_pk)
    asked = Q(answer=ConsentAnswer.NONE, asked_at__isnull=False)
    overtaken = consents.filter(Q(answer=ConsentAnswer.YES) | asked)
    told = set(overtaken.values_list("student__booking_id", flat=True))
    overtaken.update(**UNANSWERED)
    # A question that has not left yet would be one that the school did not ask.
    outbox.unsay_all([ASKED], about=map(str, of))
    ended = links.revoke_all(CONSENT, subjects=map(str, of))
    told |= {booking for student, booking in of.items() if str(student) in ended}
    consent_notices.outdated([booking for pk, booking in by_pk.items() if pk in told])


def stop_asking(student: NamedStudent) -> None:
    """Nothing more is asked: links that are out are worthless, and addresses are wiped."""
    links.revoke(CONSENT, subject=str(student.pk))
    forget_addresses(student)


def forget_addresses(student: NamedStudent) -> None:
    forgetting.forget(ASKED, about=student)
    links.forget(CONSENT, subject=str(student.pk))
    Consent.objects.filter(student=student).update(keeps_address=False)


def forget_all_addresses() -> int:
    """Wipe what is kept of parents for a start that has passed, or will not be; say how many."""
    over = Q(booking__slot__starts_on__lte=clock.today()) | ~Q(booking__state__in=AGREED)
    kept = NamedStudent.objects.filter(over, consent__keeps_address=True)
    for student in kept:
        forget_addresses(student)
    return len(kept)


def _held(student: NamedStudent, by: Member) -> NamedStudent:
    """The student as they are now, with the booking locked; refused to all but their school."""
    _refuse_strangers(student.booking, by)
    booking = students.held(student.booking)
    students.refuse_unless_coming(booking)
    found = booking.students.still_named().select_related("consent").filter(pk=student.pk).first()
    if found is None:
        raise ValidationError("This student is no longer on the booking.", code="stale")
    found.booking = booking
    return found


def _refuse_strangers(booking: Booking, by: Member) -> None:
    if not authority.may_name_students(by, booking):
        raise PermissionDenied


def _note(consent: Consent, answer: str, reason: str, booking: Booking) -> None:
    if answer not in (ConsentAnswer.YES, ConsentAnswer.NO):
        raise ValidationError("Choose yes or no.", code="invalid")
    if answer == ConsentAnswer.NO and reason not in ConsentRefusal.values:
        raise ValidationError("Choose a reason.", code="reason_missing")
    agreed = answer == ConsentAnswer.YES
    slot = booking.slot
    consent.answer, consent.answered_at = answer, clock.now()
    consent.reason = "" if agreed else reason
    consent.first_day, consent.last_day = (slot.starts_on, slot.ends_on) if agreed else (None, None)


def _refuse_signed_before(booking: Booking, signed_on: date) -> None:
    """A parent agrees to these dates at this place, so not before anybody had asked for them, nor
    before they were moved here. What a student found may have been agreed at home before the
    school wrote it down."""
    redated_at = booking.slot.redated_at
    asked_on = timezone.localdate(max(booking.asked_at, redated_at or booking.asked_at))
    if booking.slot.placement.provider.is_found:
        asked_on -= FOUND_BEFORE
    if signed_on < asked_on:
        raise ValidationError(
            "The day must not be before %(day)s: nobody knew of these dates.",
            code="signed_before",
            params={"day": phrases.long_date(asked_on)},
        )


def may_answer(booking: Booking) -> bool:
    return booking.state in AGREED and clock.today() < booking.slot.starts_on


def _refuse_late(booking: Booking) -> None:
    if not may_answer(booking):
        raise ValidationError(
            "The first day has come: record what parents signed on paper.", code="already_started"
        )
