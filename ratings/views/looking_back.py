"""After a placement: the list of what is over, its debrief, its rating."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import ListView

from accounts.http import acting
from placements.models import Booking
from placements.states import BookingState
from ratings import attendance, authority, debrief, past, rating, reflections
from ratings.forms import DebriefForm, RatingForm
from ratings.models import DebriefSide, Side


class Debriefs(ListView[Booking]):
    template_name = "ratings/debriefs.html"
    context_object_name = "bookings"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Any]:
        return past.bookings(acting(self.request))


def write_debrief(request: HttpRequest, pk: str) -> HttpResponse:
    """One side's questions; and, to either side, what both have written."""
    member = acting(request)
    booking = get_object_or_404(with_sides().filter(pk=pk))
    side = authority.debriefs_as(member, booking)
    if side is None:
        raise Http404
    written = list(booking.debriefs.select_related("by__organisation").order_by("written_at"))
    form = None
    if member.may_write and side not in {each.side for each in written}:
        form = DebriefForm(request.POST or None, side=side, booking=booking)
        if form.is_valid() and _kept(form, booking, request):
            return redirect("ratings:debrief", booking.pk)
    rates = member.may_write and side == DebriefSide.SCHOOL
    may_rate = rates and _is_to_rate(booking, Side.SCHOOL)
    context = {
        "booking": booking,
        "form": form,
        "written": written,
        "may_rate": may_rate,
        "roll_call": attendance.said_of(booking),
        "summary": reflections.summary(booking),
        "reads_reflections": authority.reads_reflections(member, booking),
        "may_call": attendance.may_call(member, booking),
    }
    return render(request, "ratings/debrief.html", context)


def _kept(form: DebriefForm, booking: Booking, request: HttpRequest) -> bool:
    try:
        debrief.write(booking, form.answers(), by=acting(request))
    except ValidationError as refusal:
        put_back(form, refusal)
        return False
    messages.success(request, "Thank you. The other side can now read your debrief.")
    return True


def put_back(form: DebriefForm, refusal: ValidationError) -> None:
    counts = refusal.code == "too_many" and "students_came" in form.fields
    form.add_error("students_came" if counts else "went_well", refusal)


def rate(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    booking = get_object_or_404(with_sides().filter(pk=pk))
    side = authority.side_of(member, booking)
    if side is None:
        raise Http404
    may = member.may_write and _is_to_rate(booking, side)
    form = RatingForm(request.POST or None) if may else None
    if form and form.is_valid() and _rated(form, booking, request):
        return redirect("ratings:debriefs")
    context = {"booking": booking, "placement": booking.slot.placement, "form": form}
    return render(request, "ratings/rate.html", context)


def _rated(form: RatingForm, booking: Booking, request: HttpRequest) -> bool:
    try:
        rating.rate(booking, by=acting(request), **form.verdict())
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(request, "Thank you. Your rating now stands on the listing.")
    return True


def _is_to_rate(booking: Booking, side: Side) -> bool:
    completed = booking.state == BookingState.COMPLETED
    return completed and not booking.ratings.filter(side=side).exists()


def with_sides() -> QuerySet[Booking]:
    return Booking.objects.select_related(
        "school", "slot__placement__provider", "slot__placement__workplace"
    )
