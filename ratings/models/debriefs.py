"""Debriefs: what each side says afterwards, kept with the booking."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Member, Organisation
from placements.models import Booking
from ratings.words import NextStep, Skill


class DebriefSide(models.TextChoices):
    SCHOOL = "school", "School"
    HOST = "host", "Host"


class Debrief(models.Model):
    """One side looking back on a booking: what went well, what to change."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="debriefs")
    side = models.CharField(max_length=10, choices=DebriefSide)
    # Nobody, where an employer that a student found wrote it by a link.
    by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()
    went_well = models.TextField(max_length=2000, blank=True)
    to_change = models.TextField(max_length=2000, blank=True)
    outcomes_met = models.BooleanField(null=True, blank=True)
    would_host_again = models.BooleanField(null=True, blank=True)
    students_came = models.PositiveSmallIntegerField(null=True, blank=True)
    # What a host alone is asked.
    skills = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    next_steps = models.TextField(max_length=2000, blank=True)
    feedback_given = models.BooleanField(null=True, blank=True)
    next_offer = models.CharField(max_length=20, choices=NextStep, blank=True)
    minutes_taken = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "side"], name="one_debrief_per_booking_and_side"
            ),
            models.CheckConstraint(
                name="debrief_side_is_known", condition=Q(side__in=DebriefSide.values)
            ),
            models.CheckConstraint(
                name="a_debrief_without_a_writer_is_a_hosts",
                condition=Q(by__isnull=False) | Q(side=DebriefSide.HOST),
            ),
            models.CheckConstraint(
                name="skills_shown_are_known", condition=Q(skills__contained_by=Skill.values)
            ),
            models.CheckConstraint(
                name="next_offer_is_known", condition=Q(next_offer__in=["", *NextStep.values])
            ),
        ]

    def __str__(self) -> str:
        return f"debrief of {self.booking_id} by {self.side}"

    @property
    def writer(self) -> Organisation:
        return self.by.organisation if self.by else self.booking.slot.placement.provider

    @property
    def skills_in_words(self) -> list[str]:
        return [str(skill.label) for skill in Skill if skill in self.skills]
