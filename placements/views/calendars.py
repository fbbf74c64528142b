"""Bookings for calendar programs: one as a file, and all of somebody's as a feed."""

import hashlib
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import letters
from accounts.http import acting, signed_in
from placements import calendar, calendar_feeds
from placements.models import Booking

# A secret that was just made, until the page has shown it.
MADE = "calendar_made"


@require_safe
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A booking's own entry. There is none before it is agreed."""
    member = acting(request)
    mine = calendar_feeds.agreed(Booking.objects.visible_to(member))
    booking = get_object_or_404(mine, pk=pk)
    page = calendar.of([booking], readers=[member.organisation_id], name="Work experience")
    answer = as_calendar(page)
    answer["Content-Disposition"] = 'attachment; filename="work-experience.ics"'
    return answer


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """All that somebody has agreed. Whether it changed is told by its words alone: no date would
    say that an entry has gone."""
    user = calendar_feeds.opened(secret)
    if user is None:
        raise Http404
    ours = calendar_feeds.organisations_of(user)
    page = calendar.of(
        calendar_feeds.bookings_of(ours),
        readers=[one.pk for one in ours],
        name="Work experience",
    )
    etag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
    answer = as_calendar(page)
    answer["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer) or answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """The address of one's feed: shown once, when it is made."""
    person = signed_in(request)
    if request.method == "POST":
        request.session[MADE] = calendar_feeds.make(person)
        return redirect("placements:calendar-address")
    secret = request.session.pop(MADE, "")
    made = letters.link_to("placements:calendar-feed", secret) if secret else ""
    context = {
        "feed": calendar_feeds.of(person),
        "made": made,
        "subscribe": made.replace("https://", "webcal://").replace("http://", "webcal://"),
    }
    return render(request, "placements/calendar_feed.html", context)


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    calendar_feeds.stop(signed_in(request))
    messages.success(request, "The calendar address has been switched off.")
    return redirect("placements:calendar-address")


def as_calendar(page: bytes) -> HttpResponse:
    answer = HttpResponse(page, content_type="text/calendar; charset=utf-8")
    patch_cache_control(answer, private=True, no_cache=True)
    return answer
