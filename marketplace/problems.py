"""How the API says no: RFC 9457, whatever went wrong and wherever.

A rule that refuses (`ValidationError`) is a 409 with the rule's own code; one that names
parameters or fields is a 400. What Django answers by itself, outside any view of the API,
takes the same shape under /api/.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response

from accounts.api.problems import PROBLEM_JSON
from marketplace.problem_codes import EXPLAINED
from marketplace.refusals import TRY_AGAIN_AFTER, is_busy

Fault = dict[str, str]

CODE_OF_STATUS = {
    status.HTTP_401_UNAUTHORIZED: "not_signed_in",
    status.HTTP_403_FORBIDDEN: "not_allowed",
    status.HTTP_404_NOT_FOUND: "not_found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_allowed",
    status.HTTP_406_NOT_ACCEPTABLE: "not_acceptable",
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    status.HTTP_429_TOO_MANY_REQUESTS: "rate_limited",
    status.HTTP_500_INTERNAL_SERVER_ERROR: "server_error",
    status.HTTP_503_SERVICE_UNAVAILABLE: "busy",
}
# A request that is wrong in one of these ways alone is answered with its own code.
TELLING_CODES = ("unknown_parameter", "place_unknown")


@dataclass(frozen=True)
class Refusal:
    status: int
    code: str
    detail: str = ""
    errors: list[Fault] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    # What this problem alone tells, beside what every one does.
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        title, meaning = EXPLAINED.get(self.code, (HTTPStatus(self.status).phrase, ""))
        told: dict[str, Any] = {
            "type": settings.SITE_ADDRESS + reverse("problem", args=[self.code]),
            "title": title,
            "status": self.status,
            "detail": self.detail or meaning or title,
            "code": self.code,
        }
        if request_id := structlog.contextvars.get_contextvars().get("request_id"):
            told["request_id"] = request_id
        return told | ({"errors": self.errors} if self.errors else {}) | self.more


def in_api(exception: Exception, _: dict[str, Any]) -> Response | None:
    """What the API's views raise, as a problem; what nobody foresaw is left to Django."""
    refusal = refusal_of(exception)
    if refusal is None:
        return None
    return Response(
        refusal.body, status=refusal.status, headers=refusal.headers, content_type=PROBLEM_JSON
    )


def refusal_of(exception: Exception) -> Refusal | None:
    if isinstance(exception, ValidationError):
        return of_validation(exception)
    if isinstance(exception, exceptions.APIException):
        return of_rest(exception)
    if isinstance(exception, Http404):
        return Refusal(404, "not_found")
    if isinstance(exception, PermissionDenied):
        return Refusal(403, "not_allowed")
    if isinstance(exception, SuspiciousOperation):
        return Refusal(400, "invalid")
    if is_busy(exception):
        return Refusal(503, "busy", headers={"Retry-After": str(TRY_AGAIN_AFTER)})
    return None


def of_validation(refusal: ValidationError) -> Refusal:
    if not hasattr(refusal, "error_dict"):
        return of_rule(refusal)
    faults = [
        fault(name, error.code, " ".join(error.messages))
        for name, errors in refusal.error_dict.items()
        for error in errors
    ]
    return of_faults(faults)


def of_rule(refusal: ValidationError) -> Refusal:
    """A rule forbids what was asked; or says that it is no question at all."""
    first = refusal.error_list[0]
    code = first.code or "invalid"
    return Refusal(
        400 if code == "invalid" else 409,
        code,
        " ".join(first.messages),
        more=getattr(refusal, "more", {}),
    )


def of_faults(faults: list[Fault]) -> Refusal:
    codes = {one["code"] for one in faults}
    code = next((code for code in TELLING_CODES if code in codes), "invalid")
    named = ", ".join(dict.fromkeys(one["pointer"][1:] for one in faults))
    return Refusal(400, code, f"Look again at: {named}.", faults)


def of_rest(exception: exceptions.APIException) -> Refusal:
    if isinstance(exception, exceptions.ValidationError):
        return of_faults(list(faults_in(exception.get_full_details())))
    number = int(exception.status_code)
    own = str(getattr(exception.detail, "code", ""))
    code = own if own in EXPLAINED else CODE_OF_STATUS.get(number, "invalid")
    headers = {}
    if (wait := getattr(exception, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    return Refusal(number, code, str(exception.detail), headers=headers)


def faults_in(told: Any, path: str = "") -> list[Fault]:
    """Every fault of a serializer's, at whatever depth, with the way to its field."""
    if isinstance(told, dict) and "message" in told and "code" in told:
        return [fault(path, told["code"], str(told["message"]))]
    pairs = told.items() if isinstance(told, dict) else enumerate(told)
    flat = isinstance(told, list) and all("message" in one for one in told)
    return [
        one
        for name, inner in pairs
        for one in faults_in(inner, path if flat else f"{path}/{name}".lstrip("/"))
    ]


def fault(path: str, code: str | None, detail: str) -> Fault:
    return {"pointer": f"/{path}", "code": code or "invalid", "detail": detail}


# --- What Django answers by itself: named as its error pages in marketplace/urls.py


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem(Refusal(400, "invalid"))
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem(Refusal(403, "not_allowed"))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request):
        return problem(Refusal(404, "not_found"))
    return defaults.page_not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponseBase:
    if is_api(request):
        return problem(Refusal(500, "server_error"))
    return defaults.server_error(request)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/v")


def problem(refusal: Refusal) -> HttpResponse:
    return JsonResponse(refusal.body, status=refusal.status, content_type=PROBLEM_JSON)
