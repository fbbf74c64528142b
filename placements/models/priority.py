"""Whom places may be kept for, or booking opened early for: the rules as rows, with dates."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from placements.words import Chances


class PriorityRuleQuerySet(models.QuerySet["PriorityRule"]):
    def in_force(self, day: date) -> Self:
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)

    def to_choose_from(self, day: date) -> Self:
        """Those that a host or a hub may choose: a pathfinder without districts names nobody."""
        nobody = Q(criterion=Chances.PATHFINDER, authorities=[])
        return self.in_force(day).exclude(nobody)


class PriorityRule(models.Model):
    """Students, or schools, to whom scarce places may go first, and how we know who they are."""

    code = models.SlugField(max_length=30)
    # As in "4 places are kept for students eligible for pupil premium".
    name = models.CharField(max_length=80)
    # How it is decided and why, for all to read.
    explanation = models.TextField(max_length=400)
    criterion = models.CharField(max_length=20, choices=Chances)
    # Of a school's students eligible for free school meals: from here on all of them count.
    threshold = models.PositiveSmallIntegerField("per cent", null=True, blank=True)
    # Of a group's students, where a place is for a group: with so many it can have a kept one.
    group_share = models.PositiveSmallIntegerField(
        "per cent of a group",
        default=50,
        db_default=50,
        help_text="Where places are for groups: a group has a kept one if so many of its"
        " students are such. Schools and hosts read it with the rule.",
    )
    # The districts of pathfinder areas, by their nine-character codes.
    authorities = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    from_on = models.DateField("in force from")
    until_on = models.DateField("in force until", null=True, blank=True)

    objects = PriorityRuleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "from_on"], name="one_priority_rule_of_a_code_from_a_day"
            ),
            models.CheckConstraint(
                name="whom_a_priority_rule_names_is_known",
                condition=Q(criterion__in=Chances.values),
            ),
            models.CheckConstraint(
                name="a_priority_rule_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
            ),
            models.CheckConstraint(
                name="a_share_of_students_is_per_cent",
                condition=Q(threshold__isnull=True) | Q(threshold__gte=1, threshold__lte=100),
            ),
            models.CheckConstraint(
                name="a_share_of_a_group_is_per_cent",
                condition=Q(group_share__gte=1, group_share__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts_students(self) -> bool:
        """Whether a school is asked for how many of its students it speaks."""
        return self.criterion in (Chances.PUPIL_PREMIUM, Chances.SEND)

    def speaks_of_group(self, students: int, *, such: int) -> bool:
        """Whether so many such students are enough of a group of that size."""
        return such * 100 >= students * self.group_share

    @property
    def enough_of_a_group(self) -> str:
        """As in "if at least half of its students are such"."""
        if self.group_share == 100:
            return "all"
        return f"at least {'half' if self.group_share == 50 else f'{self.group_share}%'}"
