"""Lines that can be read by a machine, and tell nothing about anybody.

What a line may hold is a list of names: a word that is not on it is left out, so
that a slip of the pen cannot publish a student. A library's line keeps its
template and loses what it would have filled in; an exception keeps its kind and
its place and loses its words, because a database quotes the row it refused.
"""

import logging
import re
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, Processor, WrappedLogger

log = structlog.get_logger(__name__)

MAY_BE_TOLD = frozenset(
    {
        *("event", "level", "logger", "timestamp", "exception_kind", "exception_at"),
        *("request_id", "method", "route", "status", "milliseconds"),
        *("user", "member", "organisation", "hub"),
        *("task", "task_id", "parent_task_id", "child_task_id", "child_task_name", "duration_ms"),
        *("kind", "message", "booking", "slot", "placement"),
        *("asked", "attempt", "count", "reason", "seconds", "step"),
    }
)
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class RequestLog:
    """One line a request, and its id on every line between: taken from the caller's
    trace where there is one, made here where there is none, and sent back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = trace_of(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.monotonic()
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        log.info("request", **told_of(request, response, time.monotonic() - began))
        return response


def trace_of(request: HttpRequest) -> str:
    found = TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    return found[1] if found else uuid.uuid4().hex


def told_of(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    """The route's pattern rather than the address: an address may hold a token."""
    match = request.resolver_match
    user = getattr(request, "user", None)
    return {
        "method": request.method if request.method in {"GET", "HEAD", "POST"} else "OTHER",
        "route": match.route if match else None,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "user": getattr(user, "pk", None),
        "member": getattr(getattr(request, "member", None), "pk", None),
    }


def keep_to_the_list(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Leave out whatever is not known to be harmless."""
    return {name: value for name, value in line.items() if name in MAY_BE_TOLD}


def template_only(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """A library's line without what would have been filled in."""
    record = line.get("_record")
    if record is not None and not line.get("_from_structlog"):
        line["event"] = str(record.msg)
    return line


def kind_and_place(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """What went wrong and where, without the words it came with."""
    found = line.pop("exc_info", None)
    fault = found if isinstance(found, BaseException) else sys.exc_info()[1]
    if isinstance(found, tuple):
        fault = found[1]
    if found and fault is not None:
        line["exception_kind"] = f"{type(fault).__module__}.{type(fault).__qualname__}"
        line["exception_at"] = places(fault.__traceback__)
    return line


def places(trail: TracebackType | None) -> list[str]:
    return [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trail)]


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
BEFORE_PRINTING: dict[str, list[Processor]] = {
    "json": [
        template_only,
        kind_and_place,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        keep_to_the_list,
        structlog.processors.JSONRenderer(),
    ],
    "lines": [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.dev.ConsoleRenderer(colors=False),
    ],
}


def logging_to(form: str) -> dict[str, Any]:
    """Django's LOGGING: JSON for machines, or plain lines for one person's terminal."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "chosen": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": BEFORE_PRINTING[form],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "root": {"handlers": ["out"], "level": logging.INFO},
        "loggers": {
            # The request's own line says it already, without the address.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        },
    }
