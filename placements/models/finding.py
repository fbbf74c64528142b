"""The questions that a search asks of placements."""

from typing import Self, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q

from accounts.models import Member, Organisation, Standing
from accounts.postcodes import Place
from placements.models.distances import METRES_IN_A_MILE, box_side, square_metres_from
from placements.states import PlacementState
from placements.words import Mode

Row = TypeVar("Row", bound=models.Model)

# What the public may see: published, and nobody concerned is suspended.
PUBLIC = Q(
    state=PlacementState.PUBLISHED,
    suspended_at__isnull=True,
    provider__standing=Standing.GOOD,
)


class FindingQuerySet(models.QuerySet[Row]):
    def published(self) -> Self:
        return self.filter(PUBLIC)

    def visible_to(self, member: Member | None) -> Self:
        """What the public sees, and in every state those that one offers or wrote."""
        if member is None:
            return self.published()
        ours = member.organisation_id
        return self.filter(PUBLIC | Q(provider=ours) | Q(written_by__organisation=ours))

    def matching(self, words: SearchQuery) -> Self:
        """Those that say these words, or whose provider's name does."""
        named = Organisation.objects.alias(says=SearchVector("name", config="english"))
        return self.filter(Q(words=words) | Q(provider__in=named.filter(says=words)))

    def near(self, place: Place, miles: float) -> Self:
        """Within so many miles of the place as the crow flies, and all virtual ones."""
        metres = miles * METRES_IN_A_MILE
        in_the_circle = Q(
            workplace__easting__range=box_side(place.easting, metres),
            workplace__northing__range=box_side(place.northing, metres),
            square_metres__lte=int(metres**2),
        )
        return self.measured_from(place).filter(Q(mode=Mode.VIRTUAL) | in_the_circle)

    def measured_from(self, place: Place) -> Self:
        """Each with `square_metres`, which a virtual one has none of."""
        return self.annotate(square_metres=square_metres_from(place))
