"""Public: which hub answers for a place, and what it promises."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import organisations
from accounts.models import Organisation
from brokers import areas, authority, hubs
from brokers.authority import DESKS
from brokers.desk_forms import HowReached, WhereAreYou
from brokers.http import posted, reading_a_desk

A_PAGE = 30


@login_not_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Find your hub by a postcode; or read down the list of all."""
    form = WhereAreYou(request.GET if "where" in request.GET else None)
    place = form.cleaned_data["where"] if form.is_valid() else None
    hub = areas.hub_for(place) if place else None
    answering = hub or (organisations.national_team() if place and place.is_in_england else None)
    page = Paginator(areas.hubs_with_areas(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "place": place,
        "hub": hub,
        "answering": answering,
        "profile": hubs.profile_of(answering) if answering else None,
        "page_obj": page,
    }
    return render(request, "brokers/hubs.html", context)


@login_not_required
@require_safe
def hub(request: HttpRequest, pk: UUID) -> HttpResponse:
    standing = Organisation.objects.in_good_standing().filter(kind__in=DESKS)
    one = get_object_or_404(standing, pk=pk)
    stewardships = areas.stewardships().filter(hub=one).select_related("area")
    context = {
        "hub": one,
        "profile": hubs.profile_of(one),
        "areas": [stewardship.area for stewardship in stewardships.order_by("area__name")],
    }
    return render(request, "brokers/hub.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """How one's own desk is reached."""
    member = reading_a_desk(request)
    desk = member.organisation
    if not authority.may_describe(member, desk):
        raise PermissionDenied
    form = HowReached(posted(request), instance=hubs.profile_of(desk))
    if form.is_valid():
        try:
            hubs.describe(desk, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Saved. This is what people see of your desk.")
            return redirect("brokers:hub", desk.pk)
    return render(request, "brokers/profile.html", {"form": form, "desk": desk})
