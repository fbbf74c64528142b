"""The tables that a nation is written into, in the order in which one points to another."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Organisation, Workplace
from marketplace.nation.loading import Table
from placements.models import Booking, Placement, Slot
from ratings.models import Award


class Books:
    """Rows that wait to be written; nothing is there before `write`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = timezone.localdate(now)
        self.organisations = Table(Organisation, at=now)
        self.awards = Table(Award, at=now)
        self.workplaces = Table(Workplace, at=now)
        self.placements = Table(Placement, at=now)
        self.slots = Table(Slot, at=now)
        self.bookings = Table(Booking, at=now)

    def write(self) -> None:
        self.organisations.flush()
        self.awards.flush()
        self.workplaces.flush()
        self.placements.flush()
        self.slots.flush()
        self.bookings.flush()
