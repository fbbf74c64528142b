"""For the national team: areas, the hubs that answer for them, and what they cover."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Member
from brokers import areas, authority, boundaries, hubs
from brokers.desk_forms import Cover, FoundArea, FoundHub, HandOver
from brokers.http import posted, reading_a_desk
from brokers.models import Area, Coverage, CoverageKind

A_PAGE = 30
ANY = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    _drawing(request)
    page = Paginator(Area.objects.all(), A_PAGE).get_page(request.GET.get("page"))
    answering = {one.area_id: one.hub for one in areas.stewardships().select_related("hub")}
    context = {
        "page_obj": page,
        "rows": [(area, answering.get(area.pk)) for area in page],
        "idle": areas.hubs_in_good_standing().exclude(pk__in=areas.hubs_with_areas().values("pk")),
    }
    return render(request, "brokers/areas.html", context)


@ANY
def found_hub(request: HttpRequest) -> HttpResponse:
    member = _drawing(request)
    form = FoundHub(posted(request))
    if form.is_valid():
        try:
            hub = hubs.found(by=member, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("name", refusal)
        else:
            messages.success(request, f"{hub} has been founded. Give it an area next.")
            return redirect("brokers:found-area")
    return render(request, "brokers/area_form.html", {"form": form, "title": "Found a hub"})


@ANY
def found_area(request: HttpRequest) -> HttpResponse:
    member = _drawing(request)
    form = FoundArea(posted(request))
    if form.is_valid():
        try:
            area = boundaries.found_area(by=member, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("name", refusal)
        else:
            messages.success(request, f"{area} has been founded. Say what it covers.")
            return redirect("brokers:area", area.pk)
    return render(request, "brokers/area_form.html", {"form": form, "title": "Found an area"})


@ANY
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """What it covers, who has answered for it, and adding to it."""
    member = _drawing(request)
    one = get_object_or_404(Area, pk=pk)
    form = Cover(posted(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            boundaries.cover(one, kind=CoverageKind(said["kind"]), code=said["code"], by=member)
        except ValidationError as refusal:
            form.add_error("code", refusal)
        else:
            messages.success(request, f"{one} now covers {said['code']}.")
            return redirect("brokers:area", one.pk)
    context = {
        "form": form,
        "area": one,
        "covered": one.coverage.on().order_by("kind", "code"),
        "stewardships": one.stewardships.select_related("hub").order_by("during"),
    }
    return render(request, "brokers/area.html", context)


@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    member = _drawing(request)
    coverage = get_object_or_404(Coverage.objects.on().select_related("area"), pk=pk)
    boundaries.give_up(coverage, by=member)
    messages.success(request, f"{coverage.area} no longer covers {coverage.code}.")
    return redirect("brokers:area", coverage.area_id)


@ANY
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    member = _drawing(request)
    one = get_object_or_404(Area, pk=pk)
    form = HandOver(posted(request))
    if form.is_valid():
        try:
            boundaries.hand_over(one, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("from_day", refusal)
        else:
            messages.success(request, f"{one} has been handed over.")
            return redirect("brokers:area", one.pk)
    return render(request, "brokers/area_form.html", {"form": form, "title": f"Hand over {one}"})


def _drawing(request: HttpRequest) -> Member:
    member = reading_a_desk(request)
    if not authority.may_draw_areas(member):
        raise PermissionDenied
    return member
