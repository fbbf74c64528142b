"""Alive, and able to serve.

`/healthz` asks nothing of anybody, so that a moment without the database does not
have every process restarted. `/readyz` writes and reads the database, and looks
for migrations that have not run. Redis missing is *degraded*: pages and bookings
go on without it.
"""

from functools import cache
from uuid import uuid4

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import clock, leases


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    database, doorbell = ask_database(), ask_redis()
    status = "unready" if database != "ok" else "ok" if doorbell == "ok" else "degraded"
    late = oldest_due_seconds()
    return JsonResponse(
        {
            "status": status,
            "database": database,
            "redis": doorbell,
            "outbox_oldest_due_seconds": late,
        },
        status=503 if status == "unready" else 200,
    )


def ask_database() -> str:
    """Whether a row can be written and read, and every migration has run."""
    try:
        if not writes_and_reads():
            return "unwritable"
        return "migrations_waiting" if migrations_waiting() else "ok"
    except DatabaseError:
        return "away"


def writes_and_reads() -> bool:
    """Write a row, read it, and take it back."""
    probe = Session(session_key=f"ready-{uuid4().hex}", expire_date=timezone.now())
    with transaction.atomic():
        probe.save(force_insert=True)
        found = Session.objects.filter(pk=probe.pk).exists()
        transaction.set_rollback(True)
    return found


def migrations_waiting() -> bool:
    return not expected() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def expected() -> frozenset[tuple[str, str]]:
    """The last migration of each app: a running process's code does not change."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def oldest_due_seconds() -> int | None:
    """For how long a message could have gone, and has not; to be watched, see docs/running.md."""
    try:
        since = leases.oldest_owed()
    except DatabaseError:
        return None
    return max(0, round((clock.now() - since).total_seconds())) if since else 0


def ask_redis() -> str:
    patience = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **patience) as server:
            server.ping()
    except redis.RedisError:
        return "away"
    return "ok"
