"""Asking somebody to look at a workplace: a specialist by a link, or the hub at its desk.

The assessor needs no account: the link of its mail serves for one answer, which is the
assessor's word and is kept as that. Looking at the page changes nothing.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import clock, links, outbox
from accounts.models import Member, OneTimeLink
from placements import check_notices, checks, desks, untold
from placements.check_notices import ASSESS
from placements.models import CheckRequest, Placement, WorkplaceCheck
from placements.models.check_requests import CheckRequestQuerySet
from placements.words import AskedEnd, CheckBasis

LONGEST_WAIT = timedelta(days=180)
LONGEST_WORDS = 300
# All that one school says of one workplace, until somebody has looked.
LONGEST_NOTE = 3000


class Opened(NamedTuple):
    link: OneTimeLink
    request: CheckRequest


@transaction.atomic
def ask_assessor(
    placement: Placement, *, assessor: str, email: str, wanted_by: date, by: Member, note: str = ""
) -> CheckRequest:
    """Ask an organisation that looks at workplaces for others."""
    checks.refuse_strangers(placement, by)
    if untold.is_kept_from(by, placement):
        raise ValidationError(
            "The employer has not agreed that you learn who it is. The school can ask one.",
            code="untold",
        )
    if not (assessor.strip() and email.strip()):
        raise ValidationError("Name the assessor, and where we write to.", code="nobody_to_answer")
    made = _made(placement, wanted_by, by, note, assessor=assessor.strip(), email=email.lower())
    check_notices.asked_of_assessor(made)
    return made


@transaction.atomic
def ask_desk(placement: Placement, *, wanted_by: date, by: Member, note: str = "") -> CheckRequest:
    """Ask the hub whose area the workplace lies in; or, while it has not looked, tell it more."""
    checks.refuse_strangers(placement, by)
    desk = desks.desk_of(placement)
    if desk is None or desk == by.organisation:
        raise ValidationError("No hub answers for this workplace yet.", code="nobody_to_answer")
    if asked := _still_asked(placement, by):
        _tell_more(asked, wanted_by, note)
        check_notices.told_more(asked, desk)
        return asked
    made = _made(placement, wanted_by, by, note)
    check_notices.asked_of_desk(made, desk)
    return made


@transaction.atomic
def take_back(request: CheckRequest, *, by: Member) -> CheckRequest:
    """It is not needed any more."""
    if not (by.may_write and by.organisation_id == request.asked_by.organisation_id):
        raise PermissionDenied
    request = _held(request)
    _end(request, AskedEnd.TAKEN_BACK)
    return request


def visible_to(member: Member) -> QuerySet[CheckRequest]:
    """Those of one's own organisation."""
    mine = CheckRequest.objects.filter(asked_by__organisation=member.organisation_id)
    return mine.select_related("asked_by", "workplace", "placement")


def of(placement: Placement, *, by: Member) -> CheckRequestQuerySet:
    """What was asked about this workplace, as far as it concerns whoever reads."""
    asked = CheckRequest.objects.filter(workplace=placement.workplace_id).select_related(
        "asked_by__organisation"
    )
    is_desk = by.organisation.is_hub or by.organisation.is_national_team
    return asked if is_desk else asked.filter(asked_by__organisation=by.organisation_id)


def opened(token: str) -> Opened | None:
    link = links.open(token, ASSESS)
    if link is None:
        return None
    rows = CheckRequest.objects.open().select_related(
        "workplace", "placement__provider", "asked_by__organisation"
    )
    request = rows.filter(pk=link.subject).first()
    return Opened(link, request) if request else None


@transaction.atomic
def answer(found: Opened, **facts: Any) -> WorkplaceCheck:
    """Take an assessor's finding."""
    links.use(found.link)
    request = _held(found.request)
    facts["conditions"] = facts.get("conditions", "").strip()
    made = WorkplaceCheck(
        workplace=request.workplace,
        basis=CheckBasis.SPECIALIST,
        assessor=request.assessor,
        by_assessor=True,
        recorded_by=request.asked_by,
        **facts,
    )
    checks.write_down(made, request.placement)
    _end(request, AskedEnd.LOOKED, check_made=made)
    check_notices.answered(request)
    return made


