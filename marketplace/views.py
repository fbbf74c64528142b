"""The home page, and the pages that explain the marketplace to anybody."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Count, F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from marketplace import toolkit
from placements.group_sizes import students
from placements.models import Placement, Slot
from placements.words import Criterion


class Cookie(NamedTuple):
    name: str
    purpose: str
    ends: str


COOKIES = (
    Cookie(
        settings.SESSION_COOKIE_NAME,
        "Keeps you signed in, or keeps your shortlist while you are not",
        "When you sign out, or after 12 hours",
    ),
    Cookie(
        settings.CSRF_COOKIE_NAME,
        "Makes sure that a form was sent from our own page",
        "After a year",
    ),
)

# Each is a template of its own in templates/pages/, named like its address.
EXPLAINED: Mapping[str, Mapping[str, object]] = {
    "about": {},
    "accessibility": {},
    "checks": {},
    "cookies": {"cookies": COOKIES},
    "for-employers": {},
    "for-hubs": {},
    "for-schools": {},
    "help": {},
    "privacy": {},
    "what-counts": {"kinds": toolkit.kinds(), "criteria": Criterion},
}


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    figures = cache.get_or_set("home-figures", count_what_is_offered, timeout=60)
    return render(request, "home.html", {"figures": figures})


def count_what_is_offered() -> list[tuple[int, str]]:
    """Placements, free places and who offers them; what is nought is left out."""
    placements = Placement.objects.published()
    slots = Slot.objects.published().taking_bookings()
    counted = placements.aggregate(listed=Count("pk"), offering=Count("provider", distinct=True))
    free = slots.aggregate(free=Sum(students(F("places") - F("taken")), default=0))["free"]
    figures = [
        (counted["listed"], "placements to choose from"),
        (free, "places free to book"),
        (counted["offering"], "employers and providers"),
    ]
    return [(number, text) for number, text in figures if number]


def explained(name: str, context: Mapping[str, object]) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one page that only explains."""

    @login_not_required
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, f"pages/{name.replace('-', '_')}.html", dict(context))

    return view


urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    *(path(f"{name}/", explained(name, context), name=name) for name, context in EXPLAINED.items()),
]
