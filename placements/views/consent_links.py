"""The page of a parent or carer: what their child would do, and yes or no."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.views.opened import kept_to_itself
from placements import consents, risks
from placements.consents import Opened
from placements.forms.booking import put_back
from placements.forms.students import Answer
from placements.views.booking_steps import typed


@login_not_required
@kept_to_itself
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    found = consents.opened(token)
    if found is None:
        why = {"is_overtaken": consents.is_overtaken(token)}
        return render(request, "placements/consent_spent.html", why, status=410)
    if found.is_used:
        return answered(request, found, token)
    form = Answer(typed(request))
    if form.is_valid():
        try:
            consents.answer(found, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, concerns={"reason_missing": "reason"})
        else:
            return redirect("placements:consent", token)
    return render(request, "placements/consent.html", {**about(found), "form": form})


def answered(request: HttpRequest, found: Opened, token: str) -> HttpResponse:
    """What was said, and for a yes the button that takes it back."""
    if request.method == "POST" and "take_back" in request.POST:
        consents.take_back(found)
        return redirect("placements:consent", token)
    return render(request, "placements/consent_answered.html", about(found))


def about(found: Opened) -> dict[str, object]:
    booking = found.student.booking
    placement = booking.slot.placement
    return {
        "student": found.student,
        "consent": found.student.consent,
        "booking": booking,
        "slot": booking.slot,
        "placement": placement,
        "workplace": placement.workplace,
        "risks": risks.of(placement),
    }
