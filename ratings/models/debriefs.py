"""Debriefs: what each side says afterwards, kept with the booking."""

from django.db import models

from accounts.models import Member
from placements.models import Booking


class DebriefSide(models.TextChoices):
    SCHOOL = "school", "School"
    HOST = "host", "Host"


class Debrief(models.Model):
    """One side looking back on a booking: what went well, what to change."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="debriefs")
    side = models.CharField(max_length=10, choices=DebriefSide)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    went_well = models.TextField(max_length=2000, blank=True)
    to_change = models.TextField(max_length=2000, blank=True)
    outcomes_met = models.BooleanField(null=True, blank=True)
    would_host_again = models.BooleanField(null=True, blank=True)
    students_came = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "side"], name="one_debrief_per_booking_and_side"
            ),
            models.CheckConstraint(
                name="debrief_side_is_known", condition=models.Q(side__in=DebriefSide.values)
            ),
        ]

    def __str__(self) -> str:
        return f"debrief of {self.booking_id} by {self.side}"
