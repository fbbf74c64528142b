"""What placements were like, and who vouches for those who offer them."""

from ratings.models.badges import Award, Badge
from ratings.models.debriefs import Debrief, DebriefSide
from ratings.models.ratings import DIMENSIONS, Rating, RatingReport, Reply, Side

__all__ = [
    "DIMENSIONS",
    "Award",
    "Badge",
    "Debrief",
    "DebriefSide",
    "Rating",
    "RatingReport",
    "Reply",
    "Side",
]
