"""What is wanted in a desk's area and hardly found; and what schools told."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.words import Sector
from brokers import authority, demand
from brokers.http import desk_looked_at, reading_a_desk

A_PAGE = 20
SINCE = {"28": "The last 4 weeks", "90": "The last 90 days", "365": "The last year"}
USUALLY = "90"


@dataclass(frozen=True)
class Asked:
    """What the table is narrowed to; whatever is no choice of ours counts as not chosen."""

    days: str
    sector: str
    month: date | None

    @property
    def since(self) -> date:
        return clock.today() - timedelta(days=int(self.days))


def asked_of(request: HttpRequest) -> Asked:
    days, sector = request.GET.get("days", ""), request.GET.get("sector", "")
    months = {month.isoformat(): month for month in demand.months_ahead()}
    return Asked(
        days=days if days in SINCE else USUALLY,
        sector=sector if sector in Sector.values else "",
        month=months.get(request.GET.get("month", "")),
    )


@require_safe
def unmet(request: HttpRequest) -> HttpResponse:
    member = reading_a_desk(request)
    desk = desk_looked_at(request, member)
    asked = asked_of(request)
    rows = demand.unmet_at(desk, since=asked.since, sector=asked.sector, month=asked.month)
    context = {
        "desk": desk,
        "asked": asked,
        "page_obj": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "periods": SINCE,
        "sectors": Sector,
        "months": demand.months_ahead(),
        "unread": demand.unread_at(desk).count(),
    }
    return render(request, "brokers/demand.html", context)


@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """What waits to be read first, the oldest of it first; `?unread=yes` shows no more."""
    member = reading_a_desk(request)
    desk = desk_looked_at(request, member)
    only_unread = request.GET.get("unread") == "yes"
    rows = demand.unread_at(desk) if only_unread else demand.needs_at(desk)
    ordered = rows.select_related("want", "school").order_by(
        F("read_at").asc(nulls_first=True), "told_at", "pk"
    )
    context = {
        "desk": desk,
        "only_unread": only_unread,
        "page_obj": Paginator(ordered, A_PAGE).get_page(request.GET.get("page")),
        "can_read": authority.works_at_a_desk(member),
    }
    return render(request, "brokers/needs.html", context)


@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    member = reading_a_desk(request)
    need = get_object_or_404(demand.needs_visible_to(member), pk=pk)
    demand.read(need, by=member)
    messages.success(request, "The school sees now that you have read this.")
    return redirect("brokers:needs")
