"""From a request to the member who acts."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.models import Member, User

CHOSEN = "acting_for"


class ActingMember:
    """Put the membership that the person chose on the request, as `request.member`.

    A person of several organisations acts for one at a time; the choice is kept in
    the session. Anybody with no active membership has `None`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member = chosen_membership(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def chosen_membership(request: HttpRequest) -> Member | None:
    if not request.user.is_authenticated:
        return None
    mine = (
        Member.objects.active()
        .filter(user=request.user)
        .select_related("organisation", "user")
        .order_by("pk")
    )
    memberships = list(mine)
    chosen = request.session.get(CHOSEN)
    by_choice = [member for member in memberships if member.pk == chosen]
    return next(iter(by_choice or memberships), None)


def signed_in(request: HttpRequest) -> User:
    """The person, on a page that is about themselves rather than their organisation."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def acting(request: HttpRequest) -> Member:
    """The member in whose name this request is made; refused to anybody who has none."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        raise PermissionDenied
    return member


def address_of(request: HttpRequest) -> str:
    """Where a visitor comes from, as the outermost proxy of our own saw it."""
    proxies: int = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    seen = [step.strip() for step in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def visitor_of(request: HttpRequest) -> str:
    """What tells one visitor from another, and nobody who either is."""
    seen = f"{address_of(request)} {request.headers.get('User-Agent', '')}"
    return salted_hmac("accounts.http.visitor", seen).hexdigest()
