"""The words of a kind of letter, as the national team has put them."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models.people import Member


class WordingQuerySet(models.QuerySet["Wording"]):
    def of_kind(self, kind: str) -> Self:
        """All versions, the newest first."""
        return self.filter(kind=kind).order_by("-number")


class Wording(models.Model):
    """One version of it; the newest counts. Without a text it is the product's own again."""

    kind = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    because = models.CharField(max_length=300)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = WordingQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two who write at once do not both become the next.
            models.UniqueConstraint(
                fields=["kind", "number"], name="a_wording_has_a_number_of_its_own"
            ),
            models.CheckConstraint(name="wordings_count_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="a_wording_says_why", condition=~Q(because="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, version {self.number}"
