"""What passes between a provider and the desk: revisions, notes, concerns."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Member, Organisation
from placements.models.placements import Placement
from placements.states import OPEN_REVISION, REVISION_MOVES, ConcernState, RevisionState
from placements.words import ConcernKind


class Revision(models.Model):
    """Changes to a published listing, kept beside it until a broker approves them."""

    MOVES = REVISION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="revisions")
    # A field's name to its new value, as a form would hold it.
    changes = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=RevisionState, default=RevisionState.WRITING)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["placement"],
                name="one_open_revision_per_placement",
                condition=Q(state__in=OPEN_REVISION),
            ),
            models.CheckConstraint(
                name="revision_state_is_known", condition=Q(state__in=RevisionState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"revision of {self.placement}"


class ReviewNote(models.Model):
    """A note beside one section of a listing that was sent back.

    Nobody (`by` empty) means the employer, who said from a link what is wrong with the
    listing as a whole (no section).
    """

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="review_notes")
    section = models.CharField(max_length=30, blank=True)
    words = models.TextField(max_length=1000)
    by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()
    # Sending the listing in again settles its notes.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"note on {self.section}"


class ConcernQuerySet(models.QuerySet["Concern"]):
    def open(self) -> Self:
        return self.filter(state=ConcernState.OPEN)


class Concern(models.Model):
    """Something that somebody signed in reports about a listing or an organisation.

    Never shown on a page of the listing. Safeguarding concerns are read by named
    people only: see brokers.authority.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="concerns"
    )
    kind = models.CharField(max_length=20, choices=ConcernKind)
    words = models.TextField(max_length=3000)
    reported_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=ConcernState, default=ConcernState.OPEN)
    closed_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(max_length=2000, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="concern_kind_is_known", condition=Q(kind__in=ConcernKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.state})"
