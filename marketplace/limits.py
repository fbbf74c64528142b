"""How much one visitor or partner may ask of the API, and how every answer says what is left.

Minutes are counted one after the other, each on its own. The count lives in the cache,
which falls back to this process's memory when Redis is away: then the limit is looser,
but it does not vanish.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.http import address_of

if TYPE_CHECKING:
    # The views ask for their limits while they are themselves being read.
    from rest_framework.views import APIView

WINDOW = 60
KEPT_AS = "allowance"


@dataclass(frozen=True)
class Allowance:
    """What a visitor may still ask, and in how many seconds a new minute begins."""

    quota: int
    left: int
    resets_in: int


class PerMinute(BaseThrottle):
    allowance: Allowance

    def allow_request(self, request: Request, view: "APIView") -> bool:
        asker, quota = asker_of(request)
        minute, gone = divmod(int(time.time()), WINDOW)
        used = count(f"api:{asker}:{minute}")
        self.allowance = Allowance(quota, max(quota - used, 0), WINDOW - gone)
        # For the middleware below, which sees the request that this one wraps.
        setattr(request._request, KEPT_AS, self.allowance)  # noqa: SLF001
        return used <= quota

    def wait(self) -> float:
        return self.allowance.resets_in


def asker_of(request: Request) -> tuple[str, int]:
    """A partner is counted by its client, wherever it asks from; anybody else by address."""
    held: Any = request.auth
    if held is not None:
        return f"client:{held.application_id}", settings.API_REQUESTS_A_MINUTE_BY_CLIENT
    return address_of(request), settings.API_REQUESTS_A_MINUTE


def count(key: str) -> int:
    """One more, and how many that makes."""
    try:
        return cache.incr(key)
    except ValueError:
        pass
    if cache.add(key, 1, timeout=2 * WINDOW):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # It ran out, or Redis went away, between the two lines.
        return 1


class TellsOfLimits:
    """Writes on each answer of the API what its asker has left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        allowance: Allowance | None = getattr(request, KEPT_AS, None)
        if allowance is not None:
            response["RateLimit-Policy"] = f'"default";q={allowance.quota};w={WINDOW}'
            response["RateLimit"] = f'"default";r={allowance.left};t={allowance.resets_in}'
        return response
