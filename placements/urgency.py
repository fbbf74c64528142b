"""Whether news of a placement can wait for a working day, or goes at night and at weekends too."""

from datetime import date, timedelta

from accounts import clock, quiet_hours
from placements.models import Slot

# What begins sooner than this, somebody may be packing for.
AT_HAND = timedelta(days=3)
SOON = "if it is about to begin, or has begun"
BEFORE_NEWS = "if it begins before a mail that waited would be read"


def at_hand_until() -> date:
    """A day at least after whatever has to wait arrives: over Easter that is more than three."""
    return max(clock.today() + AT_HAND, quiet_hours.soonest_day() + timedelta(days=1))


def is_at_hand(slot: Slot) -> bool:
    """It is about to begin, or is under way: what changes now cannot wait."""
    return not slot.is_past and slot.starts_on <= at_hand_until()


def begins_before_news(slot: Slot) -> bool:
    """It begins on the day on which a message that waits would arrive."""
    return not slot.is_past and slot.starts_on <= quiet_hours.soonest_day()
