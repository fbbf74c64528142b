"""Booking over HTTP: the marketplace's own web processes, and platforms that ask them."""

import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import connection
from oauth2_provider.models import AccessToken, set_token_value

from accounts import clock
from accounts.models import Client as Platform
from accounts.words import Scope
from marketplace.bench.booking.clients import Attempt, Client
from marketplace.bench.booking.crowd import Crowd
from marketplace.local import children, running
from marketplace.local.environments import ROOT, Environment

BOOKINGS = "/api/v1/bookings"
# What a partner is allowed in a minute is a rule of its own, and not what is measured here.
UNLIMITED = {"API_REQUESTS_A_MINUTE_BY_CLIENT": "100000000"}
WITHOUT_PLACES = HTTPStatus.CONFLICT


def tokens(gathered: Crowd) -> dict[int, str]:
    """For each school a platform that books for it, and the token that it has."""
    secret = make_password(uuid4().hex)
    platforms = Platform.objects.bulk_create(
        Platform(
            client_id=f"bench-{school}",
            client_secret=secret,
            client_type=Platform.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Platform.GRANT_CLIENT_CREDENTIALS,
            acts_as_id=school,
            scopes=[Scope.BOOKINGS_WRITE],
        )
        for school in gathered.schools
    )
    given = {platform.acts_as_id: uuid4().hex for platform in platforms}
    rows = []
    for platform in platforms:
        row = AccessToken(
            application=platform,
            expires=clock.now() + timedelta(days=1),
            scope=Scope.BOOKINGS_WRITE,
        )
        set_token_value(row, given[platform.acts_as_id])
        rows.append(row)
    AccessToken.objects.bulk_create(rows)
    return given


@contextmanager
def serving() -> Iterator[int]:
    """The web as `dev.py run` starts it, on the benchmark's database; gives its port."""
    port = _free_port()
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wex-bench-")))
        here = Environment(Path(sys.prefix), ROOT / "requirements" / "run.txt")
        env = {**os.environ, **UNLIMITED, "DATABASE_URL": _address()}
        # What it says of each request is written, as anywhere, and kept by nobody.
        log = stack.enter_context((var / "web.log").open("wb"))
        web = children.start(running.command("web", port, var, here), env=env, log=log, cwd=ROOT)
        stack.callback(children.stop, web)
        running.wait_for_page(f"localhost:{port}", {"web": web}, var)
        yield port


def by_http(port: int, held: dict[int, str]) -> Callable[[Crowd], Client]:
    """A platform that keeps its connection, and makes a new key for each booking."""

    def make(_: Crowd) -> Client:
        line = HTTPConnection("localhost", port, timeout=60)
        return lambda attempt: _book(line, held[attempt.school], attempt)

    return make


def _book(line: HTTPConnection, token: str, attempt: Attempt) -> bool:
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": uuid4().hex,
    }
    line.request("POST", BOOKINGS, json.dumps({"slot": str(attempt.slot), "places": 1}), headers)
    answer = line.getresponse()
    told = answer.read()
    if answer.status not in (HTTPStatus.CREATED, WITHOUT_PLACES):
        raise RuntimeError(f"The web answered {answer.status}: {told[:300]!r}")
    return answer.status == HTTPStatus.CREATED


def _address() -> str:
    """The database that we are connected to, for another process."""
    told: dict[str, Any] = connection.settings_dict
    user, password, host, name = (
        quote(str(told[part]), safe="") for part in ("USER", "PASSWORD", "HOST", "NAME")
    )
    who = f"{user}:{password}@" if password else f"{user}@" if user else ""
    port = f":{told['PORT']}" if told["PORT"] else ""
    return f"postgres://{who}{host}{port}/{name}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
