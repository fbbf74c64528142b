"""The desk's pages about ratings: all on its listings, and those that somebody reported."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Min, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import acting
from accounts.models import Member
from placements import desks
from ratings import authority, rating
from ratings.forms import HideForm
from ratings.models import Rating, RatingReport
from ratings.views.said import went_through


class DeskRatings(ListView[Rating]):
    template_name = "ratings/ratings.html"
    context_object_name = "ratings"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Rating]:
        return on_desk(acting(self.request)).order_by("-rated_at", "pk")


class Reported(ListView[Rating]):
    """Those that wait for a decision, the longest-waiting first."""

    template_name = "ratings/reports.html"
    context_object_name = "ratings"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Rating]:
        waiting = RatingReport.objects.waiting()
        reported = on_desk(acting(self.request)).filter(reports__in=waiting)
        first = Min("reports__reported_at", filter=Q(reports__decided_at__isnull=True))
        return reported.annotate(reported_at=first).order_by("reported_at", "pk")


def hide(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    found = get_object_or_404(on_desk(member), pk=pk)
    form = HideForm(request.POST or None) if found.hidden_at is None else None
    if form and form.is_valid():
        because = form.cleaned_data["because"]
        if went_through(form, lambda: rating.hide(found, because=because, by=member)):
            messages.success(request, "The rating is no longer shown.")
            return redirect("ratings:reports")
    return render(request, "ratings/hide.html", {"rating": found, "form": form})


@require_POST
def hide_reply(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    rating.hide_reply(get_object_or_404(on_desk(member), pk=pk), by=member)
    messages.success(request, "The provider's answer is no longer shown.")
    return redirect("ratings:reports")


@require_POST
def keep(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    rating.keep(get_object_or_404(on_desk(member), pk=pk), by=member)
    messages.success(request, "The rating stays as it is.")
    return redirect("ratings:reports")


def on_desk(member: Member) -> QuerySet[Rating]:
    """Ratings of what lies on one's desk; the national team reads every desk's."""
    if not authority.is_broker(member):
        raise PermissionDenied
    lies = (
        Q()
        if member.organisation.is_national_team
        else desks.lying_on(member.organisation, via="booking__slot__placement__")
    )
    waiting = Prefetch("reports", RatingReport.objects.waiting().order_by("reported_at"), "waiting")
    found = Rating.objects.filter(lies).select_related(
        "reply",
        "by__organisation",
        "booking__slot__placement__provider",
        "booking__slot__placement__workplace",
    )
    return found.prefetch_related(waiting)
