"""Checks of workplaces in a desk's area: who has been asked to look, and what was found.

An employer that a student found, and that has not agreed to be told of, has no name here; and
nothing is said of it that its school has not asked the desk itself.
"""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brokers import areas
from brokers.http import desk_looked_at, reading_a_desk
from placements import untold
from placements.models import CheckRequest, Placement, WorkplaceCheck

A_PAGE = 20
LATELY = 10


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    member = reading_a_desk(request)
    desk = desk_looked_at(request, member)
    asked = CheckRequest.objects.open().filter(areas.at_desk(desk, via="placement__"))
    asked = asked.exclude(~Q(email=""), placement__in=untold.placements())
    asked = asked.annotate(is_nameless=untold.is_about_one()).select_related(
        "workplace", "placement__provider", "asked_by__organisation"
    )
    here = Placement.objects.filter(areas.at_desk(desk), workplace__isnull=False)
    here = here.exclude(pk__in=untold.placements())
    found = WorkplaceCheck.objects.filter(workplace__in=here.values("workplace"))
    found = found.select_related("workplace__organisation", "recorded_by__organisation")
    context = {
        "desk": desk,
        "page_obj": Paginator(asked.order_by("wanted_by", "pk"), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "found": found.order_by("-recorded_at", "-pk")[:LATELY],
    }
    return render(request, "brokers/checks.html", context)
