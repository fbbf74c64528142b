"""How far the naming of a booking's students has come."""

from dataclasses import dataclass

from django.db.models import Count, Q

from placements.models import Booking
from placements.models.students import AGREED_TO
from placements.words import ConsentAnswer


@dataclass(frozen=True)
class Progress:
    places: int
    named: int
    agreed: int
    refused: int

    @property
    def unanswered(self) -> int:
        return self.named - self.agreed - self.refused

    @property
    def is_full(self) -> bool:
        return self.named >= self.places


def progress(booking: Booking) -> Progress:
    noes = (ConsentAnswer.NO, ConsentAnswer.WITHDRAWN)
    counted = booking.students.aggregate(
        named=Count("pk"),
        agreed=Count("pk", filter=AGREED_TO),
        refused=Count("pk", filter=Q(consent__answer__in=noes)),
    )
    return Progress(places=booking.places, **counted)
