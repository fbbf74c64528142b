"""The page behind an employer's link: read what a broker wrote, and say yes or no.

The token leaves the address at once: the session keeps the link's number, and looking
uses nothing up.
"""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links
from accounts.models import OneTimeLink
from placements import confirmation, revisions
from placements.forms.confirming import IsItRight
from placements.listing_pages import Progress
from placements.models import Placement
from placements.views.listings import typed
from placements.written import CONFIRM, writing_desk

KEPT = "opened_confirm_listing"
ANSWERED = "answered_confirm_listing"


@never_cache
@login_not_required
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    link = links.open(token, CONFIRM)
    if link is None:
        return _spent(request)
    request.session[KEPT] = link.pk
    return redirect("placements:confirm-page")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    link = _opened(request)
    placement = confirmation.listing_of(link) if link else None
    if link is None or placement is None:
        return _spent(request)
    form = IsItRight(typed(request))
    if form.is_valid() and _answered(link, form):
        del request.session[KEPT]
        request.session[ANSWERED] = form.is_right
        return redirect("placements:confirmed-listing")
    return render(request, "placements/listing_confirm.html", _shown(placement, form))


@never_cache
@login_not_required
@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    if ANSWERED not in request.session:
        return _spent(request)
    context = {"is_right": request.session[ANSWERED]}
    return render(request, "placements/listing_confirmed.html", context)


def _opened(request: HttpRequest) -> OneTimeLink | None:
    pk = request.session.get(KEPT)
    return None if pk is None else links.find(pk, CONFIRM)


def _answered(link: OneTimeLink, form: IsItRight) -> bool:
    try:
        if form.is_right:
            confirmation.confirm_by_link(link)
        else:
            confirmation.refuse_by_link(link, words=form.cleaned_data["words"])
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _shown(placement: Placement, form: IsItRight) -> dict[str, object]:
    return {
        "form": form,
        "placement": placement,
        "writer": writing_desk(placement),
        "progress": Progress(placement, revisions.open_for(placement)),
        "slots": placement.slots.open(),
    }


def _spent(request: HttpRequest) -> HttpResponse:
    return render(request, "placements/listing_link_spent.html", status=410)
