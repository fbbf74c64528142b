"""The page behind the link in a request's mail: accept or decline without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from placements import answer_links, lateness
from placements.answer_links import Opened
from placements.forms.booking import Accept, Decline, put_back
from placements.states import BookingState

# Whether the answer just given was a yes: for the page that says what happens next.
ACCEPTED = "accepted_by_link"


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    found = answer_links.opened(token)
    if found is None or found.booking.state != BookingState.REQUESTED:
        return render(request, "placements/booking_link_spent.html", status=410)
    accepting, declining = forms_for(request, found)
    done = accepted(found, accepting) or declined(found, declining)
    if done:
        request.session[ACCEPTED] = accepting.is_valid()
        messages.success(request, done)
        return redirect("placements:answered")
    context = {
        "booking": found.booking,
        "record": lateness.of_school(found.booking.school),
        "hosts": found.by.organisation_id == found.booking.slot.placement.provider_id,
        "accepting": accepting,
        "declining": declining,
        "forms": [accepting, declining],
    }
    return render(request, "placements/booking_answer.html", context)


@login_not_required
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    context = {"is_accepted": request.session.get(ACCEPTED, False)}
    return render(request, "placements/booking_answered.html", context)


def forms_for(request: HttpRequest, found: Opened) -> tuple[Accept, Decline]:
    """Only the form whose button was pressed is filled in."""
    pressed = request.POST.get("answer")
    return (
        Accept(found.booking, request.POST if pressed == "accept" else None),
        Decline(request.POST if pressed == "decline" else None),
    )


def accepted(found: Opened, form: Accept) -> str:
    if not form.is_valid():
        return ""
    try:
        booking = answer_links.accept(found, **form.cleaned_data)
    except ValidationError as refusal:
        put_back(form, refusal, invalid="places")
        return ""
    return f"You have accepted {booking}. The school has been told."


def declined(found: Opened, form: Decline) -> str:
    if not form.is_valid():
        return ""
    try:
        answer_links.decline(found, **form.cleaned_data)
    except ValidationError as refusal:
        put_back(form, refusal, invalid="comment")
        return ""
    return "You have declined. The school has been told."
