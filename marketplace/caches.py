"""A cache that is missed, not mourned.

With Redis gone, a read finds nothing and a page is simply made again. Counting
attempts is another matter: a limit that vanished with Redis would be an
invitation, so what is added or counted falls back to this process's own memory.
"""

from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

log = structlog.get_logger(__name__)

GONE = (NoConnection, NoAnswer)


class ForgivingRedisCache(RedisCache):
    """Redis while it answers; this process's memory while it does not."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        spared = {name: value for name, value in params.items() if name != "OPTIONS"}
        self.spare = LocMemCache("while-redis-is-away", spared)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except GONE:
            return self._spare("get").get(key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:
        try:
            return super().get_many(keys, version)
        except GONE:
            return self._spare("get_many").get_many(keys, version)

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        try:
            super().set(key, value, timeout, version)
        except GONE:
            self._spare("set").set(key, value, timeout, version)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        try:
            return super().add(key, value, timeout, version)
        except GONE:
            return self._spare("add").add(key, value, timeout, version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        try:
            return super().incr(key, delta, version)
        except GONE:
            return self._spare("incr").incr(key, delta, version)

    def touch(
        self,
        key: str,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        try:
            return super().touch(key, timeout, version)
        except GONE:
            return self._spare("touch").touch(key, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except GONE:
            return self._spare("delete").delete(key, version)

    def has_key(self, key: str, version: int | None = None) -> bool:
        try:
            return super().has_key(key, version)
        except GONE:
            return self._spare("has_key").has_key(key, version)

    def _spare(self, asked: str) -> LocMemCache:
        log.warning("redis_is_away", asked=asked)
        return self.spare
