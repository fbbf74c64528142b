"""Concerns at a desk: the list, and one of them."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from brokers import authority, concerns, reading
from brokers.forms import CloseConcern
from brokers.http import posted, reading_a_desk
from placements.states import ConcernState

A_PAGE = 20
RELATED = ("placement", "organisation", "reported_by__organisation", "closed_by__user")


@require_safe
def concern_list(request: HttpRequest) -> HttpResponse:
    member = reading_a_desk(request)
    seen = concerns.as_read(concerns.visible_to(member)).select_related(*RELATED)
    state = request.GET.get("state", ConcernState.OPEN)
    if state in ConcernState.values:
        seen = seen.filter(state=state)
    page = Paginator(seen.order_by("reported_at", "pk"), A_PAGE)
    context = {
        "page_obj": page.get_page(request.GET.get("page")),
        "state": state,
        "states": ConcernState,
    }
    return render(request, "brokers/concerns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def concern(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read it, and say what came of it."""
    member = reading_a_desk(request)
    seen = concerns.as_read(concerns.visible_to(member))
    seen = seen.select_related(*RELATED, "reported_by__user")
    one = get_object_or_404(seen, pk=pk)
    form = CloseConcern(posted(request))
    if form.is_valid():
        try:
            concerns.close(one, outcome=form.cleaned_data["outcome"], by=member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "The concern has been closed.")
            return redirect("brokers:concerns")
    context = {
        "form": form,
        "concern": one,
        "is_open": one.state == ConcernState.OPEN,
        "can_close": authority.works_at_a_desk(member),
        "can_see_listing": reading.listings_of(member).filter(concerns=one).exists(),
        "can_see_organisation": reading.organisations_of(member)
        .filter(pk=one.organisation_id)
        .exists(),
    }
    return render(request, "brokers/concern.html", context)
