"""The pages of a waiting list: join it, take an offer up, answer one from its mail."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import acting
from placements import bookings, offer_links, priority, waiting, waiting_rules
from placements.answer_links import Opened
from placements.forms.booking import Cancel, JoinList, put_back
from placements.forms.seen import days_of, seen
from placements.models import Booking, Slot
from placements.states import BookingState
from placements.views.booking_steps import (
    GET_OR_POST,
    bookable,
    look_again,
    typed,
    why_not_now,
)
from placements.views.bookings import visible

# What became of the offer just answered: for the page that says what happens next.
BECAME = "offer_became"


@require_http_methods(GET_OR_POST)
def join(request: HttpRequest, pk: uuid.UUID, slot: uuid.UUID) -> HttpResponse:
    """Wait for places; whoever finds enough of them free after all books them at once."""
    member = acting(request)
    wanted = bookable(member, pk, slot)
    # From the form for booking, with all that was typed there, to read how the list works.
    looks_first = "look" in request.POST
    said = None if looks_first else typed(request)
    rule = priority.question_about(wanted, member.organisation)
    form = JoinList(wanted.placement, said, initial=said_before(request, wanted), asks_about=rule)
    if form.is_valid():
        try:
            booking = bookings.request(wanted, by=member, wait=True, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="places")
            look_again(form, wanted)
        else:
            return redirect("placements:booking-sent", booking.pk)
    context = {
        "form": form,
        "slot": wanted,
        "placement": wanted.placement,
        "list_ends": waiting_rules.list_ends(wanted),
        "not_now": why_not_now(wanted, member, wait=True) if not form.is_bound else None,
        "earlier": wanted.bookings.live().filter(school=member.organisation_id).first(),
    }
    return render(request, "placements/booking_wait.html", context)


def said_before(request: HttpRequest, slot: Slot) -> dict[str, Any]:
    sent = request.POST or request.GET
    asked = ("places", "priority_students", "counted_for", "year_group", "note")
    said = {name: sent.get(name, "") for name in asked}
    return {**said, **days_of(slot), "adjustments": sent.getlist("adjustments")}


@require_POST
def take_up(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    booking = waiting.take_up(visible(member, pk), by=member, **seen(request.POST))
    messages.success(request, words_for(booking))
    return redirect("placements:booking", pk)


@never_cache
@login_not_required
@require_http_methods(GET_OR_POST)
def answer_offer(request: HttpRequest, token: str) -> HttpResponse:
    found = offer_links.opened(token)
    if found is None or found.booking.state != BookingState.OFFERED:
        return render(request, "placements/booking_link_spent.html", status=410)
    turning_down = Cancel(request.POST if request.POST.get("answer") == "no" else None)
    answered = taken_up(request, found) or turned_down(found, turning_down)
    if answered:
        request.session[BECAME] = answered.state
        messages.success(request, words_for(answered))
        return redirect("placements:offer-answered")
    context = {"booking": found.booking, "form": turning_down}
    return render(request, "placements/booking_offer.html", context)


@login_not_required
@require_safe
def offer_answered(request: HttpRequest) -> HttpResponse:
    return render(
        request, "placements/offer_answered.html", {"became": request.session.get(BECAME)}
    )


def taken_up(request: HttpRequest, found: Opened) -> Booking | None:
    """A refusal here is no form's: it becomes a message on the page that they came from."""
    if request.POST.get("answer") != "yes":
        return None
    return offer_links.take_up(found, **seen(request.POST))


def turned_down(found: Opened, form: Cancel) -> Booking | None:
    if not form.is_valid():
        return None
    try:
        return offer_links.turn_down(found, **form.cleaned_data)
    except ValidationError as refusal:
        put_back(form, refusal, invalid="comment")
        return None


def words_for(booking: Booking) -> str:
    if booking.state == BookingState.ACCEPTED:
        return f"You have taken up {booking}. The booking is confirmed."
    if booking.state == BookingState.REQUESTED:
        return f"You have taken up {booking}. We have asked the host."
    return "You have turned the offer down. The places are free for others."
