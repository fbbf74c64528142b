"""Every resource of the API, its description, and the pages that explain it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from accounts.api import described, tokens
from marketplace import problems
from marketplace.problem_codes import EXPLAINED
from placements.api import bookings, finding

# Once it is read, the description knows how a token is told of.
__all__ = ["described", "urlpatterns"]


@login_not_required
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    return problems.not_found(request, Http404(rest))


@login_not_required
@require_safe
def explained(request: HttpRequest, code: str) -> HttpResponse:
    """The page that a problem's `type` leads to."""
    if code not in EXPLAINED:
        raise Http404
    title, meaning = EXPLAINED[code]
    return render(request, "pages/problem.html", {"code": code, "name": title, "words": meaning})


urlpatterns = [
    path("api/problems/<slug:code>/", explained, name="problem"),
    path("api/v1/openapi.json", SpectacularJSONAPIView.as_view(), name="api-description"),
    path(
        "api/v1/docs",
        SpectacularSwaggerSplitView.as_view(url_name="api-description"),
        name="api-docs",
    ),
    path("api/v1/placements", finding.Placements.as_view(), name="api-placements"),
    path("api/v1/placements/<uuid:pk>", finding.OnePlacement.as_view(), name="api-placement"),
    path(
        "api/v1/placements/<uuid:pk>/ratings",
        finding.PlacementRatings.as_view(),
        name="api-placement-ratings",
    ),
    path("api/v1/bookings", bookings.Bookings.as_view(), name="api-bookings"),
    path("api/v1/bookings/<uuid:pk>", bookings.OneBooking.as_view(), name="api-booking"),
    path(
        "api/v1/bookings/<uuid:pk>/accept",
        bookings.AcceptBooking.as_view(),
        name="api-booking-accept",
    ),
    path(
        "api/v1/bookings/<uuid:pk>/decline",
        bookings.DeclineBooking.as_view(),
        name="api-booking-decline",
    ),
    path(
        "api/v1/bookings/<uuid:pk>/cancel",
        bookings.CancelBooking.as_view(),
        name="api-booking-cancel",
    ),
    path("api/v1/bookings/<uuid:pk>/keep", bookings.KeepBooking.as_view(), name="api-booking-keep"),
    path(
        "api/v1/bookings/<uuid:pk>/leave", bookings.LeaveBooking.as_view(), name="api-booking-leave"
    ),
    path("oauth/token", tokens.Token.as_view(), name="token"),
    re_path(r"^api/v1(?P<rest>/.*)?$", nothing_here, name="api-nothing"),
]
