"""An act with a key is done once, however often it is asked for.

The answer is kept in the transaction of the act, so that there is never one without the
other. Who asks while the first is still at it is told so: the lock is the transaction's,
and dies with it, or with the process, and nothing is left that could stay locked. What
was refused has changed nothing and is not kept: asking again is asking anew.
"""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts import clock
from accounts.api.partners import client_of
from accounts.models import Client, KeptAnswer
from accounts.statements import Question

HEADER = "Idempotency-Key"
# As the draft of the standard writes it, between quotes, or bare as most do.
KEY = re.compile(r'"(?P<quoted>[\x20-\x21\x23-\x7e]{1,255})"|(?P<bare>[\x21\x23-\x7e]{1,255})')


class KeyReused(APIException):
    status_code = 422
    default_code = "key_reused"
    default_detail = "This key was used for something else."


class KeyInUse(APIException):
    status_code = 409
    default_code = "key_in_use"
    default_detail = "What was asked with this key is being done. Ask again in a moment."
    wait = 1


class Done(NamedTuple):
    """What an act tells: the status, the body, and where what it made can be read."""

    status: int
    told: Any
    location: str = ""


class Scope(NamedTuple):
    """Where a key means one thing: to this client, in this way of asking."""

    client: Client
    method: str
    route: str
    key: str

    @property
    def lock(self) -> int:
        """A number that PostgreSQL can lock."""
        named = json.dumps([self.client.pk, *self[1:]])
        return int.from_bytes(sha256(named.encode()).digest()[:8], signed=True)


def once(request: Request, act: Callable[[], Done]) -> HttpResponse:
    scope = scope_of(request)
    sent = fingerprint(request)
    with transaction.atomic():
        if not _locked(scope):
            raise KeyInUse
        earlier = _EARLIER.first(**{**scope._asdict(), "client": scope.client.pk})
        if earlier is None:
            return answer(_kept(scope, sent, act()))
    if earlier.fingerprint != sent:
        raise KeyReused
    again = answer(earlier)
    again["Idempotency-Replayed"] = "true"
    return again


def scope_of(request: Request) -> Scope:
    match = request.resolver_match
    route = match.view_name if match else ""
    return Scope(client_of(request.auth), str(request.method), route, key_of(request))


def key_of(request: Request) -> str:
    found = KEY.fullmatch(request.headers.get(HEADER, "").strip())
    if found is None:
        refusal = ValidationError(
            "Send a key of your own making, 1 to 255 characters, and the same one when you retry.",
            code="invalid",
        )
        raise ValidationError({HEADER: refusal})
    return found["quoted"] or found["bare"]


def fingerprint(request: Request) -> str:
    """Of what is asked for: the thing in the address, and the body however it is laid out."""
    match = request.resolver_match
    about = match.kwargs if match else {}
    canonical = json.dumps([about, request.data], sort_keys=True, default=str)
    return sha256(canonical.encode()).hexdigest()


def answer(kept: KeptAnswer) -> HttpResponse:
    told = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    if kept.location:
        told["Location"] = kept.location
    return told


def _locked(scope: Scope) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [scope.lock])
        (got,) = cursor.fetchone()
    return bool(got)


def _kept(scope: Scope, sent: str, done: Done) -> KeptAnswer:
    return KeptAnswer.objects.create(
        **scope._asdict(),
        fingerprint=sent,
        status=done.status,
        location=done.location,
        body=JSONRenderer().render(done.told).decode(),
        answered_at=clock.now(),
    )


def _earlier(client: int, method: str, route: str, key: str) -> QuerySet[KeptAnswer]:
    return KeptAnswer.objects.filter(client=client, method=method, route=route, key=key)


_EARLIER = Question(_earlier, client=int, method=str, route=str, key=str)
