"""CheckRequest: somebody is asked to look at a workplace."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import Member, Organisation, Workplace
from placements.models.paperwork import WorkplaceCheck
from placements.models.placements import Placement
from placements.words import AskedEnd


class CheckRequestQuerySet(models.QuerySet["CheckRequest"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def of_assessors_until(self, day: date) -> Self:
        return self.exclude(email="").filter(wanted_by__lte=day)

    def of_a_desk(self) -> Self:
        """Those that a school asked its hub, and not an assessor."""
        return self.filter(email="")


class CheckRequest(models.Model):
    """A specialist assessor, or the hub, is asked to look at a workplace."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The listing because of which it is asked; the answer serves all of the workplace's.
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, related_name="check_requests"
    )
    workplace = models.ForeignKey(
        Workplace, on_delete=models.PROTECT, related_name="check_requests"
    )
    # Of an assessor: the organisation, and where it is written to. Of the hub: neither.
    assessor = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    # What worries whoever asks: each thing a line, the newest last.
    note = models.TextField(max_length=3000, blank=True)
    wanted_by = models.DateField()
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    # Whose member that is: each asks for itself, and none learns that another has asked.
    asker = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=20, choices=AskedEnd, blank=True)
    # Why an assessor cannot.
    words = models.CharField(max_length=300, blank=True)
    # One check of the hub answers every school that had asked for it.
    check_made = models.ForeignKey(
        WorkplaceCheck, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )

    objects = CheckRequestQuerySet.as_manager()

    class Meta:
        ordering = ["wanted_by", "pk"]
        indexes = [
            models.Index(
                fields=["wanted_by"],
                name="check_request_open",
                condition=Q(ended_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workplace", "email", "asker"],
                name="one_open_request_of_each_asker_and_assessor",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="an_assessor_has_a_name_and_an_address",
                condition=Q(assessor="", email="") | (~Q(assessor="") & ~Q(email="")),
            ),
            models.CheckConstraint(
                name="a_request_that_ended_says_how",
                condition=Q(ended_at__isnull=True, ended_as="", check_made__isnull=True)
                | Q(ended_at__isnull=False, ended_as__in=AskedEnd.values),
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.wanted_by < clock.today()
