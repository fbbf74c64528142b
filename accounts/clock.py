"""What time it is, for every rule of the marketplace.

Rules ask here and nowhere else, so that a demonstration can be moved on by eight
days and every process agrees. Leases and other promises between processes use
the database's clock instead: they are about machines, not about placements.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

# Where days are counted from, when they are numbers.
EPOCH = date(1970, 1, 1)
ENGLAND = ZoneInfo("Europe/London")

_told: ContextVar[timedelta | None] = ContextVar("told", default=None)


@lru_cache(maxsize=4)
def _read(path: Path, _modified_ns: int) -> timedelta:
    return timedelta(seconds=json.loads(path.read_text(encoding="utf-8"))["seconds"])


def shift() -> timedelta:
    """How far the business clock stands ahead of the real one; nothing in production."""
    told = _told.get()
    if told is not None:
        return told
    path = settings.CLOCK_FILE
    if not path:
        return timedelta()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return timedelta()


def now() -> datetime:
    return timezone.now() + shift()


def today() -> date:
    """The date in England."""
    return now().astimezone(ENGLAND).date()


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Tell what happens inside as if it were `moment`, in this process alone.

    For the demonstration's story and for tests, never for a rule.
    """
    token = _told.set(moment - timezone.now())
    try:
        yield
    finally:
        _told.reset(token)


def move(by: timedelta) -> None:
    """Move the business clock of every process that reads the same file."""
    _write(shift() + by)


def reset() -> None:
    _write(timedelta())


def _write(total: timedelta) -> None:
    if settings.CLOCK_FILE is None:
        raise ImproperlyConfigured("The clock moves in a demonstration only.")
    path = Path(settings.CLOCK_FILE)
    # Written beside and renamed, so that no reader ever sees half a file.
    fresh = path.with_suffix(".fresh")
    fresh.write_text(json.dumps({"seconds": total.total_seconds()}), encoding="utf-8")
    fresh.replace(path)
