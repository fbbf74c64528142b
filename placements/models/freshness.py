"""What we have asked about a published listing since somebody last said that it is right."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from placements.models.placements import Placement

# Nothing pauses by itself sooner after its last warning.
FAIR_WARNING = timedelta(days=7)


class StillRight(models.Model):
    """One question to a provider: is this listing still right?

    It is about the confirmation of `confirmed_on`. A newer one answers it, by whichever
    verb it came, so no verb need know of the question.
    """

    placement = models.OneToOneField(
        Placement, on_delete=models.CASCADE, primary_key=True, related_name="still_right"
    )
    confirmed_on = models.DateField()
    # The mornings on which the mails are due.
    asked_on = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)
    warned_on = models.DateField(null=True, blank=True)
    # What the warning says, and is kept to.
    pauses_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_listing_is_asked_about_after_it_was_confirmed",
                condition=Q(asked_on__gt=F("confirmed_on")),
            ),
            models.CheckConstraint(
                name="nothing_pauses_without_fair_warning",
                condition=Q(warned_on__isnull=True, pauses_on__isnull=True)
                | Q(
                    warned_on__isnull=False,
                    pauses_on__isnull=False,
                    pauses_on__gte=F("warned_on") + FAIR_WARNING,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["pauses_on"],
                name="listing_by_day_of_pause",
                condition=Q(pauses_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"asked on {self.asked_on}"