@transaction.atomic
def cannot(found: Opened, *, words: str) -> CheckRequest:
    """The assessor cannot do it, and says why."""
    if not words.strip() or len(words) > LONGEST_WORDS:
        raise ValidationError("Say why, in 300 characters.", code="invalid")
    links.use(found.link)
    request = _held(found.request)
    request.words = words.strip()
    _end(request, AskedEnd.CANNOT)
    check_notices.answered(request)
    return request


def end_unanswered() -> int:
    """End what an assessor can answer no longer, since its link has ended; say how many.

    Whoever asked was told the day after it was wanted, and may ask again.
    """
    silent = CheckRequest.objects.open().of_assessors_until(clock.today() - check_notices.GRACE)
    return sum(_end_unanswered(request) for request in silent.order_by("wanted_by", "pk"))


@transaction.atomic
def _end_unanswered(request: CheckRequest) -> bool:
    rows = CheckRequest.objects.open().select_for_update(of=("self",), no_key=True)
    held = rows.filter(pk=request.pk).first()
    if held:
        _end(held, AskedEnd.UNANSWERED)
    return held is not None


def _made(
    placement: Placement,
    wanted_by: date,
    by: Member,
    note: str,
    *,
    assessor: str = "",
    email: str = "",
) -> CheckRequest:
    _refuse_odd_day(wanted_by)
    workplace = placement.workplace
    assert workplace is not None  # noqa: S101 -- whoever may know of it has seen one.
    try:
        with transaction.atomic():
            return CheckRequest.objects.create(
                placement=placement,
                workplace=workplace,
                assessor=assessor,
                email=email,
                note=note.strip(),
                wanted_by=wanted_by,
                asked_by=by,
                asker=by.organisation,
                asked_at=clock.now(),
            )
    except IntegrityError as clash:
        raise _asked_already() from clash


def _still_asked(placement: Placement, by: Member) -> CheckRequest | None:
    """What this school has asked its hub, and nobody has looked at yet."""
    asked = CheckRequest.objects.open().of_a_desk()
    asked = asked.filter(workplace=placement.workplace, asker=by.organisation)
    return asked.select_for_update(of=("self",), no_key=True).first()


def _tell_more(asked: CheckRequest, wanted_by: date, note: str) -> None:
    """Add what is new to it; the sooner of two days is when it is needed."""
    _refuse_odd_day(wanted_by)
    known = {line.strip() for line in asked.note.splitlines()}
    news = [line for line in note.strip().splitlines() if line.strip() not in known]
    if not news and wanted_by >= asked.wanted_by:
        raise _asked_already()
    asked.note = "\n\n".join(filter(None, [asked.note, "\n".join(news)]))
    if len(asked.note) > LONGEST_NOTE:
        raise ValidationError(
            "You have told them very much already. Speak with them.", code="too_much"
        )
    asked.wanted_by = min(asked.wanted_by, wanted_by)
    asked.save(update_fields=["note", "wanted_by"])


def _refuse_odd_day(wanted_by: date) -> None:
    if not clock.today() <= wanted_by <= clock.today() + LONGEST_WAIT:
        raise ValidationError("Choose a day within half a year.", code="wanted_by")


def _asked_already() -> ValidationError:
    return ValidationError(
        "You have asked them about this workplace already, and they have not answered yet.",
        code="already_asked",
    )


def _held(request: CheckRequest) -> CheckRequest:
    rows = CheckRequest.objects.select_related(
        "workplace", "placement__provider", "asked_by__organisation"
    )
    held = rows.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    if not held.is_open:
        raise ValidationError("This has been answered already.", code="already_answered")
    return held


def _end(request: CheckRequest, how: AskedEnd, *, check_made: WorkplaceCheck | None = None) -> None:
    request.ended_at, request.ended_as, request.check_made = clock.now(), how, check_made
    request.save(update_fields=["ended_at", "ended_as", "check_made", "words"])
    links.revoke(ASSESS, subject=str(request.pk))
    for kind in check_notices.WHILE_OPEN:
        outbox.unsay(kind, about=request)
