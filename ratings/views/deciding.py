"""The desk's pages about ratings: all on its listings, and those that somebody reported."""

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import acting
from accounts.models import Member
from ratings import rating, reported
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
        return as_shown(reported.waiting(acting(self.request)))


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
    return as_shown(reported.on_desk(member))


def as_shown(ratings: QuerySet[Rating]) -> QuerySet[Rating]:
    """With all that a page says of them."""
    waiting = Prefetch("reports", RatingReport.objects.waiting().order_by("reported_at"), "waiting")
    sides = ratings.select_related(
        "reply",
        "by__organisation",
        "booking__slot__placement__provider",
        "booking__slot__placement__workplace",
    )
    return sides.prefetch_related(waiting)
