"""What students found for themselves: a school writes it down, and follows it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import bounces, limits
from accounts.http import acting
from accounts.models import Member
from placements import authority, found_addresses, self_found
from placements.forms.booking import put_back
from placements.forms.self_found import AskElsewhere, WhatWasFound
from placements.models import SelfFound
from placements.models.self_found import SelfFoundQuerySet
from placements.states import BookingState
from placements.views.booking_steps import GET_OR_POST, typed

A_PAGE = 20
TOO_OFTEN = "You have written to very many. Go on in an hour."
BESIDE = {name: name for name in WhatWasFound.base_fields} | {"key_reused": "employer"}


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    refuse_others(member)
    page = Paginator(of(member), A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "may_record": authority.may_book(member)}
    return render(request, "placements/self_found.html", context)


@require_http_methods(GET_OR_POST)
def record(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not authority.may_book(member):
        raise PermissionDenied
    form = WhatWasFound(typed(request))
    if form.is_valid():
        if not limits.spend(request, "invite", key=str(member.pk)):
            form.add_error("contact_email", TOO_OFTEN)
        else:
            try:
                once = form.cleaned_data["once"]
                made = self_found.record(form.written, form.workplace, by=member, once=once)
            except ValidationError as refusal:
                put_back(form, refusal, concerns=BESIDE)
                if getattr(refusal, "code", "") == "key_reused":
                    form.start_anew()
            else:
                messages.success(request, "We have asked the employer to confirm it.")
                return redirect("placements:self-found-one", made.pk)
    return render(request, "placements/self_found_new.html", {"form": form})


@require_safe
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    found = get_object_or_404(of(member), pk=pk)
    booking = found.booking
    of_either = bounces.about(member, [found, booking])
    context = {
        "found": found,
        "booking": booking,
        "slot": booking.slot,
        "placement": booking.slot.placement,
        "workplace": booking.slot.placement.workplace,
        "came_back": of_either.get(str(booking.pk)) or of_either.get(str(found.pk)),
        "can_correct": (
            booking.state == BookingState.REQUESTED and authority.may_name_students(member, booking)
        ),
        "can_offer": found.may_be_offered and authority.may_name_students(member, booking),
    }
    return render(request, "placements/self_found_one.html", context)


@require_http_methods(GET_OR_POST)
def correct_address(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where the employer is asked, as long as it has not answered."""
    member = acting(request)
    found = get_object_or_404(of(member), pk=pk)
    if not authority.may_name_students(member, found.booking):
        raise PermissionDenied
    if found.booking.state != BookingState.REQUESTED:
        messages.error(request, "The employer is not asked any more.")
        return redirect("placements:self-found-one", pk)
    form = AskElsewhere(typed(request))
    if form.is_valid():
        if not limits.spend(request, "invite", key=str(member.pk)):
            form.add_error("email", TOO_OFTEN)
        else:
            try:
                found_addresses.correct(found, email=form.cleaned_data["email"], by=member)
            except ValidationError as refusal:
                form.add_error("email", refusal)
            else:
                messages.success(request, "We have asked the employer there.")
                return redirect("placements:self-found-one", pk)
    context = {"form": form, "found": found, "placement": found.booking.slot.placement}
    return render(request, "placements/correct_found_address.html", context)


@require_POST
def offer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    self_found.offer(get_object_or_404(of(member), pk=pk), by=member)
    messages.success(request, "Your hub has been told of this employer.")
    return redirect("placements:self-found-one", pk)


def of(member: Member) -> SelfFoundQuerySet:
    rows = SelfFound.objects.visible_to(member).select_related(
        "booking__school",
        "booking__slot__placement__provider",
        "booking__slot__placement__workplace",
    )
    return rows.order_by("-booking__slot__starts_on", "pk")


def refuse_others(member: Member) -> None:
    if not member.organisation.is_school:
        raise PermissionDenied
