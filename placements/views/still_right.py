"""Whether one's listings are still right: signed in, or behind the link in a mail."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import acting
from accounts.models import Member
from accounts.phrases import plural
from placements import authority, freshness, spread, still_right_links
from placements.forms.still_right import WhereItIsOver
from placements.freshness import Answered
from placements.models import Placement
from placements.models.placements import PlacementQuerySet

PAGE = "placements/still_right.html"
# More than anybody looks through at once; the next come when these are answered.
SHOWN = 50

# Where a listing is asked about at more workplaces, they are chosen on the page of them all.
CHOSEN_FROM = 50


class Answer(Protocol):
    def __call__(self, *, over: Collection[UUID], right: Collection[UUID]) -> Answered: ...


@require_http_methods(["GET", "HEAD", "POST"])
def signed_in(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not (authority.may_list(member) or authority.may_list_for_others(member)):
        raise PermissionDenied
    if request.method == "POST":
        refused = _answer(request, member, partial(freshness.answer, by=member))
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
        refused = _answer(request, found.by, partial(still_right_links.answer, found))
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


def _shown(member: Member, refused: Iterable[WhereItIsOver] = ()) -> dict[str, Any]:
    """A text at many workplaces is one row, with one answer for all or a choice among them."""
    seen = _in_question(member)
    rows = spread.as_one(seen).soonest_to_pause_first(seen)
    first = list(rows.select_related("provider")[: SHOWN + 1])
    asked = spread.asked(first[:SHOWN], seen)
    placements = [one for one in first[:SHOWN] if one.pk in asked]
    choices = _choices([one for one in placements if 1 < asked[one.pk].sites <= CHOSEN_FROM], seen)
    choices |= {UUID(form.prefix): form for form in refused}
    return {
        "placements": placements,
        "asked": asked,
        "choices": choices,
        "forms": list(choices.values()),
        "more": len(first) > SHOWN,
        "is_by_link": False,
    }


def _choices(rows: list[Placement], seen: PlacementQuerySet) -> dict[UUID, WhereItIsOver]:
    """By the text, as what is ticked on it comes back."""
    if not rows:
        return {}
    found = spread.sites_by_row(rows, seen)
    texts = {row.pk: row.text_of_id or row.pk for row in rows}
    return {texts[row]: WhereItIsOver(texts[row], several) for row, several in found.items()}


def _answer(request: HttpRequest, member: Member, answer: Answer) -> list[WhereItIsOver]:
    """Do what the button and the ticks say, and say what came of it; or what has to be mended
    first, with all that was ticked.

    Ticks count whichever button is pressed: where it is over, it is not confirmed with the rest.
    """
    told = request.POST
    pressed = next((name for name in ("pause", "some", "all") if name in told), "right")
    meant = spread.texts(_numbers(told.getlist("shown" if pressed == "all" else pressed)))
    ticked = _numbers(WhereItIsOver.ticked(told))
    sites = _by_text(meant | ticked, _in_question(member))
    # "Pause at all of them" leaves nothing to choose.
    whole = meant if pressed == "pause" else set()
    chosen_from = ticked | meant if pressed == "some" else ticked
    forms = {
        text: WhereItIsOver(text, several, told)
        for text, several in sites.items()
        if text in chosen_from
    }
    is_wrong = any(form.errors for text, form in forms.items() if text not in whole)
    if is_wrong or "enter" in told:
        return list(forms.values())
    over, right = set[UUID](), set[UUID]()
    answered = meant | ticked
    for text, several in sites.items():
        shown = _on_the_page(told, several)
        here = shown if text in whole else forms[text].chosen if text in forms else set()
        over |= here
        right |= shown - here
        if here or shown:
            answered.discard(text)
    _say(request, answer(over=over, right=right), sites)
    if answered:
        messages.info(
            request,
            f"{plural(len(answered), 'listing')} had been answered already or is no longer shown to "
            "schools. You can see all of them when you sign in.",
        )
    return []


def _by_text(texts: set[UUID], seen: PlacementQuerySet) -> dict[UUID, list[Placement]]:
    found: dict[UUID, list[Placement]] = {}
    sites = spread.behind(texts, seen).select_related("workplace")
    for site in sites.order_by("workplace__town", "workplace__name", "pk"):
        found.setdefault(site.text_of_id or site.pk, []).append(site)
    return found


def _on_the_page(told: QueryDict, sites: Iterable[Placement]) -> set[UUID]:
    """What came into question since the page was made has not been looked at."""
    found = {site.pk for site in sites}
    if "sites" not in told:
        return found
    return found & _numbers(" ".join(told.getlist("sites")).split())


def _say(request: HttpRequest, answered: Answered, sites: Mapping[UUID, list[Placement]]) -> None:
    counted = Counter(one.text_of_id or one.pk for one in answered.paused)
    for text, count in counted.items():
        where = f" at {plural(count, 'workplace')}" if len(sites[text]) > 1 else ""
        messages.success(request, f"{sites[text][0]} is paused{where}. Bookings stand.")
    if count := answered.confirmed:
        messages.success(request, f"Thank you. You have confirmed {plural(count, 'listing')}.")


def _numbers(told: list[str]) -> set[UUID]:
    try:
        return {UUID(one) for one in told}
    except ValueError as fault:
        raise ValidationError("Choose one of your listings.", code="invalid") from fault
