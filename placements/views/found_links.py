"""The page of an employer whom a student found: yes or no, without an account."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.views.opened import kept_to_itself
from placements import contacts, self_found
from placements.forms.booking import put_back
from placements.forms.self_found import SayNo, SayYes
from placements.self_found import Opened


@login_not_required
@kept_to_itself
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    asked = self_found.opened(token)
    if asked is None:
        return render(request, "placements/found_spent.html", status=410)
    says = request.POST.get("answer", "") if request.method == "POST" else ""
    declines = says == "no"
    yes = SayYes(request.POST if request.method == "POST" and not declines else None)
    no = SayNo(request.POST if declines else None)
    try:
        if declines and no.is_valid():
            self_found.refuse(asked, **no.cleaned_data)
            return thanks(request, asked, agreed=False)
        if not declines and yes.is_valid():
            self_found.confirm(asked, yes.said)
            return thanks(request, asked, agreed=True)
    except ValidationError as refusal:
        put_back(no if declines else yes, refusal, invalid="reason" if declines else "agrees")
    context = {**about(asked), "yes": yes, "no": no, "forms": [yes, no]}
    return render(request, "placements/found_confirm.html", context)


def thanks(request: HttpRequest, asked: Opened, *, agreed: bool) -> HttpResponse:
    asker = contacts.at_school(asked.found.booking)
    context = {**about(asked), "agreed": agreed, "asker": asker}
    return render(request, "placements/found_thanks.html", context)


def about(asked: Opened) -> dict[str, object]:
    booking = asked.found.booking
    return {
        "found": asked.found,
        "booking": booking,
        "slot": booking.slot,
        "placement": booking.slot.placement,
        "workplace": booking.slot.placement.workplace,
    }
