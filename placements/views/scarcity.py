"""The pages of scarce dates: keep places for some, and say when booking opens."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import acting
from placements import authority, reserves
from placements.forms.booking import put_back
from placements.forms.scarcity import OPENING_BESIDE, Opening, Priority
from placements.models import Placement, Slot
from placements.states import SlotState
from placements.views.listings import listing_to_write, typed


@require_http_methods(["GET", "HEAD", "POST"])
def prioritise(request: HttpRequest, pk: UUID, slot: UUID) -> HttpResponse:
    """For the provider, and for the hub on whose desk the listing lies."""
    found = slot_to_prioritise(request, pk, slot)
    form = Priority(found, typed(request))
    if form.is_valid():
        try:
            kept = reserves.prioritise(found, by=acting(request), **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, concerns=form.beside)
        else:
            messages.success(request, f"Saved. {kept.why_kept or kept.when_it_opens}")
            return back_to_dates(request, found)
    context = {
        "form": form,
        "slot": found,
        "placement": found.placement,
        "booked": reserves.booked_of_kept(found),
        "writes": authority.may_write_listing(acting(request), found.placement),
    }
    return render(request, "placements/slot_priority.html", context)


@require_POST
def let_everybody(request: HttpRequest, pk: UUID, slot: UUID) -> HttpResponse:
    found = slot_to_prioritise(request, pk, slot)
    reserves.let_everybody(found, by=acting(request))
    messages.success(request, "No places are kept any more. All schools can book what is free.")
    return back_to_dates(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, pk: UUID, slot: UUID) -> HttpResponse:
    placement = listing_to_write(request, pk)
    found = slot_of(placement, slot)
    form = Opening(typed(request), initial=Opening.answers_of(found))
    if form.is_valid():
        try:
            opens = reserves.announce(found, opens_at=form.moment, by=acting(request))
        except ValidationError as refusal:
            put_back(form, refusal, concerns=OPENING_BESIDE)
        else:
            messages.success(request, f"Saved. {opens.when_it_opens}")
            return redirect("placements:listing-dates", placement.pk)
    context = {"form": form, "slot": found, "placement": placement}
    return render(request, "placements/slot_opening.html", context)


@require_POST
def open_as_usual(request: HttpRequest, pk: UUID, slot: UUID) -> HttpResponse:
    placement = listing_to_write(request, pk)
    reserves.announce(slot_of(placement, slot), opens_at=None, by=acting(request))
    messages.success(request, "Booking opens as the listing says.")
    return redirect("placements:listing-dates", placement.pk)


def slot_to_prioritise(request: HttpRequest, pk: UUID, slot: UUID) -> Slot:
    member = acting(request)
    visible = Placement.objects.visible_to(member)
    with_sides = visible.select_related("provider", "workplace", "written_by")
    placement = get_object_or_404(with_sides, pk=pk)
    if not authority.may_prioritise(member, placement):
        raise PermissionDenied
    return slot_of(placement, slot)


def slot_of(placement: Placement, pk: UUID) -> Slot:
    offered = placement.slots.filter(state=SlotState.OPEN).select_related("priority")
    slot = get_object_or_404(offered, pk=pk)
    slot.placement = placement
    return slot


def back_to_dates(request: HttpRequest, slot: Slot) -> HttpResponse:
    """A hub has no pages of the listing but the one that everybody reads."""
    writes = authority.may_write_listing(acting(request), slot.placement)
    name = "placements:listing-dates" if writes else "placements:placement"
    return redirect(name, slot.placement_id)
