"""A last chapter: what schools look for, keep looking for, and tell their hub that they need."""

from datetime import timedelta
from typing import Any

from accounts import clock
from brokers import demand
from marketplace.demo import rows
from marketplace.demo.settling import Cast
from placements import needs, saved_searches, search_records, wants
from placements.models import Frequency
from placements.search import kept


def look_around(cast: Cast) -> None:
    _keep_searches(cast)
    _search_in_vain()
    _tell_the_hub(cast)


def _keep_searches(cast: Cast) -> None:
    for row in rows.story("saved"):
        with clock.as_of(clock.now() - timedelta(days=row["days_ago"])):
            saved_searches.keep(
                row["query"],
                name=row["name"],
                frequency=Frequency(row["frequency"]),
                by=cast.careers_leaders[row["school"]],
            )


def _search_in_vain() -> None:
    for row in rows.story("sought"):
        for days_ago, times in row["days"]:
            with clock.as_of(clock.now() - timedelta(days=days_ago)):
                note = search_records.noted(_chosen(row), found=row.get("found", 0))
                search_records.keep([note] * times)


def _tell_the_hub(cast: Cast) -> None:
    for row in rows.story("needs"):
        with clock.as_of(clock.now() - timedelta(days=row["days_ago"])):
            need = needs.tell(
                wants.of(_chosen(row)),
                places=row["places"],
                by=cast.careers_leaders[row["school"]],
            )
        if row.get("read"):
            with clock.as_of(clock.now() - timedelta(days=row["days_ago"] - 1)):
                demand.read(need, by=cast.broker)


def _chosen(row: dict[str, Any]) -> Any:
    return kept.asked(row["query"]).chosen
