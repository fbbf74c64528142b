"""What a partner platform may ask of the API, by its token."""

from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.cache import patch_cache_control, patch_vary_headers
from drf_spectacular.utils import OpenApiParameter
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.bodies import JsonObject
from accounts.models import Client
from accounts.statements import Question
from accounts.words import Scope

READING = ("GET", "HEAD", "OPTIONS")
KEYED = [
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        required=True,
        description="Of your own making, new for each act. Sent again with the same body, it gets"
        " the same answer for 24 hours, and nothing is done twice.",
    ),
    OpenApiParameter(
        "Idempotency-Replayed",
        {"type": "string", "enum": ["true"]},
        OpenApiParameter.HEADER,
        response=[200, 201],
        description="Where this answer was given before, and nothing was done now.",
    ),
]


class NotInScope(PermissionDenied):
    """The token is good, and not for this. Says which scope would be."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs a token with the scope {scope}.")
        self.auth_header = f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'


class ByToken(BaseAuthentication):
    """Finds the client of a bearer token, and lets it act as the member that it is."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, AccessToken] | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        held = holding(token.strip())
        if held is None:
            raise AuthenticationFailed("This token is not good, or no longer.")
        request._request.member = client_of(held).acts_as  # type: ignore[attr-defined]  # noqa: SLF001
        return AnonymousUser(), held

    def authenticate_header(self, request: Request) -> str:
        sent = "Authorization" in request.headers
        return 'Bearer realm="api", error="invalid_token"' if sent else 'Bearer realm="api"'


class InScope(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.auth is None:
            return False
        assert isinstance(view, Partner)  # noqa: S101 -- for the type alone.
        scope = view.reads if request.method in READING else view.writes
        held: AccessToken = request.auth
        if scope not in held.scope.split():
            raise NotInScope(scope)
        return True


class Partner(APIView):
    # Answers to platforms alone, and to nobody's browser: a session opens nothing here.
    authentication_classes = (ByToken,)
    permission_classes = (InScope,)
    parser_classes = (JsonObject,)
    reads: Scope
    writes: Scope

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """What one organisation may read is kept by no cache between us."""
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ("Authorization",))
        return super().finalize_response(request, response, *args, **kwargs)


def holding(token: str) -> AccessToken | None:
    """The token as we know it, by its hash, while it and its client are good."""
    held = _BY_HASH.first(checksum=sha256(token.encode()).hexdigest())
    good = held is not None and not held.is_expired() and held.application.is_usable(None)
    return held if good else None


def client_of(held: AccessToken) -> Client:
    client: Client = held.application
    return client


def _by_hash(checksum: str) -> QuerySet[AccessToken]:
    held: QuerySet[AccessToken] = AccessToken.objects.filter(token_checksum=checksum)
    return held.select_related("application__acts_as__organisation")


_BY_HASH = Question(_by_hash, checksum=str)
