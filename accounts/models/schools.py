"""The national register of schools, as read in from its extract."""

from typing import Self

from django.db import models
from django.db.models import Q

RURAL = ("D", "E", "F", "R")


class SchoolQuerySet(models.QuerySet["School"]):
    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def named_like(self, words: str) -> Self:
        """Those whose name, town, postcode or number holds every word."""
        q = self
        for word in words.split()[:8]:
            q = q.filter(
                Q(name__icontains=word)
                | Q(town__icontains=word)
                | Q(postcode__icontains=word)
                | Q(urn__startswith=word)
            )
        return q


class School(models.Model):
    """One row of the register of schools and colleges. Loaded, never typed in."""

    urn = models.CharField("unique reference number", max_length=10, unique=True)
    name = models.CharField(max_length=150)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phase = models.CharField(max_length=40, blank=True)
    type_code = models.CharField(max_length=4, blank=True)
    type_name = models.CharField(max_length=80, blank=True)
    type_group_code = models.CharField(max_length=4, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    is_special = models.BooleanField(default=False)
    local_authority_code = models.CharField(max_length=4, blank=True)
    establishment_number = models.CharField(max_length=5, blank=True)
    # The district's nine-character code: what areas are made of.
    authority = models.CharField(max_length=9, blank=True, db_index=True)
    easting = models.PositiveIntegerField(null=True, blank=True)
    northing = models.PositiveIntegerField(null=True, blank=True)
    rural_code = models.CharField(max_length=4, blank=True)
    free_school_meals_percent = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True
    )
    website = models.CharField(max_length=200, blank=True)
    # Derived from the website: an address at this domain proves a member belongs.
    domain = models.CharField(max_length=150, blank=True)
    ukprn = models.CharField(max_length=8, blank=True)
    trust_code = models.CharField(max_length=8, blank=True)
    trust_name = models.CharField(max_length=150, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    loaded_at = models.DateTimeField()

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["name", "urn"]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}" if self.town else self.name

    @property
    def is_rural(self) -> bool:
        """By the official classes: D to F of 2011, and those of 2021 that begin with an R."""
        return self.rural_code[:1] in RURAL
