"""Who came: of each named student, and of a booking as a whole."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Member
from placements.models import Booking, NamedStudent
from ratings.words import Presence


class RollCall(models.Model):
    """How many came to a booking, as its host said and as it stands since its school looked."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="roll_call")
    expected = models.PositiveSmallIntegerField()
    came = models.PositiveSmallIntegerField()
    # What the host said; nothing, where the school was first.
    host_counted = models.PositiveSmallIntegerField(null=True, blank=True)
    # Nobody, where an employer that a student found said it by a link.
    by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    called_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_more_came_than_were_expected", condition=Q(came__lte=F("expected"))
            ),
            models.CheckConstraint(
                name="who_came_was_said_by_somebody",
                condition=Q(by__isnull=False) | Q(host_counted__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"roll call of {self.booking_id}"


class Attendance(models.Model):
    """Whether one student came. It names nobody."""

    student = models.OneToOneField(
        NamedStudent, on_delete=models.CASCADE, related_name="attendance"
    )
    how = models.CharField(max_length=20, choices=Presence)
    # What the host said of this student; nothing, where it could not know who it was.
    host_said = models.CharField(max_length=20, choices=Presence, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="presence_is_known", condition=Q(how__in=Presence.values)),
            models.CheckConstraint(
                name="what_a_host_said_of_presence_is_known",
                condition=Q(host_said__in=["", *Presence.values]),
            ),
        ]

    def __str__(self) -> str:
        return f"attendance of student {self.student_id}"
