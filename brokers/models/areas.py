"""Areas, what they cover, and the one hub that is accountable for each at a time."""

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from accounts import clock, districts, gazetteer
from accounts.models import Member, Organisation, OrganisationKind


class Area(models.Model):
    """A part of England that one hub at a time is accountable for."""

    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CoverageKind(models.TextChoices):
    AUTHORITY = "authority", "Local authority district"
    POSTCODE_AREA = "postcode_area", "Postcode area"


Row = TypeVar("Row", bound=models.Model)


class OnADay(models.QuerySet[Row]):
    def on(self, day: date | None = None) -> Self:
        """Those in force on that day; today if none is named."""
        return self.filter(during__contains=day or clock.today())


class CoverageQuerySet(OnADay["Coverage"]):
    pass


class Coverage(models.Model):
    """One local authority (or postcode area, where no directory is loaded) of an area."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="coverage")
    kind = models.CharField(max_length=20, choices=CoverageKind)
    code = models.CharField(max_length=9)
    during = DateRangeField()

    objects = CoverageQuerySet.as_manager()

    class Meta:
        constraints = [
            # An authority belongs to one area at a time.
            ExclusionConstraint(
                name="one_area_at_a_time_covers_a_code",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """What the district is called, or the town that a postcode area is named after."""
        if self.kind == CoverageKind.AUTHORITY:
            return districts.name_of(self.code)
        town, *_ = gazetteer.POSTCODE_AREAS.get(self.code, ("",))
        return town


class StewardshipQuerySet(OnADay["Stewardship"]):
    pass


class Stewardship(models.Model):
    """A hub being accountable for an area, from a day until a day."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="stewardships")
    hub = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="stewardships",
        limit_choices_to=Q(kind=OrganisationKind.HUB),
    )
    during = DateRangeField()

    objects = StewardshipQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="exactly_one_hub_at_a_time_is_accountable",
                expressions=[
                    ("area", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hub} for {self.area}"


class DeskProfile(models.Model):
    """How a desk (a hub's, or the national team's) is reached, and what it promises."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="desk")
    contact_name = models.CharField(max_length=100, blank=True)
    contact_email = models.EmailField(max_length=254, blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    service_promise = models.TextField(max_length=1000, blank=True)
    # Safeguarding concerns go to these people and to nobody else.
    safeguarding_leads = models.ManyToManyField(Member, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"desk of {self.organisation}"
