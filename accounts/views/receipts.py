"""Where GOV.UK Notify says what became of a mail."""

import json
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from accounts import bounces


@csrf_exempt
@login_not_required
def receive(request: HttpRequest) -> HttpResponse:
    """It calls again later where it is told that we are not ready."""
    if not _is_notify(request):
        return JsonResponse({"error": "not_yours"}, status=HTTPStatus.UNAUTHORIZED)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        told = json.loads(request.body)
        known_as, status, given = str(told["id"]), str(told["status"]), str(told["reference"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not_a_receipt"}, status=HTTPStatus.BAD_REQUEST)
    reference = _reference(given)
    if reference and not bounces.receive(reference, known_as=known_as, status=status):
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _is_notify(request: HttpRequest) -> bool:
    expected = settings.NOTIFY_CALLBACK_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(expected) and constant_time_compare(given, expected)


def _reference(given: str) -> UUID | None:
    """Ours; or nothing, for a mail that somebody sent by the same service with other words."""
    try:
        return UUID(given)
    except ValueError:
        return None
