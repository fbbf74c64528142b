"""The plain form of a search: what one gets from normalised tables and a query a figure.

Only for the questions whose promise names it: those near a place, and the national one.
"""

from typing import Any

from django.db import connection

from marketplace.bench.search.handwritten import GROUPS, Answer, pieces
from marketplace.bench.search.questions import Asked

PLAIN = {
    "q1": {"near": "metres", "mode": "in_person", "year_group": "ks4", "dates": "dates"},
    "q4": {"near": "far_metres", "mode": "not_virtual", "adjustments": "supported"},
    "q7": {"mode": "in_person", "year_group": "ks4", "dates": "dates"},
}


class Plain:
    """The tables, and the nine or ten queries of an answer."""

    def __init__(self) -> None:
        self.pieces = {
            name.removeprefix("plain_"): text
            for name, text in pieces().items()
            if name.startswith("plain_")
        }

    def build(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS plain CASCADE")
            for statement in self.pieces["build"].split(";\n"):
                cursor.execute(statement)

    def ask(self, asked: Asked, today: Any) -> Answer:
        values = {**asked.by_hand, "today": today}
        near = "near" in PLAIN[asked.name]
        page = self._run(
            "page", asked, values, order=self.pieces["by_distance" if near else "by_rating"]
        )
        ids = [row[0] for row in page]
        self._run("slots", asked, {**values, "page": ids})
        total = self._run("total", asked, values)[0][0]
        counts = {group: self._counted(group, asked, values) for group in GROUPS}
        return Answer(ids, total, counts)

    def _counted(self, group: str, asked: Asked, values: dict[str, Any]) -> dict[str, int]:
        rows = self._run(group, asked, values, without=group)
        if group == "mode" and "near" in PLAIN[asked.name]:
            # Without the filter of how it happens, what is virtual would be found from anywhere.
            rows += self._run("virtual", asked, values, without=group, anywhere=True)
        return dict(rows)

    def _run(
        self,
        name: str,
        asked: Asked,
        values: dict[str, Any],
        *,
        without: str = "",
        anywhere: bool = False,
        order: str = "",
    ) -> list[Any]:
        filters = PLAIN[asked.name]
        near = "near" in filters and not anywhere
        kept = [self.pieces["live"]]
        if near:
            kept.append(self.pieces["near"].format(metres=values[filters["near"]]))
        kept += [
            self.pieces[piece] for group, piece in filters.items() if group not in ("near", without)
        ]
        text = self.pieces[name].format(
            **{"from": self.pieces["from_near" if near else "from_nation"]},
            where=" AND ".join(kept),
            order=order,
        )
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall())
