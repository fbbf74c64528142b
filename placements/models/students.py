"""NamedStudent and Consent: who comes, by as little as a host needs, and what a parent said."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import Member
from placements.models.bookings import Booking
from placements.models.slots import Slot
from placements.states import IN_TOUCH
from placements.words import ConsentAnswer, ConsentRefusal

# A parent agreed, to the very dates that the slot has now.
AGREED_TO = Q(
    consent__answer=ConsentAnswer.YES,
    consent__first_day=F("booking__slot__starts_on"),
    consent__last_day=F("booking__slot__ends_on"),
)


class StudentQuerySet(models.QuerySet["NamedStudent"]):
    def agreed_to(self) -> Self:
        return self.filter(AGREED_TO)

    def still_named(self) -> Self:
        return self.filter(wiped_at__isnull=True)

    def visible_to(self, member: Member) -> Self:
        """A school's own; and, for the host, those whose parents have agreed."""
        ours = member.organisation_id
        comes = Q(
            AGREED_TO,
            booking__slot__placement__provider=ours,
            booking__state__in=IN_TOUCH,
            wiped_at__isnull=True,
        )
        return self.filter(Q(booking__school=ours) | comes)


class NamedStudent(models.Model):
    """A student whom a school attaches to a booking. The full record stays with the school."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="students")
    first_name = models.CharField(max_length=40, blank=True)
    # The first letter of the surname.
    initial = models.CharField(max_length=1, blank=True)
    named_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    # The name goes some time after the end; that somebody came, and was agreed to, stays.
    wiped_at = models.DateTimeField(null=True, blank=True)

    objects = StudentQuerySet.as_manager()

    class Meta:
        ordering = ["first_name", "initial", "pk"]
        constraints = [
            models.UniqueConstraint(
                "booking",
                Lower("first_name"),
                Lower("initial"),
                name="a_booking_names_each_student_once",
                condition=Q(wiped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_wiped_student_has_no_name",
                condition=Q(wiped_at__isnull=True) | Q(first_name="", initial=""),
            ),
        ]

    def __str__(self) -> str:
        # Wherever a row is written down by itself, its name is not.
        return f"student {self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.initial}" if self.first_name else "Name wiped"


class Consent(models.Model):
    """What a parent or carer answered for one student. It names nobody."""

    student = models.OneToOneField(NamedStudent, on_delete=models.CASCADE, related_name="consent")
    answer = models.CharField(
        max_length=20, choices=ConsentAnswer, default=ConsentAnswer.NONE, blank=True
    )
    reason = models.CharField(max_length=20, choices=ConsentRefusal, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # The dates that were agreed to: others need another answer.
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    # A parent's address may still be in what was sent: see `consents.forget_addresses`.
    keeps_address = models.BooleanField(default=False)
    # A signed paper, seen by somebody at the school.
    on_paper = models.BooleanField(default=False)
    signed_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_answer_is_known", condition=Q(answer__in=ConsentAnswer.values)
            ),
            models.CheckConstraint(
                name="an_answer_says_when",
                condition=Q(answer=ConsentAnswer.NONE) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_yes_says_to_which_dates",
                condition=~Q(answer=ConsentAnswer.YES)
                | Q(first_day__isnull=False, last_day__isnull=False),
            ),
            models.CheckConstraint(
                name="a_paper_says_who_saw_it",
                condition=Q(on_paper=False) | Q(signed_on__isnull=False, recorded_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"

    @property
    def why(self) -> str:
        return str(dict(ConsentRefusal.choices).get(self.reason, ""))

    @property
    def is_unasked(self) -> bool:
        """Nobody has been asked, or what they were asked about has changed since."""
        return self.answer == ConsentAnswer.NONE and self.asked_at is None

    def days(self) -> tuple[date | None, date | None]:
        return self.first_day, self.last_day

    def holds_for(self, slot: Slot) -> bool:
        agreed = self.answer == ConsentAnswer.YES
        return agreed and self.days() == (slot.starts_on, slot.ends_on)
