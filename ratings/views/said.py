"""What was said of a placement: answering it, and reporting it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import govuk
from accounts.http import acting
from ratings import authority, rating
from ratings.forms import ReplyForm, ReportForm
from ratings.models import Rating
from ratings.models.ratings import RatingQuerySet


def reply(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    told = _whole().shown().filter(booking__slot__placement__provider=member.organisation_id)
    found = get_object_or_404(told, pk=pk)
    may = authority.may_reply(member, found) and not hasattr(found, "reply")
    form = ReplyForm(request.POST or None) if may else None
    if form and form.is_valid():
        words = form.cleaned_data["words"]
        if went_through(form, lambda: rating.reply(found, words=words, by=member)):
            messages.success(request, "Your answer now stands beneath the rating.")
            return redirect("ratings:reply", found.pk)
    return render(request, "ratings/reply.html", {"rating": found, "form": form})


def report(request: HttpRequest, pk: str) -> HttpResponse:
    member = acting(request)
    found = get_object_or_404(_whole().visible_to(member), pk=pk)
    reported = found.reports.filter(by=member).exists()
    may = authority.may_report(member) and not reported
    form = ReportForm(request.POST or None) if may else None
    if form and form.is_valid():
        words = form.cleaned_data["words"]
        if went_through(form, lambda: rating.report(found, words=words, by=member)):
            messages.success(request, "Thank you. A broker will look at it.")
            return redirect("ratings:report", found.pk)
    context = {"rating": found, "form": form, "reported": reported}
    return render(request, "ratings/report.html", context)


def went_through(form: govuk.Form, verb: Callable[[], object]) -> bool:
    """Do it; what the rules say against it stands at the top of the form."""
    try:
        verb()
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _whole() -> RatingQuerySet:
    return Rating.objects.select_related("reply", "by", "booking__slot__placement__provider")
