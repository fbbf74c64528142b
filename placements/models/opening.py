"""When schools may ask for dates: all of them from one moment on, and some of them earlier."""

from datetime import datetime, time, timedelta

from django.db import models

from accounts import clock, phrases
from accounts.clock import ENGLAND
from placements.models.priority import PriorityRule
from placements.states import SlotState


class Opening(models.Model):
    """Dates that begin to be booked on a day, or at an announced moment of it.

    A slot is this, and has places, of which some may be kept.
    """

    starts_on = models.DateField()
    state = models.CharField(max_length=20, choices=SlotState, default=SlotState.OPEN)
    # The first and the last day on which a school may ask; set from the listing's rule.
    opens_on = models.DateField()
    closes_on = models.DateField()
    # The moment at which booking opens, where one was announced; on the day `opens_on`.
    opens_at = models.DateTimeField(null=True, blank=True)
    # Whom booking opens early for, so many days before, or some of the places are kept for.
    priority = models.ForeignKey(
        PriorityRule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    early_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    # How often its dates have changed: counted by a trigger, so that no calendar misses one.
    times_redated = models.PositiveIntegerField(db_default=0, editable=False)
    # When the dates that schools had booked were moved last: nobody agreed to these before.
    redated_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def opening(self) -> datetime:
        """The moment from which any school may ask, in England's time."""
        if self.opens_at:
            return self.opens_at.astimezone(ENGLAND)
        return datetime.combine(self.opens_on, time(), ENGLAND)

    @property
    def first_opening(self) -> datetime:
        """The moment from which those may ask for whom booking opens early: by their clocks the
        same hour, some days before."""
        return self.opening - timedelta(days=self.early_days)

    @property
    def opening_was_set(self) -> bool:
        """For these dates themselves: not only by the listing's rule."""
        return self.opens_at is not None or self.early_days > 0

    @property
    def is_open_to_all(self) -> bool:
        return self.opening <= clock.now()

    @property
    def is_open_early(self) -> bool:
        return self.first_opening <= clock.now() < self.opening

    @property
    def when_it_opens(self) -> str:
        """Booking opens on Monday 4 January 2027 at 10am. For whom it opens before that."""
        early = ""
        if self.early_days and not self.is_open_to_all:
            opens = f"It opens on {self._said(self.first_opening)}"
            early = f" {'It is open now' if self.is_open_early else opens} for {self.priority}."
        return f"Booking opens on {self._said(self.opening)}.{early}"

    def _said(self, moment: datetime) -> str:
        at = f" at {phrases.clock_time(moment)}" if self.opens_at else ""
        return f"{phrases.week_date(moment)}{at}"

    @property
    def is_taking_bookings(self) -> bool:
        """From any school."""
        return self._may_be_asked_for and self.is_open_to_all

    @property
    def is_taking_some_bookings(self) -> bool:
        """From any school, or from those for whom booking opens early."""
        return self._may_be_asked_for and self.first_opening <= clock.now()

    @property
    def _may_be_asked_for(self) -> bool:
        today = clock.today()
        return self.state == SlotState.OPEN and self.starts_on > today and today <= self.closes_on
