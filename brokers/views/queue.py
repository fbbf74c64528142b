"""The desk's first page: what waits, and for how long."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brokers import areas, authority, queue
from brokers.http import desk_looked_at, reading_a_desk

A_PAGE = 20


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    member = reading_a_desk(request)
    looked_at = desk_looked_at(request, member)
    asked = request.GET.get("kind", "")
    kind = queue.Kind(asked) if asked in queue.Kind.values else None
    here = queue.Queue(looked_at, reader=member)
    page = Paginator(here.rows(kind), A_PAGE).get_page(request.GET.get("page"))
    counts = here.counts()
    context = {
        "desk": looked_at,
        "page_obj": page,
        "waiting": queue.shown(page),
        "kind": kind,
        "figures": [(counts[one], one) for one in queue.Kind],
        "hubs": areas.accountable_hubs() if authority.is_national(member) else [],
    }
    return render(request, "brokers/desk.html", context)
