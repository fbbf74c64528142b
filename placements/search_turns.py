"""When it is a saved search's turn, and how far a look may look."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.clock import ENGLAND
from placements.models import Frequency

EARLY = time(6)
DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
# A publication may have taken its moment and not be committed yet; no transaction of ours
# lasts this long. Looking only so far, no look passes over one that comes in behind it.
SETTLED = timedelta(minutes=10)


def next_turn(frequency: str, *, after: datetime, last: datetime | None = None) -> datetime | None:
    """Early in the morning, in step with the last turn; turns that were missed are one."""
    if frequency == Frequency.NEVER:
        return None
    day = timezone.localdate(last or after, ENGLAND)
    while (turn := datetime.combine(day, EARLY, tzinfo=ENGLAND)) <= after:
        day += timedelta(days=DAYS[Frequency(frequency)])
    return turn
