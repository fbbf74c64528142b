"""What was decided at a desk, by whom and why."""

from django.db import models
from django.db.models import Q

from accounts.models import Member, Organisation
from placements.models import Concern, Placement


class Verdict(models.TextChoices):
    PUBLISHED = "published", "published the listing"
    SENT_BACK = "sent_back", "sent the listing back"
    DECLINED = "declined", "declined the listing"
    SUSPENDED = "suspended", "suspended the listing"
    LIFTED = "lifted", "lifted the listing's suspension"
    RISK_ACCEPTED = "risk_accepted", "accepted the risk at the workplace"
    CHANGES_APPROVED = "changes_approved", "approved the changes"
    CHANGES_SENT_BACK = "changes_sent_back", "sent the changes back"
    ORGANISATION_SUSPENDED = "organisation_suspended", "suspended the organisation"
    ORGANISATION_LIFTED = "organisation_lifted", "lifted the organisation's suspension"
    ORGANISATION_WITHDRAWN = "organisation_withdrawn", "took down all that the organisation lists"
    MEMBER_APPROVED = "member_approved", "approved a member"
    MEMBER_REFUSED = "member_refused", "refused a member"
    CONCERN_CLOSED = "concern_closed", "closed a concern"


class Decision(models.Model):
    """One decision. `by` may be the national team's, at a desk that is not their own."""

    desk = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=30, choices=Verdict)
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    concern = models.ForeignKey(
        Concern, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    # Why: for the desk and the national team, never shown to the provider.
    words = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_verdict_is_known", condition=Q(verdict__in=Verdict.values)
            ),
            models.CheckConstraint(
                name="a_decision_is_about_something",
                condition=Q(placement__isnull=False)
                | Q(organisation__isnull=False)
                | Q(member__isnull=False)
                | Q(concern__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.get_verdict_display()}"
