"""Cohort: a school's students who go out together, on many dates and to many hosts."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce

from accounts import phrases
from accounts.models import Member, Organisation
from placements.models.slots import Slot
from placements.states import BookingState

MOST_STUDENTS = 2000
HAVE_A_PLACE = (BookingState.ACCEPTED, BookingState.CONFIRMED, BookingState.COMPLETED)
ASKED_FOR = (BookingState.REQUESTED, BookingState.OFFERED)


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, member: Member) -> Self:
        """How a school divides its students is nobody else's business."""
        return self.filter(school=member.organisation_id)

    def with_places(self) -> Self:
        """How many of its students have a place, and for how many a host is asked."""
        return self.annotate(agreed=_held(*HAVE_A_PLACE), asked=_held(*ASKED_FOR))


def _held(*states: BookingState) -> Coalesce:
    held = Sum("bookings__places", filter=Q(bookings__state__in=states))
    return Coalesce(held, Value(0), output_field=models.IntegerField())


class Cohort(models.Model):
    """So many students who each want a place, and the bookings made for them together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=60)
    students = models.PositiveSmallIntegerField()
    year_group = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # The form that made it: sent twice, it makes one.
    once = models.UUIDField(unique=True, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_cohort_has_students",
                condition=Q(students__gte=1, students__lte=MOST_STUDENTS),
            ),
            models.CheckConstraint(
                name="cohort_year_group_is_known",
                condition=Q(year_group__gte=7, year_group__lte=13),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def students_in_words(self) -> str:
        return phrases.plural(self.students, "student")


class CohortMiss(models.Model):
    """Dates on which places were wanted for a cohort and not had, and why not."""

    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, related_name="misses", db_index=False
    )
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="+")
    places = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=300)
    missed_at = models.DateTimeField()

    class Meta:
        ordering = ["missed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "slot"], name="one_miss_for_each_slot_of_a_cohort"
            )
        ]

    def __str__(self) -> str:
        return self.why
