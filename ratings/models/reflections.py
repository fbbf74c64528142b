"""Reflections: what a student says of a placement, to their school."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from placements.models import NamedStudent
from placements.words import Criterion
from ratings.words import IN_PLAIN_WORDS, AimsMet, ChangedMind

OUT_OF_FIVE = ("interest_before", "interest_after", "confidence_before", "confidence_after")
LONGEST = 1000


def _out_of_five() -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    return models.PositiveSmallIntegerField(choices=[(n, str(n)) for n in range(1, 6)])


class Reflection(models.Model):
    """One student looking back, once. It names nobody; whose it is, its school sees."""

    student = models.OneToOneField(
        NamedStudent, on_delete=models.CASCADE, related_name="reflection"
    )
    written_at = models.DateTimeField()
    did = models.TextField(max_length=LONGEST, blank=True)
    met = models.TextField(max_length=LONGEST, blank=True)
    learned = models.TextField(max_length=LONGEST, blank=True)
    changed_mind = models.CharField(max_length=10, choices=ChangedMind)
    interest_before = _out_of_five()
    interest_after = _out_of_five()
    confidence_before = _out_of_five()
    confidence_after = _out_of_five()
    aims_met = models.CharField(max_length=10, choices=AimsMet)
    # Which of the seven criteria of a meaningful experience the student met with.
    criteria = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # Words go a year after the end; what is counted stays.
    wiped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    name=f"reflection_{name}_is_out_of_five",
                    condition=Q(**{f"{name}__gte": 1, f"{name}__lte": 5}),
                )
                for name in OUT_OF_FIVE
            ),
            models.CheckConstraint(
                name="criteria_met_are_known", condition=Q(criteria__contained_by=Criterion.values)
            ),
            models.CheckConstraint(
                name="changed_mind_is_known", condition=Q(changed_mind__in=ChangedMind.values)
            ),
            models.CheckConstraint(
                name="aims_met_is_known", condition=Q(aims_met__in=AimsMet.values)
            ),
            models.CheckConstraint(
                name="a_wiped_reflection_has_no_words",
                condition=Q(wiped_at__isnull=True) | Q(did="", met="", learned=""),
            ),
        ]

    def __str__(self) -> str:
        return f"reflection {self.pk}"

    @property
    def criteria_in_words(self) -> list[str]:
        return [words for one, words in IN_PLAIN_WORDS.items() if one in self.criteria]
