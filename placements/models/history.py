"""Who moved what, from where to where, when and why. Written by placements.lifecycle alone."""

from django.db import models

from accounts.models import Member
from placements.models.bookings import Booking
from placements.models.enquiries import Enquiry, EnquiryAnswer
from placements.models.placements import Placement
from placements.models.slots import Slot
from placements.states import BookingState

# What an employer that a student found says to a request.
ANSWERS = (BookingState.ACCEPTED, BookingState.DECLINED)


class Move(models.Model):
    """One change of state. Nobody (`by` empty) means that the time had come."""

    came_from = models.CharField(max_length=20)
    went_to = models.CharField(max_length=20)
    by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.came_from} to {self.went_to}"


class PlacementMove(Move):
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="moves")


class SlotMove(Move):
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="moves")


class BookingMove(Move):
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="moves")

    @property
    def is_an_employers(self) -> bool:
        """By a link, where a student found the employer and nobody of it has an account."""
        answers = self.came_from == BookingState.REQUESTED and self.went_to in ANSWERS
        says = answers or self.went_to == BookingState.NOT_ATTENDED
        return self.by_id is None and says and self.booking.slot.placement.provider.is_found


class EnquiryMove(Move):
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="moves")


class EnquiryAnswerMove(Move):
    answer = models.ForeignKey(EnquiryAnswer, on_delete=models.CASCADE, related_name="moves")
