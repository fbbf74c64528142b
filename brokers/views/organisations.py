"""An organisation as its desk knows it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Member, Organisation
from accounts.phrases import plural
from brokers import authority, homes, organisations, reading
from brokers.forms import CallOff, Deciding
from brokers.http import posted, reading_a_desk
from placements import lateness, withdrawals
from placements.forms.booking import put_back
from placements.models import Placement
from placements.states import CLOSED, PlacementState

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is known of it; and suspend it, or let it stand again, whichever it is not."""
    member = reading_a_desk(request)
    one = get_object_or_404(reading.organisations_of(member), pk=pk)
    form = Deciding(posted(request))
    if form.is_valid():
        try:
            return _decide(request, one, form, member)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    listings = one.placements.exclude(state=PlacementState.DRAFT)
    context = {
        "form": form,
        "organisation": one,
        "record": lateness.of_school(one) if one.is_school else lateness.of_host(one),
        "workplaces": one.workplaces.active().order_by("made_at")[:SHOWN],
        "listings": listings.order_by("-submitted_at", "pk")[:SHOWN],
        "can_see": set(
            reading.listings_of(member).filter(provider=one).values_list("pk", flat=True)
        ),
        "dates_left": withdrawals.left().filter(placement__provider=one).count(),
        "may_be_called_off": organisations.may_be_called_off(one)
        and one.placements.exclude(state__in=CLOSED).exists(),
        "can_decide": authority.may_decide_at(member, homes.desk_for(one)),
    }
    return render(request, "brokers/organisation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All that it lists and all that was booked there, in one act."""
    member = reading_a_desk(request)
    one = get_object_or_404(reading.organisations_of(member), pk=pk)
    if not authority.may_decide_at(member, homes.desk_for(one)):
        raise PermissionDenied
    form = CallOff(posted(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            number = organisations.call_off_all(
                one,
                reason=said["reason_code"],
                comment=said["comment"],
                because=form.reason,
                by=member,
            )
        except ValidationError as refusal:
            put_back(form, refusal, invalid="comment", concerns={"still_there": "because"})
        else:
            all_of_it = Placement.objects.filter(provider=one)
            withdrawals.go_on(of=all_of_it, at_most=withdrawals.AT_ONCE)
            messages.success(request, f"{plural(number, 'listing')} of {one} withdrawn.")
            return redirect("brokers:organisation", pk)
    standing = one.placements.exclude(state__in=CLOSED)
    at_stake = withdrawals.at_stake(standing)
    context = {
        "form": form,
        "organisation": one,
        "listings": standing.count(),
        "bookings": at_stake.count(),
        "schools": at_stake.values("school").distinct().count(),
        "may_be_called_off": organisations.may_be_called_off(one),
    }
    return render(request, "brokers/call_off.html", context)


def _decide(
    request: HttpRequest, one: Organisation, form: Deciding, member: Member
) -> HttpResponse:
    if one.is_suspended:
        organisations.lift(one, because=form.reason, by=member)
        messages.success(request, f"{one} stands again.")
    else:
        organisations.suspend(one, because=form.reason, by=member)
        messages.success(request, f"{one} has been suspended.")
    return redirect("brokers:organisation", one.pk)
