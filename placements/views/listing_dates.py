"""The dates of a listing: adding, changing, removing and cancelling them."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import acting
from accounts.phrases import plural
from placements import revisions, slots
from placements.forms.listing_dates import BESIDE, CallOff, Dates
from placements.listing_pages import Progress
from placements.models import Placement, Slot
from placements.states import BEING_WRITTEN, SlotState
from placements.views.listings import listing_to_write, typed

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dates so far, and the form for more."""
    placement = listing_to_write(request, pk)
    form = Dates(placement, typed(request))
    if form.is_valid() and _added(request, placement, form):
        messages.success(request, "Dates added. Add more, or continue.")
        return redirect("placements:listing-dates", placement.pk)
    rows = placement.slots.with_list().select_related("priority").soonest_first()
    context = {
        "placement": placement,
        "form": form,
        "page_obj": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "broker_notes": placement.review_notes.filter(section="dates", settled_at=None),
        "being_written": placement.state in BEING_WRITTEN,
        "onwards": _onwards(placement),
    }
    return render(request, "placements/listing_dates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: UUID, slot: UUID) -> HttpResponse:
    placement = listing_to_write(request, pk)
    found = slot_of(placement, slot)
    form = Dates(placement, typed(request), initial=Dates.answers_of(found))
    if form.is_valid() and _changed(request, found, form):
        messages.success(request, "Saved.")
        return redirect("placements:listing-dates", placement.pk)
    context = {
        "placement": placement,
        "slot": found,
        "form": form,
        "booked": found.bookings.live().exists(),
        # Fewer than are booked: the page for that is told how many.
        "wanted": form["places"].value() if form.has_error("places", "below_taken") else "",
        "can_remove": placement.state in BEING_WRITTEN and not found.bookings.exists(),
    }
    return render(request, "placements/listing_slot.html", context)


@require_POST
def remove(request: HttpRequest, pk: UUID, slot: UUID) -> HttpResponse:
    placement = listing_to_write(request, pk)
    slots.remove(slot_of(placement, slot), by=acting(request))
    messages.success(request, "Dates removed.")
    return redirect("placements:listing-dates", placement.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: UUID, slot: UUID) -> HttpResponse:
    """Says first whom it concerns, then calls the dates off."""
    placement = listing_to_write(request, pk)
    found = slot_of(placement, slot)
    form = CallOff(typed(request))
    if form.is_valid():
        try:
            ended = slots.cancel(found, by=acting(request), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            told = f" We have told {plural(ended, 'school')}." if ended else ""
            messages.success(request, f"Cancelled.{told}")
            return redirect("placements:listing-dates", placement.pk)
    context = {"placement": placement, "slot": found, "form": form}
    context["schools"] = found.bookings.holding_places().values("school").distinct().count()
    context["groups"] = found.bookings.in_turn().count()
    return render(request, "placements/listing_slot_cancel.html", context)


def slot_of(placement: Placement, pk: UUID) -> Slot:
    slot = get_object_or_404(placement.slots.filter(state=SlotState.OPEN), pk=pk)
    slot.placement = placement
    return slot


def _added(request: HttpRequest, placement: Placement, form: Dates) -> bool:
    given = form.cleaned_data
    try:
        slots.add(
            placement,
            starts_on=given["starts_on"],
            ends_on=form.ends,
            places=given["places"],
            note=given["note"],
            by=acting(request),
        )
    except ValidationError as refusal:
        form.add_error(BESIDE.get(str(getattr(refusal, "code", ""))), refusal)
        return False
    return True


def _changed(request: HttpRequest, slot: Slot, form: Dates) -> bool:
    given = form.cleaned_data
    try:
        slots.change(
            slot,
            starts_on=given["starts_on"],
            ends_on=form.ends,
            places=given["places"],
            note=given["note"],
            by=acting(request),
        )
    except ValidationError as refusal:
        form.add_error(BESIDE.get(str(getattr(refusal, "code", ""))), refusal)
        return False
    return True


def _onwards(placement: Placement) -> str:
    progress = Progress(placement, revisions.open_for(placement))
    return progress.after("dates") if placement.state in BEING_WRITTEN else progress.task_list
