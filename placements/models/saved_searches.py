"""Saved searches: what somebody wants to hear of, and what they have been told."""

import uuid
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import Member, MemberState


class Frequency(models.TextChoices):
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    NEVER = "never", "Not by email"


MAILED = (Frequency.DAILY, Frequency.WEEKLY)


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, member: Member) -> Self:
        """One's own: a search is a person's, not their organisation's."""
        return self.filter(member=member.pk)

    def mailed(self) -> Self:
        """Those that somebody who still belongs here wants to hear of."""
        return self.filter(
            frequency__in=MAILED,
            member__state=MemberState.ACTIVE,
            member__user__is_active=True,
        )

    def due(self) -> Self:
        now = clock.now()
        return self.mailed().filter(lapses_at__gt=now, look_at__lte=now)


class SavedSearch(models.Model):
    """A search that a member keeps, and may be written to about until it lapses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="saved_searches")
    name = models.CharField(max_length=100)
    # What was asked, as an address has it.
    query = models.CharField(max_length=1000, blank=True)
    frequency = models.CharField(max_length=10, choices=Frequency)
    saved_at = models.DateTimeField()
    # All that was published before has been looked at.
    looked_until = models.DateTimeField()
    look_at = models.DateTimeField(null=True, blank=True)
    lapses_at = models.DateTimeField()

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="saved_search_frequency_is_known",
                condition=Q(frequency__in=Frequency.values),
            ),
            models.CheckConstraint(
                name="what_is_mailed_is_looked_at_next",
                condition=Q(frequency=Frequency.NEVER, look_at__isnull=True)
                | (~Q(frequency=Frequency.NEVER) & Q(look_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["member", "query"], name="one_saved_search_per_member_and_question"
            ),
        ]
        indexes = [
            # Whose turn it is, the longest-waiting first.
            models.Index(
                fields=["look_at"],
                name="saved_search_by_its_turn",
                condition=Q(look_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_mailed(self) -> bool:
        return self.frequency != Frequency.NEVER

    @property
    def has_lapsed(self) -> bool:
        return self.lapses_at <= clock.now()


class News(models.Model):
    """One mail's worth: what was published for a search between two moments.

    No two of one search overlap, so nothing is told twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="news")
    during = DateTimeRangeField()

    class Meta:
        verbose_name_plural = "news"
        constraints = [
            ExclusionConstraint(
                name="no_moment_is_told_twice_for_a_search",
                expressions=[
                    ("search", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"news of {self.search}"
