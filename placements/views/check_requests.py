"""Having a workplace looked at: the talk with a host, and asking the hub or an assessor."""

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import limits
from accounts.http import acting
from accounts.models import Member
from placements import authority, check_requests, checks, guided_checks, untold
from placements.forms.booking import put_back
from placements.forms.checks import ASSESSOR, AskForCheck, TalkThrough
from placements.models import Placement, WorkplaceCheck
from placements.views.booking_steps import GET_OR_POST, typed

CONCERNS = {
    "nobody_to_answer": "whom",
    "already_asked": "whom",
    "wanted_by": "wanted_by",
    "too_much": "note",
    "untold": "assessor",
}


@require_http_methods(GET_OR_POST)
def talk_through(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Six questions; the answers are a check, or go to the hub."""
    member = acting(request)
    placement = checkable(member, pk)
    form = TalkThrough(typed(request))
    if form.is_valid():
        try:
            made = guided_checks.talk_through(
                placement,
                form.answers(),
                by=member,
                insurance_seen_until=form.cleaned_data["insurance_seen_until"],
            )
        except ValidationError as refusal:
            concerns = dict.fromkeys((*CONCERNS, "no_stands"), "spoke")
            concerns["insurance_until"] = "insurance_seen_until"
            put_back(form, refusal, concerns=concerns)
        else:
            is_check = isinstance(made, WorkplaceCheck)
            messages.success(request, SAID if is_check else ASKED)
            return redirect("placements:workplace-check", pk)
    return render(request, "placements/check_talk.html", about(placement, member, form))


SAID = "Your talk is recorded as the check of this workplace."
ASKED = "We have asked your hub to look at it, and told it what you answered."


@require_http_methods(GET_OR_POST)
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    placement = checkable(member, pk)
    form = AskForCheck(typed(request), is_desk=not member.organisation.is_school)
    if form.is_valid():
        told = dict(form.cleaned_data)
        is_assessor = told.pop("whom") == ASSESSOR
        if is_assessor and not limits.spend(request, "assessors", key=str(member.pk)):
            form.add_error("email", "You have written to many assessors. Go on in an hour.")
        else:
            try:
                _ask(placement, member, told, is_assessor=is_assessor)
            except ValidationError as refusal:
                put_back(form, refusal, concerns=_concerns(is_assessor))
            else:
                messages.success(request, "They have been asked. We tell you what they find.")
                return redirect("placements:workplace-check", pk)
    return render(request, "placements/check_ask.html", about(placement, member, form))


@require_POST
def take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    asked = get_object_or_404(check_requests.visible_to(member), pk=pk)
    check_requests.take_back(asked, by=member)
    messages.success(request, "Taken back. A link that was sent for it works no longer.")
    return redirect("placements:workplace-check", asked.placement_id)


def about(placement: Placement, member: Member, form: forms.Form) -> dict[str, object]:
    return {
        "form": form,
        "placement": placement,
        "workplace": placement.workplace,
        "is_untold": untold.is_untold(placement),
        "is_kept": untold.is_kept_from(member, placement),
    }


def checkable(member: Member, pk: uuid.UUID) -> Placement:
    placement = get_object_or_404(checks.readable_by(member), pk=pk)
    if not authority.may_record_check(member, placement):
        raise PermissionDenied
    return placement


def _ask(
    placement: Placement, member: Member, told: dict[str, object], *, is_assessor: bool
) -> None:
    if is_assessor:
        check_requests.ask_assessor(placement, by=member, **told)  # type: ignore[arg-type]
    else:
        del told["assessor"], told["email"]
        check_requests.ask_desk(placement, by=member, **told)  # type: ignore[arg-type]


def _concerns(is_assessor: bool) -> dict[str, str]:  # noqa: FBT001 -- said where it is called.
    return {**CONCERNS, "nobody_to_answer": "assessor"} if is_assessor else CONCERNS
