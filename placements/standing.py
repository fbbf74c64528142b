"""What apps above hand down for search to show and sort by."""

import uuid
from collections.abc import Iterable
from decimal import Decimal

from accounts.models import Organisation
from placements.models import Placement

# Below this many, a score says more about chance than about the placement.
ENOUGH_RATINGS = 3


def set_rating(placement_id: uuid.UUID, *, average: Decimal | None, count: int) -> None:
    """Keep how many rated it, and the score once there are enough to show one."""
    shown = average if count >= ENOUGH_RATINGS else None
    Placement.objects.filter(pk=placement_id).update(rating_average=shown, rating_count=count)


def set_badges(provider: Organisation, codes: Iterable[str]) -> None:
    """Show these badges, and no others, on everything that the provider lists."""
    Placement.objects.filter(provider=provider).update(badges=sorted(set(codes)))
