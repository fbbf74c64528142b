"""Badges: who vouches for a provider, under which scheme, until when."""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import Organisation


class Badge(models.Model):
    """A scheme of an accrediting body."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    accreditor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="badges")
    meaning = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.name


class AwardQuerySet(models.QuerySet["Award"]):
    def in_force(self) -> Self:
        return self.filter(during__contains=clock.today(), revoked_at__isnull=True)


class Award(models.Model):
    """A badge held by a provider, from a day until a day, on evidence."""

    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="awards")
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards")
    during = DateRangeField()
    evidence = models.URLField(max_length=300, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_badge_is_held_once_at_a_time",
                expressions=[
                    ("badge", RangeOperators.EQUAL),
                    ("holder", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.badge} held by {self.holder}"
