"""Organisations: whoever lists, books, brokers or accredits. Records belong to them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models.schools import School
from accounts.words import Sector


class OrganisationKind(models.TextChoices):
    SCHOOL = "school", "School or college"
    EMPLOYER = "employer", "Employer"
    PROVIDER = "provider", "Provider"
    HUB = "hub", "Careers Hub"
    NATIONAL_TEAM = "national_team", "National team"
    ACCREDITOR = "accreditor", "Accrediting body"
    PARTNER = "partner", "Partner platform"
    # Known to the school that wrote it down, and to nobody else.
    FOUND = "found", "Employer that a student found"


LISTS_PLACEMENTS = (OrganisationKind.EMPLOYER, OrganisationKind.PROVIDER)


class ProviderCategory(models.TextChoices):
    NATIONAL_BROAD = "national_broad", "National, many sectors"
    NATIONAL_DEDICATED = "national_dedicated", "National, for particular students"
    LOCAL = "local", "Local"
    SECTOR_SPECIFIC = "sector_specific", "One sector"


class Ownership(models.TextChoices):
    PRIVATE = "private", "Private company or sole trader"
    PUBLIC = "public", "Public sector"
    CHARITY = "charity", "Charity or social enterprise"


class SizeBand(models.TextChoices):
    ONE = "1", "1 (only me)"
    TWO_TO_FOUR = "2-4", "2 to 4"
    FIVE_TO_NINE = "5-9", "5 to 9"
    TEN_TO_24 = "10-24", "10 to 24"
    TO_49 = "25-49", "25 to 49"
    TO_249 = "50-249", "50 to 249"
    FROM_250 = "250+", "250 or more"


class Standing(models.TextChoices):
    """Whether the marketplace may rely on an organisation."""

    UNVERIFIED = "unverified", "not yet verified"
    GOOD = "good", "in good standing"
    SUSPENDED = "suspended", "suspended"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def schools(self) -> Self:
        return self.filter(kind=OrganisationKind.SCHOOL)

    def listing_placements(self) -> Self:
        """Employers and providers: those who may have a menu of placements."""
        return self.filter(kind__in=LISTS_PLACEMENTS)

    def in_good_standing(self) -> Self:
        return self.filter(standing=Standing.GOOD)


class Organisation(models.Model):
    """A school, employer, provider, hub or other body that people act for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    name = models.CharField(max_length=150)
    standing = models.CharField(max_length=20, choices=Standing, default=Standing.UNVERIFIED)
    school = models.OneToOneField(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="organisation"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches"
    )
    provider_category = models.CharField(max_length=20, choices=ProviderCategory, blank=True)
    ownership = models.CharField(max_length=20, choices=Ownership, blank=True)
    size_band = models.CharField(max_length=10, choices=SizeBand, blank=True)
    sector = models.CharField(max_length=40, choices=Sector, blank=True)
    description = models.TextField(max_length=2000, blank=True)
    website = models.URLField(max_length=200, blank=True)
    registered_at = models.DateTimeField(default=clock.now, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_kind_is_known", condition=Q(kind__in=OrganisationKind.values)
            ),
            models.CheckConstraint(
                name="organisation_standing_is_known", condition=Q(standing__in=Standing.values)
            ),
            models.CheckConstraint(
                name="a_school_and_only_a_school_is_in_the_register",
                condition=Q(kind=OrganisationKind.SCHOOL, school__isnull=False)
                | (~Q(kind=OrganisationKind.SCHOOL) & Q(school__isnull=True)),
            ),
            models.CheckConstraint(
                name="suspended_organisations_say_since_when",
                condition=Q(standing=Standing.SUSPENDED, suspended_at__isnull=False)
                | (~Q(standing=Standing.SUSPENDED) & Q(suspended_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_school(self) -> bool:
        return self.kind == OrganisationKind.SCHOOL

    @property
    def is_found(self) -> bool:
        """An employer that a student found, and one school wrote down: nobody acts for it."""
        return self.kind == OrganisationKind.FOUND

    @property
    def is_hub(self) -> bool:
        return self.kind == OrganisationKind.HUB

    @property
    def is_national_team(self) -> bool:
        return self.kind == OrganisationKind.NATIONAL_TEAM

    @property
    def lists_placements(self) -> bool:
        return self.kind in LISTS_PLACEMENTS

    @property
    def is_suspended(self) -> bool:
        return self.standing == Standing.SUSPENDED
