"""A waiting group that somebody else's places went past, and why. Its school may read it."""

from django.db import models

from placements.models.bookings import Booking
from placements.words import PassReason


class PassedOver(models.Model):
    """So many places were free, and a group that had waited longer could not use them."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="passed_over")
    at = models.DateTimeField()
    reason = models.CharField(max_length=30, choices=PassReason)
    # How many places were free then, and how few the group would have needed.
    free = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="pass_reason_is_known", condition=models.Q(reason__in=PassReason.values)
            ),
            models.CheckConstraint(
                name="too_few_places_are_fewer_than_needed",
                condition=~models.Q(reason=PassReason.TOO_FEW)
                | models.Q(free__lt=models.F("needed")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())
