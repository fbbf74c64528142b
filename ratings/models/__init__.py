"""What placements were like, and who vouches for those who offer them."""

from ratings.models.attendance import Attendance, RollCall
from ratings.models.badges import Award, Badge
from ratings.models.debriefs import Debrief, DebriefSide
from ratings.models.ratings import DIMENSIONS, Rating, RatingReport, Reply, Side
from ratings.models.reflections import Reflection

__all__ = [
    "DIMENSIONS",
    "Attendance",
    "Award",
    "Badge",
    "Debrief",
    "DebriefSide",
    "Rating",
    "RatingReport",
    "Reflection",
    "Reply",
    "RollCall",
    "Side",
]
