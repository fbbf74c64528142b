"""A score, and when there are enough ratings to show one.

Two ratings written at the same moment must not each miss the other: the placement's row
is locked before its ratings are counted.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from placements import standing
from placements.models import Placement
from placements.standing import ENOUGH_RATINGS
from placements.verdicts import Verdict, Verdicts
from ratings.models import DIMENSIONS, Rating, Reply, Side
from ratings.models.ratings import RatingQuerySet

LABELS = {
    "communication": "Communication",
    "organisation": "Organisation",
    "preparation": "Preparation",
    "quality": "What students did",
    "support": "Support for students' needs",
}
SAID_BY = {Side.SCHOOL: "A school that booked", Side.BROKER: "The Careers Hub"}


def recount(placement_id: UUID) -> None:
    """Hand the score down, as it is with what was just written. Called in its transaction."""
    Placement.objects.select_for_update(no_key=True).get(pk=placement_id)
    ratings = list(of_placement(placement_id))
    standing.set_rating(placement_id, average=average(ratings), count=len(ratings))


def shown_for(placement: Placement) -> Decimal | None:
    """The score that everybody may see: none until there are three ratings."""
    ratings = list(of_placement(placement.pk))
    return average(ratings) if len(ratings) >= ENOUGH_RATINGS else None


def published_for(placement: Placement) -> Verdicts:
    """What the public reads: every comment, and the scores once there are three."""
    ratings = list(of_placement(placement.pk).select_related("reply").order_by("-rated_at", "pk"))
    enough = len(ratings) >= ENOUGH_RATINGS
    return Verdicts(
        count=len(ratings),
        average=average(ratings) if enough else None,
        dimensions={LABELS[name]: mean(ratings, name) for name in DIMENSIONS} if enough else {},
        would_use_again=sum(rating.would_use_again for rating in ratings),
        ratings=[as_verdict(rating) for rating in ratings],
    )


def of_placement(placement_id: UUID) -> RatingQuerySet:
    return Rating.objects.shown().filter(booking__slot__placement=placement_id)


def average(ratings: Sequence[Rating]) -> Decimal | None:
    if not ratings:
        return None
    return to_two_places(sum(rating.average for rating in ratings) / len(ratings))


def mean(ratings: Sequence[Rating], name: str) -> Decimal:
    return to_two_places(sum(getattr(rating, name) for rating in ratings) / len(ratings))


def to_two_places(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def as_verdict(rating: Rating) -> Verdict:
    reply: Reply | None = getattr(rating, "reply", None)
    if reply is not None and reply.hidden_at is not None:
        reply = None
    return Verdict(
        id=str(rating.pk),
        side=rating.side,
        said_by=SAID_BY[Side(rating.side)],
        rated_at=rating.rated_at,
        average=to_two_places(rating.average),
        marks={name: getattr(rating, name) for name in DIMENSIONS},
        would_use_again=rating.would_use_again,
        comment=rating.comment,
        reply=reply.words if reply else "",
        replied_at=reply.written_at if reply else None,
    )
