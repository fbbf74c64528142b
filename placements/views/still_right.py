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
from placements import authority, freshness, spread, still_right_links
from placements.forms.still_right import WhereItIsOver
from placements.models import Placement
from placements.models.placements import PlacementQuerySet

PAGE = "placements/still_right.html"
# More than anybody looks through at once; the next come when these are answered.
SHOWN = 50

# Where a listing is asked about at more workplaces, they are chosen on the page of them all.
CHOSEN_FROM = 50

Answer = Callable[[Collection[UUID]], int]


@require_http_methods(["GET", "HEAD", "POST"])
def signed_in(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not (authority.may_list(member) or authority.may_list_for_others(member)):
        raise PermissionDenied
    if request.method == "POST":
        refused = _answer(
            request,
            member,
            confirm=lambda placements: freshness.confirm(placements, by=member),
            pause=lambda placements: freshness.pause(placements, by=member),
        )
        if refused:
            return render(request, PAGE, _shown(member, refused))
        return redirect("placements:to-confirm" if _to_confirm(member) else "placements:listings")
    return render(request, PAGE, _shown(member))


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    found = still_right_links.opened(token)
    if found is None:
        return render(request, "placements/still_right_spent.html", status=410)
    if request.method == "POST":
        refused = _answer(
            request,
            found.by,
            confirm=lambda placements: still_right_links.confirm(found, placements),
            pause=lambda placements: still_right_links.pause(found, placements),
        )
        if refused:
            return render(request, PAGE, {**_shown(found.by, refused), "is_by_link": True})
        if not _to_confirm(found.by):
            return redirect("placements:said-still-right")
        return redirect("placements:to-confirm-by-link", token)
    return render(request, PAGE, {**_shown(found.by), "is_by_link": True})


@login_not_required
@require_safe
def thanked(request: HttpRequest) -> HttpResponse:
    return render(request, "placements/still_right_thanks.html")


def _in_question(member: Member) -> PlacementQuerySet:
    return Placement.objects.kept_by(member).in_question()


def _to_confirm(member: Member) -> bool:
    return _in_question(member).exists()


def _shown(member: Member, refused: WhereItIsOver | None = None) -> dict[str, Any]:
    """A text at many workplaces is one row, with one answer for all or a choice among them."""
    seen = _in_question(member)
    rows = spread.as_one(seen).soonest_to_pause_first(seen)
    first = list(rows.select_related("provider")[: SHOWN + 1])
    asked = spread.asked(first[:SHOWN], seen)
    placements = [one for one in first[:SHOWN] if one.pk in asked]
    choices = _choices([one for one in placements if 1 < asked[one.pk].sites <= CHOSEN_FROM], seen)
    if refused:
        choices[UUID(refused.prefix)] = refused
    return {
        "placements": placements,
        "asked": asked,
        "choices": choices,
        "forms": list(choices.values()),
        "more": len(first) > SHOWN,
        "is_by_link": False,
    }


def _choices(rows: list[Placement], seen: PlacementQuerySet) -> dict[UUID, WhereItIsOver]:
    if not rows:
        return {}
    sites = spread.sites_by_row(rows, seen)
    return {row: WhereItIsOver(row, several) for row, several in sites.items()}


def _answer(
    request: HttpRequest, member: Member, *, confirm: Answer, pause: Answer
) -> WhereItIsOver | None:
    """Do what the pressed button says, and say what came of it; or what has to be mended first."""
    pressed = next((name for name in ("pause", "some") if name in request.POST), "")
    if not pressed:
        told = request.POST.getlist("shown" if "all" in request.POST else "right")
        _confirm(request, _numbers(told), _in_question(member), confirm)
        return None
    rows = _numbers(request.POST.getlist(pressed))
    sites = list(spread.behind(rows, _in_question(member)).select_related("workplace"))
    over = {site.pk for site in sites}
    if pressed == "some" and sites:
        form = WhereItIsOver(min(rows), sites, request.POST)
        if not form.is_valid():
            return form
        over = form.chosen
    if count := pause(over):
        where = f" at {plural(count, 'workplace')}" if len(sites) > 1 else ""
        messages.success(request, f"{sites[0]} is paused{where}. Bookings stand.")
    if others := {site.pk for site in sites} - over:
        _say_thanks(request, confirm(others))
    return None


def _confirm(
    request: HttpRequest, rows: set[UUID], seen: PlacementQuerySet, confirm: Answer
) -> None:
    found = list(spread.behind(rows, seen))
    _say_thanks(request, confirm({one.pk for one in found}))
    answered = rows - {one.pk for one in found} - {one.text_of_id for one in found}
    if answered:
        messages.info(
            request,
            f"{plural(len(answered), 'listing')} had been answered already or is no longer shown to "
            "schools. You can see all of them when you sign in.",
        )


def _say_thanks(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(request, f"Thank you. You have confirmed {plural(count, 'listing')}.")


def _numbers(told: list[str]) -> set[UUID]:
    try:
        return {UUID(one) for one in told}
    except ValueError as fault:
        raise ValidationError("Choose one of your listings.", code="invalid") from fault
