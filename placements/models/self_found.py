"""SelfFound: what a student found for themselves, as their school wrote it down."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Member
from placements.models.bookings import Booking
from placements.words import FoundThrough


class SelfFoundQuerySet(models.QuerySet["SelfFound"]):
    def visible_to(self, member: Member) -> Self:
        """The school's own, and nobody else's."""
        return self.filter(booking__school=member.organisation_id)

    def untold(self) -> Self:
        """Whose employer has not agreed that a hub learns of it; perhaps not answered at all."""
        return self.filter(may_be_offered_at__isnull=True)

    def offered(self) -> Self:
        return self.filter(offered_at__isnull=False)


class SelfFound(models.Model):
    """A placement that one student found. Its employer, dates and papers are a booking's, with a
    listing that nobody but the school ever sees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="self_found")
    found_through = models.CharField(max_length=20, choices=FoundThrough)
    why_it_fits = models.TextField(max_length=500)
    # The employer agrees that the hub learns of it and writes to it; and then the school offers.
    may_be_offered_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = SelfFoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="found_through_is_known", condition=Q(found_through__in=FoundThrough.values)
            ),
            models.CheckConstraint(
                name="an_employer_is_offered_only_with_its_consent",
                condition=Q(offered_at__isnull=True) | Q(may_be_offered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_employer_is_invited_only_once_it_is_offered",
                condition=Q(invited_at__isnull=True) | Q(offered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"self-found {self.pk}"

    @property
    def may_be_offered(self) -> bool:
        return self.may_be_offered_at is not None and self.offered_at is None
