"""One listing at many workplaces: all of them on a page, and more from a spreadsheet."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.http import acting
from accounts.models import Member
from accounts.phrases import plural
from placements import authority, every_site, site_rows, sites, spread, withdrawals
from placements.forms.booking import Cancel, put_back
from placements.forms.sites import THE_GOOD, AddSites, WhichSites
from placements.models import Placement
from placements.models.placements import PlacementQuerySet
from placements.site_rows import Fault
from placements.sites import Spread
from placements.states import CLOSED, PlacementState, SlotState
from placements.views.listings import listing_to_write, own_listing, typed

A_PAGE = 50


@require_safe
def everything(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = own_listing(request, pk)
    form = WhichSites(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = shown(placement, asked.get("q", ""), asked.get("state", ""))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    withdrawn = withdrawals.whole(placement).filter(state=PlacementState.WITHDRAWN)
    dates_left = withdrawals.left().filter(placement__in=withdrawn).count()
    context = {
        "placement": placement,
        "page_obj": page,
        "dates_left": dates_left,
        "bookings_left": withdrawals.at_stake(withdrawn).count() if dates_left else 0,
        "some_stand": withdrawals.whole(placement).exclude(state__in=CLOSED).exists(),
        "form": form,
        "may_write": authority.may_write_listing(acting(request), placement),
    }
    return render(request, "placements/sites.html", context)


def shown(placement: Placement, asked: str, state: str) -> PlacementQuerySet:
    """The listing's own place and its sites, with what is to come at each."""
    whole = Placement.objects.filter(Q(pk=placement.pk) | Q(text_of=placement))
    if asked:
        there = Q(workplace__name__icontains=asked) | Q(workplace__town__icontains=asked)
        whole = whole.filter(there | Q(workplace__postcode__istartswith=asked))
    if state:
        whole = whole.filter(state=state)
    coming = Q(slots__state=SlotState.OPEN, slots__starts_on__gt=clock.today())
    return (
        whole.select_related("workplace")
        .annotate(
            dates=Count("slots", filter=coming),
            soonest=Min("slots__starts_on", filter=coming),
            **spread.places(),
        )
        .order_by("workplace__town", "workplace__name", "pk")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = listing_to_write(request, pk)
    form = AddSites(typed(request), request.FILES or None)
    faults: list[Fault] = []
    if form.is_valid():
        try:
            done, faults = taken(form, placement, acting(request))
        except ValidationError as refusal:
            form.add_error("rows", refusal)
        else:
            if done:
                messages.success(request, told(done))
                if not faults:
                    return redirect("placements:sites", pk)
            else:
                form.add_error(
                    "rows", f"{plural(len(faults), 'thing')} must be put right. No row was taken."
                )
    context = {
        "placement": placement,
        "form": form,
        "found_wrong": faults,
        "not_now": why_not(placement),
    }
    return render(request, "placements/sites_add.html", context)


def taken(
    form: AddSites, placement: Placement, member: Member
) -> tuple[Spread | None, list[Fault]]:
    """What was done with the rows, and what is wrong with those that were not taken."""
    rows, unread = site_rows.read(form.cleaned_data["rows"])
    untaken = sites.faults(placement, rows)
    faults = sorted([*unread, *untaken])
    if faults and form.cleaned_data["wrong"] != THE_GOOD:
        return None, faults
    bad = {fault.line for fault in untaken}
    good = [row for row in rows if row.line not in bad]
    return (sites.spread(placement, good, by=member) if good else None), faults


def told(done: Spread) -> str:
    return f"{plural(done.made, 'row')} added, {done.changed} changed, {done.same} as they were."


def why_not(placement: Placement) -> str:
    try:
        sites.refuse_unless_spreadable(placement)
    except ValidationError as refusal:
        return str(refusal.messages[0])
    return ""


@require_safe
def template(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = site_rows.template(sites.counted_in(own_listing(request, pk)))
    answer = HttpResponse(rows, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="workplaces.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says first what it ends, then does it: the first dates at once, the rest in rounds."""
    placement = listing_to_write(request, pk)
    form = Cancel(typed(request), by_school=False)
    if form.is_valid():
        try:
            number = withdrawals.everywhere(placement, by=acting(request), **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="comment")
        else:
            withdrawals.go_on(of=withdrawals.whole(placement), at_most=withdrawals.AT_ONCE)
            messages.success(request, f"{plural(number, 'listing')} withdrawn.")
            return redirect("placements:sites", pk)
    standing = withdrawals.whole(placement).exclude(state__in=CLOSED)
    at_stake = withdrawals.at_stake(standing)
    context = {
        "placement": placement,
        "form": form,
        "listings": standing.count(),
        "bookings": at_stake.count(),
        "schools": at_stake.values("school").distinct().count(),
    }
    return render(request, "placements/sites_withdraw.html", context)


@require_POST
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    number = every_site.pause(listing_to_write(request, pk), by=acting(request))
    messages.success(request, f"{plural(number, 'listing')} paused.")
    return redirect("placements:sites", pk)


@require_POST
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = listing_to_write(request, pk)
    said = f"{plural(every_site.resume(placement, by=acting(request)), 'listing')} shown again."
    if left := shown(placement, "", PlacementState.PAUSED).count():
        said += f" {left} still paused: open each of them to see what it needs."
    messages.success(request, said)
    return redirect("placements:sites", pk)
