"""How the API's description says that a token is needed, and with which scope."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from accounts.api.partners import READING
from accounts.words import Scope


class PlatformsToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api.partners.ByToken"
    name = "platform"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scopes = {scope.value: str(scope.label) for scope in Scope}
        return {
            "type": "oauth2",
            "description": "A token lasts 15 minutes. Ask for a new one when it has run out.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}},
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        view = auto_schema.view
        scope: Scope = view.reads if auto_schema.method in READING else view.writes
        return {self.name: [scope.value]}
