"""What every page reached from a mail shares.

The token leaves the address at once: the browser's session keeps the link's number, and
the page stands at an address that says nothing. Looking uses nothing up, so a scanner
that follows the link spoils nothing.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import limits, links
from accounts.models import OneTimeLink

View = Callable[..., HttpResponse]
# Where the button stands for each purpose.
PAGES = {
    links.SIGN_IN: "accounts:sign-in-by-link",
    links.CONFIRM_ADDRESS: "accounts:confirm",
    links.RESET_PASSWORD: "accounts:choose-password",
    links.CHANGE_ADDRESS: "accounts:confirm-change",
    links.INVITATION: "accounts:invitation",
}


def kept_to_itself(view: View) -> View:
    """Neither a cache nor the next site learns of this page."""

    @wraps(view)
    def kept(request: HttpRequest, *args: object, **rest: object) -> HttpResponse:
        response = view(request, *args, **rest)
        # With "no-referrer" a browser sends the page's own form as from nowhere, and what
        # protects forms from other sites then refuses it.
        response["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(kept)


@login_not_required
@require_safe
@kept_to_itself
def open_link(request: HttpRequest, token: str, purpose: str) -> HttpResponse:
    """From the mail: keep the link's number, and go to its page."""
    if not limits.spend(request, "open"):
        return too_many(request)
    link = links.open(token, purpose)
    if link is None:
        return spent(request, purpose)
    request.session[_kept_as(purpose)] = link.pk
    return redirect(PAGES[purpose])


def opened(request: HttpRequest, purpose: str) -> OneTimeLink | None:
    """The live link that this browser has come with."""
    pk = request.session.get(_kept_as(purpose))
    return None if pk is None else links.find(pk, purpose)


def forget(request: HttpRequest, purpose: str) -> None:
    request.session.pop(_kept_as(purpose), None)


def spent(request: HttpRequest, purpose: str) -> HttpResponse:
    return render(request, "accounts/link_spent.html", {"purpose": purpose}, status=410)


def too_many(request: HttpRequest) -> HttpResponse:
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "900"
    return answer


def _kept_as(purpose: str) -> str:
    return f"opened_{purpose}"
