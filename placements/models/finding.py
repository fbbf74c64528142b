"""Which placements somebody may see."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import ExpressionWrapper, Q

from accounts.models import Member, Standing
from accounts.postcodes import Place
from placements.models.distances import square_metres_from
from placements.states import PlacementState

Row = TypeVar("Row", bound=models.Model)

# What the public may see: published, and nobody concerned is suspended.
PUBLIC = Q(
    state=PlacementState.PUBLISHED,
    suspended_at__isnull=True,
    provider__standing=Standing.GOOD,
)
IS_PUBLIC = ExpressionWrapper(PUBLIC, models.BooleanField())


class FindingQuerySet(models.QuerySet[Row]):
    def published(self) -> Self:
        return self.filter(PUBLIC)

    def visible_to(self, member: Member | None) -> Self:
        """What the public sees, and in every state those that one offers or wrote."""
        if member is None:
            return self.published()
        ours = member.organisation_id
        return self.filter(PUBLIC | Q(provider=ours) | Q(written_by__organisation=ours))

    def measured_from(self, place: Place) -> Self:
        """Each with `square_metres`, which a virtual one has none of."""
        return self.annotate(square_metres=square_metres_from(place))
