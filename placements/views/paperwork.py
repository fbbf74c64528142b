"""The steps of a booking's paper: undertake, brief, and record a check of the workplace."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import bounces
from accounts.http import acting
from placements import authority, check_requests, checks, paperwork, untold
from placements.forms.booking import put_back
from placements.forms.paperwork import RecordCheck, Undertaking
from placements.views.booking_steps import GET_OR_POST, answerable, typed
from placements.views.bookings import visible

REFUSED = {
    "in_the_future": "checked_on",
    "valid_until": "valid_until",
    "conditions_missing": "conditions",
    "no_stands": "outcome",
    "insurance_until": "insurance_seen_until",
}


@require_http_methods(GET_OR_POST)
def agree(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A host reads what it undertakes, and agrees."""
    member = acting(request)
    booking = answerable(member, pk)
    form = Undertaking(typed(request))
    if form.is_valid():
        try:
            made = paperwork.agree(booking, by=member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"Thank you. It holds until {made.valid_until:%d %B %Y}.")
            return redirect("placements:booking", pk)
    return render(request, "placements/undertaking.html", {"form": form, "booking": booking})


@require_POST
def brief(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    paperwork.brief(visible(member, pk), by=member)
    messages.success(request, "Noted: your students are briefed.")
    return redirect("placements:booking", pk)


@require_http_methods(GET_OR_POST)
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is known of a listing's workplace, and room for a newer check."""
    member = acting(request)
    placement = get_object_or_404(checks.readable_by(member), pk=pk)
    may_check = authority.may_record_check(member, placement)
    if request.method == "POST" and not may_check:
        raise PermissionDenied
    form = RecordCheck(typed(request))
    if form.is_valid():
        try:
            checks.record(placement, by=member, **form.verb())
        except ValidationError as refusal:
            put_back(form, refusal, concerns=REFUSED)
        else:
            messages.success(request, "The check is recorded, for every school to rely on.")
            return redirect("placements:workplace-check", pk)
    asked = list(check_requests.of(placement, by=member).open())
    context = {
        "form": form if may_check else None,
        "placement": placement,
        "workplace": placement.workplace,
        "known": checks.of(placement)[:20],
        "asked": asked,
        "came_back": bounces.about(member, asked),
        "ours": member.organisation_id,
        "is_kept": untold.is_kept_from(member, placement),
    }
    return render(request, "placements/workplace_check.html", context)
