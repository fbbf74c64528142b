"""How soon a search sees that places are sold out or free again, and what that costs."""

import time
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.http import urlencode

from marketplace.bench import stopwatch
from marketplace.bench.search.questions import Asked, near
from placements.models import Slot
from placements.search import results
from placements.words import Mode

PATIENCE = 60.0
BATCH = 500
SELL = "UPDATE placements_slot SET taken = places WHERE id = ANY(%s)"
FREE = "UPDATE placements_slot SET taken = 0 WHERE id = ANY(%s)"


def seconds_to_see(times: int) -> list[float]:
    """From selling dates out, or freeing them, until a search for just those agrees."""
    taken: list[float] = []
    free = Slot.objects.still_open().filter(taken=0, placement__mode=Mode.IN_PERSON)
    for slot in free.select_related("placement__workplace").order_by("pk")[:times]:
        for places, is_there in ((slot.places, False), (0, True)):
            Slot.objects.filter(pk=slot.pk).update(taken=places)
            taken.append(_seconds_until(slot, is_there=is_there))
    return taken


def milliseconds_a_row(rounds: int) -> list[float]:
    """Of the database's processor, beyond what the slots' own rows take; many at once."""
    free = Slot.objects.still_open().filter(taken=0).order_by("placement")
    ids = list(free.values_list("pk", flat=True)[: BATCH * rounds])
    taken: list[float] = []
    for first in range(0, len(ids), BATCH):
        some = ids[first : first + BATCH]
        alone, followed = _write(some, followed=False), _write(some, followed=True)
        taken.append((followed - alone) / (2 * len(some)))
    return taken


def _write(some: list[UUID], *, followed: bool) -> float:
    """Sell and free them, in a transaction that is then undone; milliseconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('marketplace.loading', %s, true)", ["" if followed else "on"]
        )
        with stopwatch.in_the_database() as spent:
            cursor.execute(SELL, [some])
            cursor.execute(FREE, [some])
        transaction.set_rollback(True)
    return spent.processor


def _seconds_until(slot: Slot, *, is_there: bool) -> float:
    began = time.monotonic()
    while _is_found(slot) is not is_there:
        if time.monotonic() - began > PATIENCE:
            break
        time.sleep(0.01)
    return time.monotonic() - began


def _is_found(slot: Slot) -> bool:
    """Whether somebody who looks there, on those very days, is shown these dates."""
    workplace = slot.placement.workplace
    assert workplace is not None  # noqa: S101 -- what happens in person happens somewhere.
    asked: dict[str, Any] = {
        "near": near(workplace.shown_easting, workplace.shown_northing),
        "within": 0.1,
        "mode": Mode.IN_PERSON.value,
        "from": slot.starts_on,
        "to": slot.ends_on,
        "limit": 100,
    }
    found = results(Asked("", urlencode(asked), {}).search()).found
    return any(one.pk == slot.pk for shown in found for one in shown.next_slots)
