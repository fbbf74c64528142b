"""A provider's own listings: the list, starting one, and what can be done with each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import ListView

from accounts import bounces
from accounts.http import acting
from accounts.models import Member
from accounts.phrases import plural
from placements import (
    authority,
    bar,
    confirmation,
    desks,
    listings,
    revisions,
    sections,
    spread,
    withdrawals,
)
from placements.forms.booking import Cancel, put_back
from placements.forms.listing import WhichKind
from placements.listing_pages import Progress
from placements.models import Booking, Placement
from placements.models.placements import PlacementQuerySet
from placements.states import BEING_WRITTEN, CLOSED, PlacementState
from placements.words import SMALL_OFFERS, ListingRefusal
from placements.written import confirmation_is_owed

FIGURES = {
    PlacementState.SENT_BACK: "to mend",
    PlacementState.DRAFT: "to finish",
    PlacementState.SUBMITTED: "with the broker",
    PlacementState.PUBLISHED: "published",
    PlacementState.EXPIRED: "out of dates",
    PlacementState.PAUSED: "paused",
}


def own_listing(request: HttpRequest, pk: UUID) -> Placement:
    """One's own listing in any state; anybody else's is as good as absent."""
    rows = Placement.objects.kept_by(acting(request))
    related = ("provider", "workplace", "written_by__organisation", "risk_accepted_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def listing_to_write(request: HttpRequest, pk: UUID) -> Placement:
    placement = own_listing(request, pk)
    if not authority.may_write_listing(acting(request), placement):
        raise PermissionDenied
    return placement


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, an empty form too; nothing when the page is only looked at."""
    return request.POST if request.method == "POST" else None


