"""BookingChange: what a host changed of a booking that its school relied on."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import Member
from placements.models.bookings import Booking
from placements.states import HOLDS_PLACES
from placements.words import CancelReason, ChangeAnswer


class BookingChangeQuerySet(models.QuerySet["BookingChange"]):
    def open_at(self, moment: datetime) -> Self:
        """Those that a school may still answer."""
        live = self.filter(booking__state__in=HOLDS_PLACES)
        return live.filter(answer=ChangeAnswer.NONE, answer_by__gt=moment)


class BookingChange(models.Model):
    """Other dates, or fewer places: the school is asked to keep what is left, or to leave.

    Its places stay its own while it is asked, and after, if it says nothing.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="changes")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # What the school had last said yes to, and what it is left with.
    places_before = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()
    first_day_before = models.DateField()
    last_day_before = models.DateField()
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=30)
    comment = models.CharField(max_length=500, blank=True)
    # Until then leaving is not counted against the school, and makes it owed other places.
    answer_by = models.DateTimeField()
    answer = models.CharField(
        max_length=20, choices=ChangeAnswer, default=ChangeAnswer.NONE, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BookingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"],
                name="one_open_change_per_booking",
                condition=Q(answer=ChangeAnswer.NONE),
            ),
            models.CheckConstraint(
                name="change_answer_is_known", condition=Q(answer__in=ChangeAnswer.values)
            ),
            models.CheckConstraint(
                name="a_changed_booking_says_when_it_was_answered",
                condition=Q(answer=ChangeAnswer.NONE, answered_at__isnull=True)
                | (~Q(answer=ChangeAnswer.NONE) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_change_leaves_some_places_and_never_more",
                condition=Q(places__gte=1, places__lte=models.F("places_before")),
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.pk}"

    @property
    def is_open(self) -> bool:
        is_unanswered = self.answer == ChangeAnswer.NONE and clock.now() < self.answer_by
        return is_unanswered and self.booking.state in HOLDS_PLACES

    @property
    def is_of_dates(self) -> bool:
        return self.days != self.days_before

    @property
    def is_of_places(self) -> bool:
        return self.places != self.places_before

    @property
    def before_in_words(self) -> str:
        return self.booking.slot.places_for(self.places_before)

    @property
    def days(self) -> tuple[date, date]:
        return self.first_day, self.last_day

    @property
    def days_before(self) -> tuple[date, date]:
        return self.first_day_before, self.last_day_before

    @property
    def why(self) -> str:
        return str(dict(CancelReason.choices).get(self.reason, ""))
