"""The shortlist: up to six placements side by side, for anybody."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from placements import authority, badges, comparison, http
from placements.forms.shortlist import MeasureFrom
from placements.models import Placement


@never_cache
@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    member = http.member_of(request)
    own = comparison.own_place(member)
    form = MeasureFrom(request.GET or None)
    asked = form.cleaned_data["near"] if form.is_valid() else None
    near = asked or own
    compared = comparison.of(http.shortlist_of(request).chosen, near=near)
    context = {
        "compared": compared,
        "near": near,
        "from_own_school": near is not None and near is own,
        "form": form,
        "badge_names": badges.names(),
        "may_book": member is None or member.organisation.is_school,
        "may_book_now": member is not None and authority.may_book(member),
        "may_enquire": (member is None or authority.may_enquire(member))
        and any(not one.gone for one in compared),
    }
    return render(request, "placements/shortlist.html", context)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The button. Whoever presses it for the first time is told of the cookie."""
    offered = Placement.objects.published().select_related("provider")
    placement = get_object_or_404(offered, pk=pk)
    if request.method != "POST":
        context = {"placement": placement, "back": safely_back(request.GET.get("back", ""))}
        return render(request, "placements/shortlist_add.html", context)
    http.add(placement, request)
    return redirect(back_to(request, placement))


@login_not_required
@require_POST
def remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Also of what is not offered any more."""
    placement = get_object_or_404(Placement, pk=pk, pk__in=http.shortlist_of(request).chosen)
    http.remove(placement, request)
    return redirect(back_to(request, placement))


def back_to(request: HttpRequest, placement: Placement) -> str:
    """The page with the button, where the button was."""
    back = safely_back(request.POST.get("back", ""))
    return f"{back}#shortlist-{placement.pk}" if back else "placements:shortlist"


def safely_back(path: str) -> str:
    """A path of our own, or nothing."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else ""
