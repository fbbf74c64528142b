"""What a booking needs on paper: the rules as rows, and the facts that no other record holds."""

from collections.abc import Iterable
from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from accounts.models import Member, Organisation, RiskBand, Workplace
from placements.models.bookings import Booking
from placements.words import CheckBasis, CheckOutcome, Kind, Mode, Paper, WithoutIt

# From the lightest check to the one that looks at most.
BANDS = tuple(RiskBand.values)
# Whose word weighs most: see `WorkplaceCheck.weight`.
SCHOOL, SPECIALIST, ASSESSOR, DESK = range(4)


class PaperRuleQuerySet(models.QuerySet["PaperRule"]):
    def in_force(self, day: date) -> Self:
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)


class PaperRule(models.Model):
    """Which paper a start needs, of which offers. The row that says most about one decides."""

    item = models.CharField(max_length=30, choices=Paper)
    # Whom it is about; what is left empty is about all.
    kind = models.CharField(max_length=20, choices=Kind, blank=True)
    mode = models.CharField(max_length=20, choices=Mode, blank=True)
    risk_band = models.CharField(max_length=20, choices=RiskBand, blank=True)
    without = models.CharField("a start without it", max_length=20, choices=WithoutIt)
    days_before = models.PositiveSmallIntegerField("due, in days before the start", default=7)
    from_on = models.DateField("in force from")
    until_on = models.DateField("in force until", null=True, blank=True)

    objects = PaperRuleQuerySet.as_manager()

    class Meta:
        ordering = ["item", "kind", "mode", "risk_band", "from_on"]
        constraints = [
            models.CheckConstraint(name="paper_is_known", condition=Q(item__in=Paper.values)),
            models.CheckConstraint(
                name="what_a_start_without_it_means_is_known",
                condition=Q(without__in=WithoutIt.values),
            ),
            models.CheckConstraint(
                name="a_paper_rule_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
            ),
            models.UniqueConstraint(
                fields=["item", "kind", "mode", "risk_band", "from_on"],
                name="one_paper_rule_of_a_kind_from_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.get_without_display()}"


class HostAgreement(models.Model):
    """What a host has undertaken for a workplace, or for what it offers online; for a year."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="agreements"
    )
    workplace = models.ForeignKey(
        Workplace, on_delete=models.PROTECT, null=True, blank=True, related_name="agreements"
    )
    # Nobody, where an employer without an account agreed by a link.
    agreed_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_on = models.DateField()
    valid_until = models.DateField()

    class Meta:
        ordering = ["-valid_until", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_agreement_ends_after_it_begins",
                condition=Q(valid_until__gte=models.F("agreed_on")),
            )
        ]

    def __str__(self) -> str:
        return f"agreement {self.pk}"


class WorkplaceCheckQuerySet(models.QuerySet["WorkplaceCheck"]):
    def at(self, workplace: UUID | None) -> "Known":
        """What is known of one workplace."""
        return Known(self.filter(workplace=workplace).select_related("recorded_by__organisation"))


class WorkplaceCheck(models.Model):
    """A workplace looked at for students: by whom, how, and until when that may be relied on."""

    workplace = models.ForeignKey(Workplace, on_delete=models.PROTECT, related_name="checks")
    band = models.CharField(max_length=20, choices=RiskBand)
    basis = models.CharField(max_length=20, choices=CheckBasis)
    outcome = models.CharField(max_length=20, choices=CheckOutcome)
    conditions = models.TextField(max_length=500, blank=True)
    # Whoever looked, where that was not the organisation that records it.
    assessor = models.CharField(max_length=120, blank=True)
    checked_on = models.DateField()
    valid_until = models.DateField()
    # Employers' liability insurance, as somebody saw it.
    insurance_seen_until = models.DateField(null=True, blank=True)
    cost_pence = models.PositiveIntegerField(null=True, blank=True)
    # The assessor wrote it, by the link that whoever recorded it had sent.
    by_assessor = models.BooleanField(default=False, editable=False)
    recorded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = WorkplaceCheckQuerySet.as_manager()

    class Meta:
        # The newest word about a workplace counts.
        ordering = ["-checked_on", "-pk"]
        indexes = [models.Index(fields=["workplace", "-checked_on"], name="check_by_workplace")]
        constraints = [
            models.CheckConstraint(name="check_band_is_known", condition=Q(band__in=BANDS)),
            models.CheckConstraint(
                name="a_check_ends_after_it_begins",
                condition=Q(valid_until__gte=models.F("checked_on")),
            ),
            models.CheckConstraint(
                name="conditions_are_written_down",
                condition=~Q(outcome=CheckOutcome.CONDITIONS) | ~Q(conditions=""),
            ),
        ]

    def __str__(self) -> str:
        return f"check {self.pk}"

    @property
    def is_suitable(self) -> bool:
        return self.outcome != CheckOutcome.UNSUITABLE

    @property
    def is_by_a_desk(self) -> bool:
        return self.weight == DESK

    @property
    def weight(self) -> int:
        """How far others rely on whose word it is: a desk's, an assessor's own, what a school
        writes down of a specialist, or what it saw itself."""
        if self.by_assessor:
            # Whoever invited it: a hub that asks somebody to look has not said yes itself.
            return ASSESSOR
        if self._is_kept_by_a_desk:
            return DESK
        return SPECIALIST if self.basis == CheckBasis.SPECIALIST else SCHOOL

    @property
    def is_by_whom_a_school_chose(self) -> bool:
        """An assessor of a school's own choice, which may be anybody whom it can write to."""
        return self.by_assessor and not self._is_kept_by_a_desk

    @property
    def _is_kept_by_a_desk(self) -> bool:
        recorder = self.recorded_by.organisation
        return recorder.is_hub or recorder.is_national_team

    def stands_against(self, other: "WorkplaceCheck") -> bool:
        """Found unsuitable, by somebody whose word weighs more; and an assessor's no stands
        against the next whom a school chooses."""
        if self.is_suitable:
            return False
        if other.is_by_whom_a_school_chose:
            return self.weight >= other.weight
        return self.weight > other.weight

    def covers(self, workplace: Workplace, until: date) -> bool:
        """Suitable, for risks like these, and not run out by then."""
        looked_at_enough = BANDS.index(self.band) >= BANDS.index(workplace.risk_band)
        return self.is_suitable and looked_at_enough and self.valid_until >= until


class Known:
    """The checks of one workplace, the newest first, and what follows from them."""

    def __init__(self, checks: Iterable[WorkplaceCheck]) -> None:
        self.checks = list(checks)

    @property
    def that_counts(self) -> WorkplaceCheck | None:
        """The newest; but a no stands until somebody who may overrule it says otherwise."""
        counts: WorkplaceCheck | None = None
        for check in reversed(self.checks):
            if counts is None or not counts.stands_against(check):
                counts = check
        return counts

    @property
    def insurance_seen_until(self) -> date | None:
        seen = [one.insurance_seen_until for one in self.checks if one.insurance_seen_until]
        return max(seen, default=None)


class Briefing(models.Model):
    """A school's word that its students know where to go, what to do and whom to tell."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="briefing")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"briefing {self.pk}"
