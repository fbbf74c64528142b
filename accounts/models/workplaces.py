"""Where placements happen."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from accounts.models.organisations import Organisation
from accounts.models.people import Member
from accounts.words import RestrictedActivity


class WorkplaceKind(models.TextChoices):
    OFFICE = "office", "Office"
    SHOP = "shop", "Shop, restaurant or salon"
    HEALTH = "health", "Hospital, surgery or care home"
    EDUCATION = "education", "School, college or nursery"
    WORKSHOP = "workshop", "Workshop or factory"
    SITE = "site", "Building site"
    FARM = "farm", "Farm, stables or kennels"
    OUTDOOR = "outdoor", "Outdoors"
    VEHICLE = "vehicle", "On the road or rail"
    PRIVATE_HOME = "private_home", "Somebody's home"


class RiskBand(models.TextChoices):
    """How much a school must find out before it sends somebody (HSE's three bands)."""

    LOW = "low", "Low: everyday risks, like an office or shop"
    LESS_FAMILIAR = "less_familiar", "Less familiar: light assembly, packing, animals"
    HIGHER = "higher", "Higher: construction, farming, manufacturing, laboratories"


def _coarse_for_homes(metres: str) -> Case:
    return Case(
        When(kind=WorkplaceKind.PRIVATE_HOME, then=F(metres) / 1000 * 1000 + 500),
        default=F(metres),
        output_field=models.IntegerField(),
    )


class WorkplaceQuerySet(models.QuerySet["Workplace"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, member: Member) -> Self:
        """One's own organisation's: an address is nobody else's before a booking."""
        return self.filter(organisation=member.organisation_id)


class Workplace(models.Model):
    """A place of work, and what makes it safe; asked once, reused by every listing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="workplaces"
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=WorkplaceKind)
    address = models.CharField(max_length=250)
    town = models.CharField(max_length=80)
    postcode = models.CharField(max_length=8)
    # Where the postcode lies, in metres of the national grid; see accounts.postcodes.
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    # Where the public is told that it lies: of somebody's home no more than which square
    # kilometre, or a map would show the door.
    shown_easting = models.GeneratedField(
        expression=_coarse_for_homes("easting"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    shown_northing = models.GeneratedField(
        expression=_coarse_for_homes("northing"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    authority = models.CharField(max_length=9, blank=True)
    placed_approximately = models.BooleanField(default=False)
    risk_band = models.CharField(max_length=20, choices=RiskBand, default=RiskBand.LOW)
    # The same adult alone with the same student: never published without a broker's decision.
    lone_adult = models.BooleanField(default=False)
    restricted_activities = ArrayField(
        models.CharField(max_length=40, choices=RestrictedActivity), default=list, blank=True
    )
    insurer = models.CharField("employers' liability insurer", max_length=120, blank=True)
    insured_until = models.DateField(null=True, blank=True)
    crown_indemnity = models.BooleanField(default=False)
    first_aid = models.TextField(max_length=500, blank=True)
    access_notes = models.TextField(max_length=1000, blank=True)
    # How many students it can have on one day, over all that is offered there; empty where each
    # set of dates has its own number, and none is in the way of another.
    most_a_day = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WorkplaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="workplace_kind_is_known", condition=Q(kind__in=WorkplaceKind.values)
            ),
            models.CheckConstraint(
                name="workplace_risk_band_is_known", condition=Q(risk_band__in=RiskBand.values)
            ),
            models.CheckConstraint(
                name="a_workplace_has_room_for_somebody",
                condition=Q(most_a_day__isnull=True) | Q(most_a_day__gte=1),
            ),
        ]
        indexes = [models.Index(fields=["authority"], name="workplace_by_authority")]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"

    @property
    def needs_a_brokers_decision(self) -> bool:
        return self.kind == WorkplaceKind.PRIVATE_HOME or self.lone_adult
