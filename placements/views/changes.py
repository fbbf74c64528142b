"""Changing what schools have booked: for the host fewer places and other dates, and for each
school that is asked, to keep or to leave; signed in, or from its mail."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import acting
from accounts.models import Member, Organisation
from accounts.phrases import plural
from placements import change_links, changes, lowering, redating
from placements.change_links import Opened
from placements.forms.changes import FewerPlaces, MoveDates
from placements.lowering import Lowered
from placements.models import Booking, Slot
from placements.models.bookings import BookingQuerySet
from placements.states import AGREED, BookingState
from placements.views.bookings import visible
from placements.views.listing_dates import slot_of
from placements.views.listings import listing_to_write, typed

GET_OR_POST = ["GET", "HEAD", "POST"]
# What became of the booking just answered for: for the page that says what happens next.
BECAME = "changed_became"
# Of the digits of a change.
LONGEST_NUMBER = 19
# What is said after an answer, by what has become of the booking.
DONE = {
    "kept": "You keep your places. The host has been told.",
    "asks_on": "Your request stands as it is now. The host has been told, and answers it as before.",
    "left": "You have left. The host has been told.",
    "owed": "You have left. The host has been told, and we look for other places for you.",
}


@require_http_methods(GET_OR_POST)
def fewer(request: HttpRequest, pk: uuid.UUID, slot: uuid.UUID) -> HttpResponse:
    """Room for fewer than are booked: which of them cannot come, or all of them do after all."""
    placement = listing_to_write(request, pk)
    found = slot_of(placement, slot)
    held = held_on(found)
    if not held:
        return redirect("placements:change-slot", placement.pk, found.pk)
    form = FewerPlaces(found, held, typed(request), places=request.GET.get("places", ""))
    is_stale = form.is_bound and form.data.get("seen") != form.mark
    try:
        done = None if is_stale else lowered(form, found, acting(request))
    except ValidationError as refusal:
        is_stale, done = getattr(refusal, "code", "") == lowering.CHANGED_SINCE, None
        form.put_back(refusal)
    if done:
        messages.success(request, words_for(done))
        return redirect("placements:listing-dates", placement.pk)
    if is_stale:
        form = FewerPlaces.again(found, held_on(found), form.data)
    context = {"placement": placement, "slot": found, "form": form, "is_stale": is_stale}
    return render(request, "placements/listing_slot_fewer.html", context)


def held_on(slot: Slot) -> list[Booking]:
    return list(lowering.holding_places(slot).select_related("school"))


def lowered(form: FewerPlaces, slot: Slot, by: Member) -> Lowered | None:
    """To what is booked, with nothing else said; or to what the host has chosen."""
    told: dict[str, Any] = {"seen": form.mark, "by": by}
    if form.data.get("answer") == "keep_all":
        return lowering.lower(slot, places=form.booked, keep={}, **told)
    if not form.is_valid():
        return None
    given = form.cleaned_data
    why = {name: given[name] for name in ("reason", "comment")}
    return lowering.lower(slot, places=given["places"], keep=form.keep, **why, **told)


def words_for(done: Lowered) -> str:
    told = []
    if done.called_off:
        told.append(f"{plural(done.called_off, 'booking')} called off")
    if done.reduced:
        told.append(f"{plural(done.reduced, 'booking')} made smaller")
    if not told:
        return "Saved. Every school keeps its places."
    return f"Saved: {' and '.join(told)}. We have told the schools."


@require_http_methods(GET_OR_POST)
def move(request: HttpRequest, pk: uuid.UUID, slot: uuid.UUID) -> HttpResponse:
    """Other dates for what is booked; each school is asked to keep its places or to leave."""
    placement = listing_to_write(request, pk)
    found = slot_of(placement, slot)
    form = MoveDates(typed(request))
    if form.is_valid():
        given = form.cleaned_data
        dates = {"starts_on": given["starts_on"], "ends_on": given["ends_on"] or given["starts_on"]}
        why = {name: given[name] for name in ("reason", "comment")}
        try:
            asked = redating.move(found, by=acting(request), **dates, **why)
        except ValidationError as refusal:
            form.put_back(refusal)
        else:
            messages.success(request, f"Moved. We have asked {plural(asked, 'school')}.")
            return redirect("placements:listing-dates", placement.pk)
    to_ask = found.bookings.live()
    context = {
        "placement": placement,
        "slot": found,
        "form": form,
        "agreed": in_order(to_ask.filter(state__in=AGREED)),
        "requested": in_order(to_ask.filter(state=BookingState.REQUESTED)),
        "offered": in_order(found.bookings.on_list().exclude(state=BookingState.WAITING)),
        "groups": found.bookings.in_turn().count(),
        "days": changes.WORKING_DAYS_TO_DECIDE,
    }
    return render(request, "placements/listing_slot_move.html", context)


def in_order(held: BookingQuerySet) -> list[Organisation]:
    return [one.school for one in held.select_related("school").order_by("asked_at", "pk")]


@require_POST
def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return said(request, pk, changes.keep)


@require_POST
def leave(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return said(request, pk, changes.leave)


def said(request: HttpRequest, pk: uuid.UUID, verb: Callable[..., Booking]) -> HttpResponse:
    """Back to the booking; also if it has changed again, for that is what the page shows now."""
    member = acting(request)
    try:
        answered = verb(visible(member, pk), by=member, change=seen(request))
    except ValidationError as refusal:
        if getattr(refusal, "code", "") != changes.CHANGED_AGAIN:
            raise
        messages.info(request, refusal.message)
    else:
        messages.success(request, DONE[became(answered)])
    return redirect("placements:booking", pk)


def became(booking: Booking) -> str:
    """What its school has now: a request that its host had not accepted yet holds no promise."""
    if booking.is_live:
        return "kept" if booking.is_in_touch else "asks_on"
    return "owed" if booking.replacement_owed else "left"


def seen(request: HttpRequest) -> int:
    """The change that the page had shown; whatever is no number is none of them."""
    given = request.POST.get("change", "")
    return int(given) if given.isdecimal() and len(given) <= LONGEST_NUMBER else 0


@never_cache
@login_not_required
@require_http_methods(GET_OR_POST)
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail, without signing in. A refusal here is no form's: it becomes a message."""
    found = change_links.opened(token)
    if found is None:
        return render(request, "placements/booking_link_spent.html", status=410)
    answered = answered_by(found, request.POST.get("answer", ""))
    if answered:
        request.session[BECAME] = became(answered)
        return redirect("placements:change-answered")
    context = {"change": found.change, "booking": found.change.booking}
    return render(request, "placements/booking_changed.html", context)


def answered_by(found: Opened, said: str) -> Booking | None:
    verbs = {"keep": change_links.keep, "leave": change_links.leave}
    return verbs[said](found) if said in verbs else None


@login_not_required
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    context = {"became": request.session.get(BECAME)}
    return render(request, "placements/change_answered.html", context)
