"""Where searches are noted until they are counted: a list in Redis, and nothing that matters.

A page never waits for it. Where Redis is away or slow a note is lost, and so are those of
the next half minute, without asking again; how many is said in the log when it is back.
"""

import time
from dataclasses import dataclass
from functools import lru_cache

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

NOTES = "wex:searches"
# More than these wait for nobody: the oldest go.
MOST = 100_000
PATIENCE = 0.1
SILENCE = 30.0


@dataclass
class Losses:
    """What this process could not note, and until when it does not try."""

    count: int = 0
    silent_until: float = 0.0


_losses = Losses()


def put(note: str) -> bool:
    """Leave a note; say whether it is there."""
    if time.monotonic() < _losses.silent_until:
        _losses.count += 1
        return False
    try:
        with _redis().pipeline(transaction=False) as steps:
            steps.lpush(NOTES, note)
            steps.ltrim(NOTES, 0, MOST - 1)
            steps.execute()
    except (RedisError, OSError):
        _losses.count += 1
        _losses.silent_until = time.monotonic() + SILENCE
        return False
    if _losses.count:
        log.warning("searches_not_noted", count=_losses.count)
        _losses.count = 0
    return True


def take(most: int) -> list[str]:
    """The oldest notes, which are then there no more; none, while Redis is away."""
    try:
        taken = _redis().rpop(NOTES, most)
    except (RedisError, OSError):
        return []
    return [note.decode() for note in taken or []]  # type: ignore[union-attr]


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
