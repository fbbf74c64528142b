"""The steps of a booking: ask, accept, decline, cancel, write, say who came."""

import uuid
from typing import NamedTuple, Self

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import acting
from accounts.models import Member
from placements import authority, booking_rules, bookings, priority, waiting_rules
from placements.forms.booking import (
    Accept,
    AskForPlaces,
    Cancel,
    Decline,
    GiveBack,
    Note,
    put_back,
)
from placements.forms.seen import days_of, with_answers
from placements.models import Booking, Slot
from placements.slots import DAYS_FOR_ASKING
from placements.states import BookingState
from placements.views.bookings import page_of, visible

GET_OR_POST = ["GET", "HEAD", "POST"]
NOT_SPARE = dict.fromkeys(("move_not_allowed", "are_named", "group_too_small"), "places")


@require_http_methods(GET_OR_POST)
def ask_for_places(request: HttpRequest, pk: uuid.UUID, slot: uuid.UUID) -> HttpResponse:
    member = acting(request)
    wanted = bookable(member, pk, slot)
    asked = {name: request.GET.get(name, "") for name in ("places", "year_group")}
    initial = {**asked, **days_of(wanted)}
    rule = priority.question_about(wanted, member.organisation)
    form = AskForPlaces(wanted.placement, typed(request), initial=initial, asks_about=rule)
    if form.is_valid():
        try:
            booking = bookings.request(wanted, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="places")
            look_again(form, wanted)
        else:
            return redirect("placements:booking-sent", booking.pk)
    not_now = None if form.is_bound else why_not_now(wanted, member)
    is_too_full = getattr(not_now, "code", "") in priority.TOO_FEW
    is_too_full |= any(form.has_error("places", code) for code in priority.TOO_FEW)
    context = {
        "form": form,
        "slot": wanted,
        "placement": wanted.placement,
        "answer_by": booking_rules.answer_by(wanted),
        "not_now": not_now,
        "is_named": priority.gives_all(wanted, member.organisation),
        "may_wait": is_too_full and why_not_now(wanted, member, wait=True) is None,
        "earlier": wanted.bookings.live().filter(school=member.organisation_id).first(),
    }
    return render(request, "placements/booking_form.html", context)


@require_http_methods(GET_OR_POST)
def accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    booking = answerable(member, pk)
    form = Accept(booking, typed(request))
    if form.is_valid():
        try:
            accepted = bookings.accept(booking, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="places")
        else:
            messages.success(request, f"You have accepted {accepted}. The school has been told.")
            return redirect("placements:booking", pk)
    return render(request, "placements/booking_accept.html", {"form": form, "booking": booking})


@require_http_methods(GET_OR_POST)
def decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    booking = answerable(member, pk)
    form = Decline(typed(request))
    if form.is_valid():
        try:
            bookings.decline(booking, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="comment")
        else:
            messages.success(request, "You have declined. The school has been told.")
            return redirect("placements:booking", pk)
    return render(request, "placements/booking_decline.html", {"form": form, "booking": booking})


@require_http_methods(GET_OR_POST)
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    booking = visible(member, pk)
    if not authority.may_call_off(member, booking):
        raise PermissionDenied
    words = Leaving.of(booking)
    form = Cancel(typed(request), by_school=member.organisation_id == booking.school_id)
    if form.is_valid():
        try:
            bookings.cancel(booking, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="comment")
        else:
            messages.success(request, words.done)
            return redirect("placements:booking", pk)
    context = {"form": form, "booking": booking, "words": words}
    return render(request, "placements/booking_cancel.html", context)


@require_http_methods(GET_OR_POST)
def give_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    booking = visible(member, pk)
    if not authority.may_give_back(member, booking):
        raise PermissionDenied
    form = GiveBack(booking, typed(request))
    if form.is_valid():
        try:
            left = bookings.give_back(booking, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="places", concerns=NOT_SPARE)
        else:
            messages.success(request, f"You keep {left}. The host has been told.")
            return redirect("placements:booking", pk)
    return render(request, "placements/booking_give_back.html", {"form": form, "booking": booking})


@require_POST
def write(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    booking = visible(member, pk)
    form = Note(request.POST)
    if form.is_valid():
        try:
            bookings.ask(booking, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="words")
        else:
            messages.success(request, "Your message is with the booking, and they have been told.")
            return redirect("placements:booking", pk)
    return page_of(request, member, booking, form)


@require_POST
def not_attended(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    bookings.mark_not_attended(visible(member, pk), by=member)
    messages.success(request, "Marked as not attended.")
    return redirect("placements:booking", pk)


@require_POST
def attended(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    bookings.mark_attended(visible(member, pk), by=member)
    messages.success(request, "Marked as completed.")
    return redirect("placements:booking", pk)


class Leaving(NamedTuple):
    """What calling off is called, by what there is to call off."""

    heading: str
    button: str
    means: str
    done: str

    @classmethod
    def of(cls, booking: Booking) -> Self:
        if booking.state == BookingState.WAITING:
            return cls(
                "Leave the waiting list",
                "Leave the waiting list",
                "If you join again, you start behind everybody who waits then.",
                "You have left the waiting list.",
            )
        if booking.state == BookingState.OFFERED:
            return cls(
                "Turn this offer down",
                "Turn the offer down",
                "The places are free for others at once."
                if booking.replaces_id
                else "The places are offered to whoever is next at once, and you leave the list.",
                "You have turned the offer down. The places are free for others.",
            )
        means = "The places will be free for other schools at once, and the other side is told."
        done = "The booking is cancelled. The other side has been told."
        if booking.is_in_touch:
            return cls("Cancel this booking", "Cancel the booking", means, done)
        return cls("Take this request back", "Take the request back", means, done)


def typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def bookable(member: Member, placement: uuid.UUID, slot: uuid.UUID) -> Slot:
    """A slot that the member may see and, acting for a school, book."""
    seen = Slot.objects.visible_to(member).select_related("placement__provider", "priority")
    found = get_object_or_404(seen, pk=slot, placement=placement)
    if not authority.may_book(member):
        raise PermissionDenied
    return found


def look_again(form: AskForPlaces, slot: Slot) -> None:
    """Where its dates have moved the page shows them as they are now, and may be sent again."""
    if form.has_error("places", "dates_changed"):
        slot.refresh_from_db(fields=["starts_on", "ends_on", *DAYS_FOR_ASKING])
        now = {name: day.isoformat() for name, day in days_of(slot).items()}
        form.data = with_answers(form.data, **now)


def why_not_now(slot: Slot, member: Member, *, wait: bool = False) -> ValidationError | None:
    try:
        booking_rules.refuse_unless_any(slot, member.organisation, wait=wait)
        if wait:
            waiting_rules.refuse_unless_list_is_open(slot)
    except ValidationError as refusal:
        return refusal
    return None


def answerable(member: Member, pk: uuid.UUID) -> Booking:
    booking = visible(member, pk)
    if not authority.may_answer(member, booking):
        raise PermissionDenied
    return booking
