"""A chapter on scarce places: whom they go to first, and when booking opens."""

from datetime import datetime, time, timedelta
from typing import Any

from accounts.clock import ENGLAND
from marketplace.demo import rows
from marketplace.demo.story import Story
from placements import reserves
from placements.models import PriorityRule, Slot


def keep_places(story: Story) -> None:
    for row in rows.story("scarce"):
        slot = story.slot(row["title"], row["week"])
        if row.get("opens_in_weeks"):
            slot = _announce(story, slot, row["opens_in_weeks"])
        _prioritise(story, slot, row)


def _announce(story: Story, slot: Slot, weeks: int) -> Slot:
    opens_at = datetime.combine(story.monday(weeks), time(10), tzinfo=ENGLAND)
    return reserves.announce(slot, opens_at=opens_at, by=story.host_of(slot.placement))


def _prioritise(story: Story, slot: Slot, row: dict[str, Any]) -> None:
    reserves.prioritise(
        slot,
        rule=PriorityRule.objects.get(code=row["rule"]),
        places=row.get("places", 0),
        share=row.get("share"),
        until=story.monday(row["until_week"]) - timedelta(days=1),
        early_days=row.get("early_days", 0),
        by=story.cast.broker if row.get("by_hub") else story.host_of(slot.placement),
    )