class ListingList(ListView[Placement]):
    """What needs its provider first stands first; a text at many workplaces is one row."""

    template_name = "placements/listings.html"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Placement]:
        seen = self._kept()
        rows = spread.as_one(seen).select_related("provider", "workplace")
        return rows.most_urgent_first(seen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        member = acting(self.request)
        context = super().get_context_data(**kwargs)
        return dict(
            context,
            kept=spread.kept(context["page_obj"], self._kept()),
            counts=_counts(Placement.objects.kept_by(member).count_by_state()),
            state=self.request.GET.get("state", ""),
            to_confirm=_to_confirm(member),
            may_start=authority.may_list(member),
            may_start_for_others=authority.may_list_for_others(member),
        )

    def _kept(self) -> PlacementQuerySet:
        member = acting(self.request)
        if not member.organisation.lists_placements and not authority.may_list_for_others(member):
            raise PermissionDenied
        kept = Placement.objects.kept_by(member)
        state = self.request.GET.get("state", "")
        return kept.filter(state=state) if state in PlacementState.values else kept


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not authority.may_list(member):
        raise PermissionDenied
    form = WhichKind(typed(request))
    if form.is_valid():
        placement = listings.start(by=member, **form.values)
        return redirect(first_page(placement))
    return render(request, "placements/listing_start.html", {"form": form})


@require_safe
def listing(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = own_listing(request, pk)
    revision = revisions.open_for(placement)
    member = acting(request)
    last_move = placement.moves.last()
    context = {
        "placement": placement,
        "progress": Progress(placement, revision),
        "revision": revision,
        "differences": revisions.differences(revision) if revision else [],
        "last_move": last_move,
        "refusal": dict(ListingRefusal.choices).get(last_move.reason, "") if last_move else "",
        "can_write": authority.may_write_listing(member, placement),
        "confirmation_owed": confirmation_is_owed(placement),
        "can_confirm": confirmation.may_confirm(member, placement)
        and confirmation.waits(placement),
        "slots": placement.slots.open(),
        "sites": withdrawals.whole(placement).exclude(state__in=CLOSED).count(),
        "came_back": bounces.about(member, [placement]).get(str(placement.pk)),
    }
    return render(request, "placements/listing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check your answers, then send them to the broker."""
    placement = listing_to_write(request, pk)
    revision = revisions.open_for(placement)
    if request.method == "POST":
        return _send(request, placement)
    proposed = revisions.as_proposed(placement, revision)
    context = {
        "placement": placement,
        "progress": Progress(placement, revision),
        "shortcomings": bar.shortcomings(proposed),
        "slots": placement.slots.open(),
        "revision": revision,
        "confirm_with": _confirms(acting(request), placement),
    }
    return render(request, "placements/listing_check.html", context)


@require_safe
def sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = own_listing(request, pk)
    context = {
        "placement": placement,
        "confirmation_owed": confirmation_is_owed(placement),
        "desk": desks.desk_of(placement),
    }
    return render(request, "placements/listing_sent.html", context)


@require_POST
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = listings.pause(own_listing(request, pk), by=acting(request))
    messages.success(request, "Paused. Schools no longer see it; bookings stand.")
    return redirect("placements:listing", placement.pk)


@require_POST
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = listings.resume(own_listing(request, pk), by=acting(request))
    messages.success(request, "Schools can see it again.")
    return redirect("placements:listing", placement.pk)


@require_POST
def still_right(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = listings.still_right(own_listing(request, pk), by=acting(request))
    messages.success(request, "Thank you. Schools see that you looked at it today.")
    return redirect("placements:listing", placement.pk)


@require_POST
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    fresh = listings.copy(own_listing(request, pk), by=acting(request))
    messages.success(request, "Copied. Add dates, look it over and send it in.")
    return redirect("placements:listing", fresh.pk)


@require_POST
def discard_changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = own_listing(request, pk)
    if revision := revisions.open_for(placement):
        revisions.discard(revision, by=acting(request))
        messages.success(request, "Your changes are gone. The published version stays.")
    return redirect("placements:listing", placement.pk)


@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    placement = confirmation.confirm(own_listing(request, pk), by=acting(request))
    messages.success(request, "Confirmed. The broker reads it next.")
    return redirect("placements:listing", placement.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says first what withdrawing ends, then does it."""
    placement = listing_to_write(request, pk)
    coming = Booking.objects.live().filter(slot__in=placement.slots.open())
    form = Cancel(typed(request), by_school=False)
    if request.method == "POST" and not coming.exists():
        return _withdrawn(request, placement, {})
    if form.is_valid():
        try:
            return _withdrawn(request, placement, form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="comment")
    context = {
        "placement": placement,
        "form": form,
        "schools": coming.values("school").distinct().count(),
        "bookings": coming.count(),
    }
    return render(request, "placements/listing_withdraw.html", context)


def _withdrawn(request: HttpRequest, placement: Placement, why: dict[str, str]) -> HttpResponse:
    ended = listings.withdraw(placement, by=acting(request), **why)
    told = f" We have told {plural(ended, 'school')}." if ended else ""
    messages.success(request, f"Withdrawn.{told}")
    return redirect("placements:listing", placement.pk)


def _send(request: HttpRequest, placement: Placement) -> HttpResponse:
    member = acting(request)
    try:
        if placement.state in BEING_WRITTEN:
            listings.submit(placement, by=member)
        elif revision := revisions.open_for(placement):
            revisions.submit(revision, by=member)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("placements:check-listing", placement.pk)
    return redirect("placements:sent-listing", placement.pk)


def _confirms(member: Member, placement: Placement) -> str:
    """Who is asked to confirm what this member sends in; nobody, when it is their own."""
    theirs = placement.provider_id == member.organisation_id
    return "" if theirs else placement.confirmation_asked_of


def _to_confirm(member: Member) -> int:
    """For how many it is asked whether they are still right, of one who may answer."""
    if not member.may_write:
        return 0
    return spread.as_one(Placement.objects.kept_by(member).in_question()).count()


def _counts(by_state: dict[str, int]) -> list[tuple[int, str, str]]:
    """The figures at the top of the list, each leading to its listings."""
    return [
        (by_state[state], FIGURES[state], f"{reverse('placements:listings')}?state={state.value}")
        for state in FIGURES
        if by_state.get(state)
    ]


def first_page(placement: Placement) -> str:
    """A talk goes straight to its first question; anything longer shows the way first."""
    if placement.kind in SMALL_OFFERS:
        return Progress(placement).address_of(sections.of(placement)[0].code)
    return Progress(placement).task_list
