"""What is told when somebody is asked to look at a workplace, and of what was found."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import clock, letters, links, outbox
from accounts.clock import ENGLAND
from accounts.letters import Entered, Letter, Terms
from accounts.models import Message, Organisation
from placements import desks, untold
from placements.models import Booking, CheckRequest, Placement, WorkplaceCheck
from placements.timetable import MORNING
from placements.words import Mode

# The purpose of the link in an assessor's mail: say what was found, without an account.
ASSESS = "assess_workplace"
LATE = "check_late"
UNANSWERED = "check_unanswered"
# Of a school that had asked its hub, and adds to it.
MORE = "check_told_more"
WHILE_OPEN = ("check_asked", LATE, UNANSWERED, "check_wanted", MORE)
# The link serves for some time after the day by which an answer was wanted.
GRACE = timedelta(days=30)


def asked_of_assessor(request: CheckRequest) -> None:
    until = last_moment(request)
    outbox.post("check_asked", to=request.email, about=request, expires_at=until)
    due = _morning_after(request.wanted_by)
    outbox.post(LATE, to=request.email, about=request, due_at=due, expires_at=until)
    outbox.post_to(
        UNANSWERED,
        organisation=request.asked_by.organisation,
        about=request,
        due_at=due,
        expires_at=until,
    )


def asked_of_desk(request: CheckRequest, desk: Organisation) -> None:
    outbox.post_to("check_wanted", organisation=desk, about=request)
    due = _morning_after(request.wanted_by)
    outbox.post_to("check_wanted", organisation=desk, about=request, due_at=due, key="late")


def told_more(request: CheckRequest, desk: Organisation) -> None:
    """The reminder comes after the day by which it is needed now."""
    outbox.unsay("check_wanted", about=request)
    asked_of_desk(request, desk)
    outbox.post_to(MORE, organisation=desk, about=request, key=clock.now().isoformat())


def answered(request: CheckRequest) -> None:
    """Those who asked learn what was found, or that nobody looks."""
    outbox.post_to("check_answered", organisation=request.asked_by.organisation, about=request)


def found_unsuitable(check: WorkplaceCheck, placement: Placement) -> None:
    """The hub hears of it at once: others may be about to send students there."""
    desk = desks.desk_of(placement)
    if desk and not check.is_by_a_desk:
        outbox.post_to("check_unsuitable", organisation=desk, about=placement, key=f"{check.pk}")


def last_moment(request: CheckRequest) -> datetime:
    return datetime.combine(request.wanted_by + GRACE, time(), tzinfo=ENGLAND)


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "Papers and checks")
    until = "30 days after an answer was wanted"
    late = partial(terms, due="at nine in the morning after an answer was wanted", until=until)
    asked = terms("an assessor", "a school asks them to look at a workplace", until=until)
    reminded = late("an assessor", "they have not said what they found")
    unanswered = late("whoever asked", "the assessor has not answered")
    wanted = terms(
        "the desk",
        "a school asks it to look at a workplace",
        due="at once, and at nine in the morning after an answer was wanted",
    )
    more = terms("the desk", "a school that had asked it adds to what it told")
    answered = terms(
        "whoever asked",
        "the workplace has been looked at, or will not be",
        urgent="if it is not suitable: students may be about to go there",
        is_urgent=_is_unsuitable,
    )
    unsuitable = terms(
        "the desk",
        "somebody else finds a workplace not suitable",
        urgent="students may be about to go there",
    )
    letters.register(Letter("check_asked", _with_link, _is_open, terms=asked, entered=ASSESSOR))
    letters.register(Letter(LATE, _with_link, _is_open, terms=reminded, entered=ASSESSOR))
    letters.register(Letter(UNANSWERED, _about, _is_open, terms=unanswered))
    letters.register(Letter("check_wanted", _about, _is_open, terms=wanted))
    letters.register(Letter(MORE, _about, _is_open, terms=more))
    letters.register(Letter("check_answered", _about, terms=answered))
    letters.register(
        Letter("check_unsuitable", _about_placement, _is_still_unsuitable, terms=unsuitable)
    )


def _asking(message: Message) -> UUID | None:
    request = CheckRequest.objects.select_related("asked_by").filter(pk=message.subject).first()
    return request.asked_by.organisation_id if request else None


def _ask_elsewhere(message: Message, email: str) -> None:
    request = CheckRequest.objects.get(pk=message.subject)
    asked_there = CheckRequest.objects.open().filter(
        workplace=request.workplace_id, asker=request.asker_id, email=email
    )
    if asked_there.exclude(pk=request.pk).exists():
        raise ValidationError("They have been asked about this workplace already.", code="asked")
    request.email = email
    request.save(update_fields=["email"])


def _checks(message: Message) -> str:
    request = CheckRequest.objects.filter(pk=message.subject).first()
    return reverse("placements:workplace-check", args=[request.placement_id]) if request else ""


ASSESSOR = Entered(_asking, _ask_elsewhere, page=_checks)


def _morning_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), MORNING, tzinfo=ENGLAND)


def _request(message: Message) -> CheckRequest:
    rows = CheckRequest.objects.select_related(
        "placement__provider", "workplace", "asked_by__organisation", "check_made"
    )
    return rows.get(pk=message.subject)


def _is_unsuitable(message: Message) -> bool:
    check = _request(message).check_made
    return check is not None and not check.is_suitable


def _is_open(message: Message) -> bool:
    return _request(message).is_open


def _about(message: Message) -> Mapping[str, Any]:
    request = _request(message)
    return {
        "request": request,
        "placement": request.placement,
        "workplace": request.workplace,
        "school": request.asked_by.organisation,
        "check": request.check_made,
        "is_late": request.is_overdue,
        "is_nameless": untold.is_untold(request.placement),
    }


def _with_link(message: Message) -> Mapping[str, Any]:
    words = _about(message)
    lives = last_moment(words["request"]) - clock.now()
    token = links.make(ASSESS, email=message.email, subject=message.subject, lives=lives)
    return {**words, "token": token}


def _placement(message: Message) -> Placement:
    return Placement.objects.select_related("provider", "workplace").get(pk=message.subject)


def _is_still_unsuitable(message: Message) -> bool:
    placement = _placement(message)
    if placement.mode == Mode.VIRTUAL:
        return False
    found = WorkplaceCheck.objects.at(placement.workplace_id).that_counts
    return found is not None and not found.is_suitable


def _about_placement(message: Message) -> Mapping[str, Any]:
    placement = _placement(message)
    return {
        "placement": placement,
        "workplace": placement.workplace,
        "check": WorkplaceCheck.objects.at(placement.workplace_id).that_counts,
        "is_nameless": untold.is_untold(placement),
        "found_by": Booking.objects.filter(
            slot__placement=placement, self_found__isnull=False
        ).first(),
    }
