"""Four employers with three dates each. Run inside a stack by `manage shell`."""

import json

from placements import shortlists
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    PlacementFactory,
    SlotFactory,
    days_ahead,
)
from tests.faults.crowd import signed_in

TITLES = ("Bake bread", "Build a bridge", "Mend a tractor", "Run a radio")


def set_scene():
    """Print the sessions of two careers leaders, each with these on the shortlist."""
    offered = [an_offer(title) for title in TITLES]
    leaders = {name: CareersLeaderFactory() for name in ("with", "without")}
    for leader in leaders.values():
        for placement in offered:
            shortlists.add(placement, by=leader)
    told = {"sessions": {name: signed_in(one.user) for name, one in leaders.items()}}
    print(json.dumps(told))  # noqa: T201 -- the test reads it from here.


def an_offer(title):
    placement = PlacementFactory(
        provider=HostFactory().organisation,
        title=title,
        confirms_at_once=title == TITLES[0],
        most_places_per_school=15,
    )
    for week in range(3):
        SlotFactory(placement=placement, starts_on=days_ahead(60 + 7 * week), places=30)
    return placement
