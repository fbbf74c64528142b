"""Whether one's listings are still right: signed in, or behind the link in a mail."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import acting
from accounts.models import Member
from accounts.phrases import plural
from placements import authority, freshness, listings, still_right_links
from placements.models import Placement
from placements.models.placements import PlacementQuerySet

# More than anybody looks through at once; the next come when these are answered.
SHOWN = 50

Confirm = Callable[[Collection[UUID]], int]
Pause = Callable[[Placement], object]


@require_http_methods(["GET", "HEAD", "POST"])
def signed_in(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not (authority.may_list(member) or authority.may_list_for_others(member)):
        raise PermissionDenied
    if request.method == "POST":
        _answer(
            request,
            member,
            confirm=lambda placements: freshness.confirm(placements, by=member),
            pause=lambda placement: listings.pause(placement, by=member),
        )
        return redirect("placements:to-confirm" if _to_confirm(member) else "placements:listings")
    return render(request, "placements/still_right.html", _shown(member))


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    found = still_right_links.opened(token)
    if found is None:
        return render(request, "placements/still_right_spent.html", status=410)
    if request.method == "POST":
        _answer(
            request,
            found.by,
            confirm=lambda placements: still_right_links.confirm(found, placements),
            pause=lambda placement: still_right_links.pause(found, placement),
        )
        if not _to_confirm(found.by):
            return redirect("placements:said-still-right")
        return redirect("placements:to-confirm-by-link", token)
    return render(request, "placements/still_right.html", {**_shown(found.by), "is_by_link": True})


@login_not_required
@require_safe
def thanked(request: HttpRequest) -> HttpResponse:
    return render(request, "placements/still_right_thanks.html")


def _in_question(member: Member) -> PlacementQuerySet:
    return Placement.objects.kept_by(member).in_question()


def _to_confirm(member: Member) -> bool:
    return _in_question(member).exists()


def _shown(member: Member) -> dict[str, Any]:
    rows = _in_question(member).with_what_comes().select_related("still_right", "provider")
    first = list(rows.order_by("still_right__pauses_on", "last_confirmed_on", "pk")[: SHOWN + 1])
    return {"placements": first[:SHOWN], "more": len(first) > SHOWN, "is_by_link": False}


def _answer(request: HttpRequest, member: Member, *, confirm: Confirm, pause: Pause) -> None:
    """Do what the pressed button says, and say what came of it."""
    if "pause" in request.POST:
        pressed = _numbers(request.POST.getlist("pause"))
        for placement in _in_question(member).filter(pk__in=pressed):
            pause(placement)
            messages.success(request, f"{placement} is paused. Bookings stand.")
        return
    told = request.POST.getlist("shown" if "all" in request.POST else "right")
    placements = _numbers(told)
    count = confirm(placements)
    if count:
        messages.success(request, f"Thank you. You have confirmed {plural(count, 'listing')}.")
    if missed := len(placements) - count:
        messages.info(
            request,
            f"{plural(missed, 'listing')} had been answered already or is no longer shown to "
            "schools. You can see all of them when you sign in.",
        )


def _numbers(told: list[str]) -> set[UUID]:
    try:
        return {UUID(one) for one in told}
    except ValueError as fault:
        raise ValidationError("Choose one of your listings.", code="invalid") from fault
