"""The page of an assessor: the workplace it was asked to look at, and what it found."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.views.opened import kept_to_itself
from placements import check_requests, risks
from placements.check_requests import Opened
from placements.forms.booking import put_back
from placements.forms.checks import Cannot
from placements.forms.paperwork import Assess
from placements.views.booking_steps import typed
from placements.views.paperwork import REFUSED


@login_not_required
@kept_to_itself
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, token: str) -> HttpResponse:
    found = check_requests.opened(token)
    if found is None:
        return render(request, "placements/assess_spent.html", status=410)
    declines = "cannot" in request.POST
    form = Assess(None if declines else typed(request))
    other = Cannot(request.POST if declines else None)
    if declines and other.is_valid():
        check_requests.cannot(found, **other.cleaned_data)
        return thanks(request, found)
    if form.is_valid():
        try:
            check_requests.answer(found, **form.verb())
        except ValidationError as refusal:
            put_back(form, refusal, concerns=REFUSED)
        else:
            return thanks(request, found)
    context = {**about(found), "form": form, "other": other, "forms": [form, other]}
    return render(request, "placements/assess.html", context)


def thanks(request: HttpRequest, found: Opened) -> HttpResponse:
    return render(request, "placements/assess_thanks.html", about(found))


def about(found: Opened) -> dict[str, object]:
    placement = found.request.placement
    return {
        "asked": found.request,
        "asker": found.request.asked_by.organisation,
        "placement": placement,
        "workplace": found.request.workplace,
        "risks": risks.of(placement),
    }
