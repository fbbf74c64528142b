"""How the marketplace says no on a page.

A rule that refuses a button raises `ValidationError` in its verb. The person is
taken back to the page they came from and told there; a form answers for itself.
What may not be done is Django's own 403, and what is not there to see its 404.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from placements import counter
from placements.workplace_days import LAST_GUARD

logger = logging.getLogger(__name__)

# What PostgreSQL says when others are at the same rows, or it has no time: lock not
# available, deadlock, could not serialise, statement cancelled.
BUSY = {"55P03", "40P01", "40001", "57014"}
TRY_AGAIN_AFTER = 5


class OnPages:
    """Turns what a verb raises into a page a person can act on. The API has its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            return only_a_button(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValidationError):
            return refused(request, exception)
        if is_busy(exception):
            return busy(request)
        return None


def refused(request: HttpRequest, refusal: ValidationError) -> HttpResponse:
    """Back to where they came from, with the reason; a page of its own where that is unknown."""
    back = came_from(request)
    if request.method != "POST" or not back:
        return render(request, "refused.html", {"reasons": refusal.messages}, status=409)
    for reason in refusal.messages:
        messages.error(request, reason)
    return redirect(back)


def only_a_button(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Where a button leads, met by its address: after signing in anew, or from a bookmark."""
    page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    page["Allow"] = answer["Allow"]
    return page


def busy(request: HttpRequest) -> HttpResponse:
    """Somebody else is changing the same thing; nothing was done, and it can be tried again."""
    logger.warning("Gave way to somebody else who was changing the same rows")
    answer = render(request, "503.html", {"back": came_from(request)}, status=503)
    answer["Retry-After"] = str(TRY_AGAIN_AFTER)
    return answer


def came_from(request: HttpRequest) -> str:
    """The path of our own page that the person was on, or nothing."""
    referer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(referer)
    # A path that begins with two strokes would be read as the name of another host.
    if not ours or parts.path.startswith("//"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_busy(exception: Exception) -> bool:
    """Others were at the same rows; or filled a workplace's day since it was looked at."""
    if isinstance(exception, IntegrityError):
        return counter.constraint_of(exception) == LAST_GUARD
    sqlstate = getattr(exception.__cause__, "sqlstate", None)
    return isinstance(exception, OperationalError) and sqlstate in BUSY
