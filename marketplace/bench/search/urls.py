"""The project's addresses, and two of the benchmark's own to measure them against."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from marketplace.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

# What the search page was last drawn from: its template and all that it shows.
kept: dict[str, object] = {}


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello", content_type="text/plain")


@login_not_required
def from_memory(request: HttpRequest) -> HttpResponse:
    """The same page as the search's, with nothing to look up."""
    return render(request, "placements/search.html", kept)


urlpatterns = [
    path("bench/hello", hello),
    path("bench/from-memory", from_memory),
    path("", include("marketplace.urls")),
]
