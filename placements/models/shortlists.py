"""Shortlist: the placements that somebody who acts for a school keeps to compare."""

from django.db import models
from django.db.models import Q

from accounts.models import Member
from placements.models.placements import Placement

# More than six do not stand side by side on any screen, nor in anybody's head.
MOST = 6


class Shortlisted(models.Model):
    """One placement in one of the six places of a member's shortlist.

    It is a person's own note, because two colleagues compare for two groups at once. What
    comes of it, an enquiry or a booking, belongs to their school.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="shortlist")
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_shortlist_has_six_places", condition=Q(place__gte=1, place__lte=MOST)
            ),
            models.UniqueConstraint(
                fields=["member", "place"], name="one_placement_in_each_place_of_a_shortlist"
            ),
            models.UniqueConstraint(
                fields=["member", "placement"], name="a_placement_is_once_on_a_shortlist"
            ),
        ]

    def __str__(self) -> str:
        return f"place {self.place}"
