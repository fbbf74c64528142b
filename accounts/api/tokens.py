"""Where a platform gets its token: OAuth 2.0 client credentials, by the library."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import TokenView

from accounts import limits
from accounts.models import Client
from accounts.words import Scope


class Scopes(BaseScopes):
    """A client may ask for what it was given, or for some of it; silent, it gets all."""

    def get_all_scopes(self) -> dict[str, str]:
        return {scope.value: str(scope.label) for scope in Scope}

    def get_available_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return list(application.scopes) if application else list(Scope.values)

    get_default_scopes = get_available_scopes


class Validator(OAuth2Validator):
    """Takes the secret before this one too, for as long as that is good."""

    def _load_application(self, client_id: str | None, request: Any) -> Client | None:
        # The database would break on this one before it could find nothing.
        if "\0" in (client_id or ""):
            return None
        found: Client | None = super()._load_application(client_id, request)
        return found

    def _authenticate_basic_auth(self, request: Any) -> bool:
        return with_either_secret(super()._authenticate_basic_auth, request)

    def _authenticate_request_body(self, request: Any) -> bool:
        return with_either_secret(super()._authenticate_request_body, request)


def with_either_secret(authenticate: Callable[[Any], bool], request: Any) -> bool:
    if authenticate(request):
        return True
    client: Client | None = request.client
    if client is None or not client.former_secret_holds:
        return False
    # Of this row in memory, which nobody saves.
    client.client_secret = client.former_secret
    return authenticate(request)


class Token(TokenView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not limits.spend(request, "token"):
            return refused("temporarily_unavailable", status=HTTPStatus.TOO_MANY_REQUESTS)
        if "resource" in request.POST:
            # Each token is good for the whole API, and none for anything else.
            return refused("invalid_target")
        try:
            answer: HttpResponse = self.authorization_flow_token_response(request)
        except ValueError:
            # An address that cannot be read, of which the library says so.
            return refused("invalid_request")
        return answer


def refused(error: str, *, status: int = HTTPStatus.BAD_REQUEST) -> HttpResponse:
    """As OAuth says no, for what the library does not see."""
    answer = JsonResponse({"error": error}, status=status)
    answer["Cache-Control"] = "no-store"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "60"
    return answer
