"""Sessions end: twelve hours after signing in, and three hours after the last page.

Django's own age slides on with every save, so neither end is one it knows.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

BEGAN, SEEN = "began_at", "seen_at"
# Written at most this often, so that reading pages does not write a row each.
SEEN_EVERY = 60


class SessionsThatEnd:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if has_ended(request):
                logout(request)
                messages.info(request, "You were signed out to keep your account safe.")
            else:
                note(request)
        return unkept(request, self.get_response(request))


def unkept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Offices share computers: what somebody saw is not there for whoever sits down next."""
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    return response


def has_ended(request: HttpRequest) -> bool:
    """Whether this session is too old, or has been left alone for too long."""
    now = timezone.now()
    began = request.session.get(BEGAN)
    seen = request.session.get(SEEN)
    return (
        began is not None
        and seen is not None
        and (
            now - datetime.fromisoformat(began) >= settings.SESSION_ENDS_AFTER
            or now - datetime.fromisoformat(seen) >= settings.SESSION_ENDS_WHEN_IDLE_FOR
        )
    )


def note(request: HttpRequest) -> None:
    """Remember when this session began, and when it was last used."""
    now = timezone.now()
    request.session.setdefault(BEGAN, now.isoformat())
    seen = request.session.get(SEEN)
    if seen is None or (now - datetime.fromisoformat(seen)).total_seconds() >= SEEN_EVERY:
        request.session[SEEN] = now.isoformat()
