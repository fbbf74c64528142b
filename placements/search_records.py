"""The record of searches: what, where, when, how often, how often in vain. Nobody is in it.

A search is noted in passing (`placements.search_tally`) and counted a minute later, per
day and want. What is lost between the two is lost: these are counts, not promises.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts import clock
from placements import search_tally, wants
from placements.models import Searched, Want
from placements.wants import Wanted

A_BATCH = 1000
# This July is compared with the last one and the one before, and no further.
KEPT_FOR = timedelta(days=2 * 366)


@dataclass
class Count:
    """What is to be added for one want on one day."""

    times: int = 0
    in_vain: int = 0
    places: int = 0


def note(chosen: Mapping[str, Any], *, found: int) -> str:
    """Leave a note of a valid search, once however many of its pages are read; say which."""
    if chosen["cursor"]:
        return ""
    left = json.dumps(noted(chosen, found=found))
    search_tally.put(left)
    return left


def note_again(left: str) -> None:
    """The same search once more, by the note that was left of it."""
    if left:
        search_tally.put(left)


def noted(chosen: Mapping[str, Any], *, found: int) -> dict[str, Any]:
    """All that is kept of one search."""
    return {
        "wanted": asdict(wants.of(chosen)),
        "day": clock.today().isoformat(),
        "in_vain": wants.is_in_vain(chosen, found),
        "places": chosen["places"] or 0,
    }


def count_noted() -> int:
    """Count all that was noted; say how many searches that was."""
    counted = 0
    for _ in range(search_tally.MOST // A_BATCH):
        notes = search_tally.take(A_BATCH)
        keep(map(json.loads, notes))
        counted += len(notes)
        if len(notes) < A_BATCH:
            break
    return counted


@transaction.atomic
def forget_old() -> int:
    """Delete the counts of long ago, and wants that nothing is left of; say how many counts."""
    old = Searched.objects.filter(day__lt=clock.today() - KEPT_FOR)
    forgotten, _ = old.delete()
    Want.objects.filter(searched__isnull=True, needs__isnull=True).delete()
    return forgotten


@transaction.atomic
def keep(notes: Iterable[Mapping[str, Any]]) -> None:
    """Add these searches to the counts of their wants and days."""
    wanted: dict[str, Wanted] = {}
    counts: dict[tuple[str, date], Count] = {}
    for told in notes:
        want = Wanted(**told["wanted"])
        wanted[want.key] = want
        count = counts.setdefault((want.key, date.fromisoformat(told["day"])), Count())
        count.times += 1
        if told["in_vain"]:
            count.in_vain += 1
            count.places = max(count.places, told["places"])
    _add(counts, _kept(wanted))


def _kept(wanted: Mapping[str, Wanted]) -> dict[str, int]:
    """The row of each want, made where there was none."""
    rows = [want.row() for _, want in sorted(wanted.items())]
    Want.objects.bulk_create(rows, ignore_conflicts=True)
    return dict(Want.objects.filter(key__in=list(wanted)).values_list("key", "pk"))


def _add(counts: Mapping[tuple[str, date], Count], pks: Mapping[str, int]) -> None:
    by_row = {(pks[key], day): count for (key, day), count in counts.items()}
    # Always in the same order, so that two who count at once wait rather than deadlock.
    Searched.objects.bulk_create(
        [Searched(want_id=want, day=day) for want, day in sorted(by_row)], ignore_conflicts=True
    )
    rows = Searched.objects.select_for_update().order_by("want_id", "day")
    touched = [
        row
        for row in rows.filter(
            want__in={want for want, _ in by_row}, day__in={day for _, day in by_row}
        )
        if (row.want_id, row.day) in by_row
    ]
    for row in touched:
        count = by_row[row.want_id, row.day]
        row.times += count.times
        row.in_vain += count.in_vain
        row.places = max(row.places, count.places)
    Searched.objects.bulk_update(touched, ["times", "in_vain", "places"])
