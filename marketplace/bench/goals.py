"""What a benchmark prints: one JSON object, each goal beside its figure."""

import platform
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

import django
import psycopg
from django.db import connection


@dataclass(frozen=True)
class Goal:
    name: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def ok(self) -> bool:
        below = self.at_most is None or self.value <= self.at_most
        return below and (self.at_least is None or self.value >= self.at_least)

    def told(self) -> dict[str, Any]:
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return {**given, "value": round(self.value, 4), "ok": self.ok}


def spread(samples: list[float]) -> dict[str, float]:
    """The middle, and what one in twenty exceeds; in the unit of the samples."""
    p95 = quantiles(samples, n=20)[-1] if len(samples) > 1 else samples[0]
    return {"median": round(median(samples), 3), "p95": round(p95, 3), "samples": len(samples)}


def versions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgresql = cursor.fetchone()[0]
    return {
        "postgresql": postgresql,
        "python": platform.python_version(),
        "django": django.get_version(),
        "psycopg": psycopg.__version__,
    }
