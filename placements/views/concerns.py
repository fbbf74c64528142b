"""Reporting a concern about a listing or an organisation."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import acting
from accounts.models import Member, Organisation
from placements import concerns, untold
from placements.forms.concerns import ReportConcern
from placements.models import Placement


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """`?placement=` or `?organisation=` says what it is about."""
    member = acting(request)
    subject = _subject(request, member)
    form = ReportConcern(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            concerns.report(subject, by=member, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("words", refusal)
        else:
            messages.success(request, "Thank you. The people who look into this have been told.")
            return redirect("home")
    if isinstance(subject, Placement):
        is_untold = untold.is_untold(subject)
    else:
        is_untold = untold.is_untold_employer(subject)
    context = {"form": form, "subject": subject, "is_untold": is_untold}
    return render(request, "placements/concern_report.html", context)


def _subject(request: HttpRequest, member: Member) -> Placement | Organisation:
    """What one may not see is as good as absent."""
    if "placement" in request.GET:
        listings = concerns.placements_seen_by(member).select_related("provider")
        return get_object_or_404(listings, pk=_identifier(request.GET["placement"]))
    organisations = concerns.organisations_seen_by(member)
    return get_object_or_404(organisations, pk=_identifier(request.GET.get("organisation", "")))


def _identifier(asked: str) -> UUID:
    try:
        return UUID(asked)
    except ValueError as fault:
        raise Http404 from fault
