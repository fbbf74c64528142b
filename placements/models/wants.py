"""What is looked for, and nothing about who: wants, how often each was searched for, and needs."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts import clock
from accounts.models import Member, Organisation
from accounts.phrases import joined
from accounts.words import Sector
from placements.words import Adjustment, Kind, Mode


class Want(models.Model):
    """Something that can be looked for: where, what and when. Nobody is in it.

    The place is an outcode, an authority or both, never a postcode; the words are words of
    work and no others (see placements.wants).
    """

    key = models.CharField(max_length=32, unique=True, editable=False)
    authority = models.CharField(max_length=9, blank=True, db_index=True)
    outcode = models.CharField(max_length=4, blank=True)
    sectors = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    modes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    years = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    # The first day of each; none means at any time.
    months = ArrayField(models.DateField(), default=list, blank=True)
    adjustments = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    words = models.CharField(max_length=200, blank=True)
    said_more = models.BooleanField("other words were used, and not kept", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_want_is_placed_by_outcode_at_the_finest",
                condition=Q(outcode__regex=r"^([A-Z]{1,2}[0-9][A-Z0-9]?)?$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}, {self.where}, {self.when}"

    @property
    def what(self) -> str:
        """As a person would say it: "Digital, for Year 10, with step-free access"."""
        said = [self.words] if self.words else []
        said += _labelled(Sector, self.sectors) or ["Any sector"]
        said += _labelled(Kind, self.kinds) + _labelled(Mode, self.modes)
        if self.years:
            said.append(f"for {joined([f'Year {year}' for year in self.years], 'or')}")
        if self.adjustments:
            labels = [label.lower() for label in _labels(Adjustment, self.adjustments)]
            said.append(f"with {joined(labels, 'or')}")
        return ", ".join(said)

    @property
    def where(self) -> str:
        return self.outcode or self.authority or "Anywhere"

    @property
    def when(self) -> str:
        return joined([f"{month:%B %Y}" for month in self.months]) or "at any time"


def _labels(words: type[models.TextChoices], codes: list[str]) -> list[str]:
    return [str(words(code).label) for code in codes if code in words.values]


def _labelled(words: type[models.TextChoices], codes: list[str]) -> list[str]:
    return [joined(_labels(words, codes), "or")] if codes else []


class Searched(models.Model):
    """How often a want was searched for on one day, and how often little or nothing was found."""

    want = models.ForeignKey(Want, on_delete=models.CASCADE, related_name="searched")
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)
    in_vain = models.PositiveIntegerField(default=0)
    # The most places that any search in vain wanted at once.
    places = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "searched"
        constraints = [
            models.UniqueConstraint(fields=["want", "day"], name="one_count_per_want_and_day"),
            models.CheckConstraint(
                name="no_more_in_vain_than_searches", condition=Q(in_vain__lte=F("times"))
            ),
        ]
        indexes = [
            # The table of unmet demand: what was searched for in vain since a day.
            models.Index(
                fields=["day", "want"], name="searched_in_vain_by_day", condition=Q(in_vain__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.want} on {self.day}"


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, member: Member) -> Self:
        """What one's own school has told. A desk reads those of its area: brokers.demand."""
        return self.filter(school=member.organisation_id)

    def open(self) -> Self:
        """Neither taken back nor gone by."""
        return self.filter(taken_back_at__isnull=True, holds_until__gte=clock.today())


class Need(models.Model):
    """A school telling its Careers Hub that it needs something that it did not find."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="needs")
    want = models.ForeignKey(Want, on_delete=models.PROTECT, related_name="needs")
    places = models.PositiveSmallIntegerField()
    told_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    # The last day on which it can still be met.
    holds_until = models.DateField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "want"],
                name="a_school_tells_each_need_once",
                condition=Q(taken_back_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_need_is_of_some_places", condition=Q(places__gte=1, places__lte=1000)
            ),
            models.CheckConstraint(
                name="what_was_read_was_read_by_somebody",
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.want}"

    @property
    def is_over(self) -> bool:
        return self.holds_until < clock.today()
