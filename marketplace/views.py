"""The home page, and the pages that explain the marketplace to anybody."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

# Each is a template of its own in templates/pages/, named like its address.
EXPLAINED = (
    "about",
    "accessibility",
    "checks",
    "cookies",
    "for-employers",
    "for-hubs",
    "for-schools",
    "help",
    "privacy",
    "what-counts",
)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"figures": []})


def explained(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one page that only explains."""

    @login_not_required
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, f"pages/{name.replace('-', '_')}.html")

    return view


urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    *(path(f"{name}/", explained(name), name=name) for name in EXPLAINED),
]
