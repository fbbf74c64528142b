"""Employers whom students found, and schools told the hub of, with the employers' consent."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from brokers import areas
from brokers.http import desk_looked_at, reading_a_desk
from placements import authority, self_found
from placements.models import SelfFound
from placements.models.self_found import SelfFoundQuerySet

A_PAGE = 20


@require_safe
def employers(request: HttpRequest) -> HttpResponse:
    member = reading_a_desk(request)
    desk = desk_looked_at(request, member)
    page = Paginator(told_to(desk), A_PAGE).get_page(request.GET.get("page"))
    is_own = desk == member.organisation
    context = {
        "desk": desk,
        "page_obj": page,
        "can_invite": is_own and authority.may_list_for_others(member),
    }
    return render(request, "brokers/found_employers.html", context)


@require_POST
def invite(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = reading_a_desk(request)
    found = get_object_or_404(told_to(member.organisation), pk=pk)
    self_found.invite(found, by=member)
    messages.success(request, "We are writing to the employer now.")
    return redirect("brokers:found-employers")


def told_to(desk: Organisation) -> SelfFoundQuerySet:
    here = areas.at_desk(desk, via="booking__slot__placement__")
    rows = (
        SelfFound.objects.offered()
        .filter(here)
        .select_related(
            "booking__school",
            "booking__slot__placement__provider",
            "booking__slot__placement__workplace",
        )
    )
    return rows.order_by("-offered_at", "pk")
