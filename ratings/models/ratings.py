"""Ratings: what a school or broker says of a placement that took place, for their peers."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Member
from placements.models import Booking, Placement

DIMENSIONS = ("communication", "organisation", "preparation", "quality", "support")


class Side(models.TextChoices):
    SCHOOL = "school", "School"
    BROKER = "broker", "Broker"


class RatingQuerySet(models.QuerySet["Rating"]):
    def shown(self) -> Self:
        """Whose scores count and whose comments the public reads."""
        return self.filter(hidden_at__isnull=True)

    def visible_to(self, member: Member) -> Self:
        """What the public reads, and what one's own organisation wrote or was told."""
        ours = member.organisation_id
        published = Q(booking__slot__placement__in=Placement.objects.published())
        return self.shown().filter(
            published | Q(booking__school=ours) | Q(booking__slot__placement__provider=ours)
        )


def _out_of_five(words: str) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    return models.PositiveSmallIntegerField(words, choices=[(n, str(n)) for n in range(1, 6)])


class Rating(models.Model):
    """One side's verdict on a completed booking: five marks, and words for peers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="ratings")
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    rated_at = models.DateTimeField()
    communication = _out_of_five("communication before and during")
    organisation = _out_of_five("organisation on the day")
    preparation = _out_of_five("preparation of the people who hosted")
    quality = _out_of_five("quality of what students did")
    support = _out_of_five("support for students' needs")
    would_use_again = models.BooleanField()
    comment = models.TextField("comment for other schools", max_length=1500, blank=True)
    # Read by the hub alone.
    private_note = models.TextField(max_length=1500, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_because = models.CharField(max_length=300, blank=True)
    hidden_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "side"], name="one_rating_per_booking_and_side"
            ),
            *(
                models.CheckConstraint(
                    name=f"rating_{dimension}_is_out_of_five",
                    condition=Q(**{f"{dimension}__gte": 1, f"{dimension}__lte": 5}),
                )
                for dimension in DIMENSIONS
            ),
            models.CheckConstraint(name="rating_side_is_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="a_hidden_rating_says_why_and_by_whom",
                condition=Q(hidden_at__isnull=True)
                | (~Q(hidden_because="") & Q(hidden_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"rating {self.pk}"

    @property
    def average(self) -> float:
        marks: list[int] = [getattr(self, dimension) for dimension in DIMENSIONS]
        return sum(marks) / len(marks)


class Reply(models.Model):
    """The provider's one public answer to a rating."""

    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="reply")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=1500)
    written_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"reply to {self.rating_id}"


class RatingReportQuerySet(models.QuerySet["RatingReport"]):
    def waiting(self) -> Self:
        return self.filter(decided_at__isnull=True)


class RatingReport(models.Model):
    """Somebody asking that a comment be looked at, and what came of it."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=1000)
    reported_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(null=True, blank=True)

    objects = RatingReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "by"], name="one_report_per_rating_and_person"
            ),
            models.CheckConstraint(
                name="a_decided_report_says_how_and_by_whom",
                condition=Q(decided_at__isnull=True, upheld__isnull=True)
                | Q(decided_at__isnull=False, upheld__isnull=False, decided_by__isnull=False),
            ),
        ]
        indexes = [
            # The queue of what was reported, oldest first.
            models.Index(
                fields=["reported_at"],
                name="rating_report_waiting",
                condition=Q(decided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.rating_id}"
