"""One-time links: a way in for one purpose, for a while, once."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models.organisations import Organisation
from accounts.models.people import Member, Role, User


class LinkQuerySet(models.QuerySet["OneTimeLink"]):
    def live(self) -> Self:
        return self.filter(
            used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now()
        )


class OneTimeLink(models.Model):
    """A link sent to one address. Only the hash of its token is kept; used on POST only."""

    purpose = models.CharField(max_length=40)
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="links"
    )
    # What it is about: the identifier of the purpose's own subject.
    subject = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["purpose", "subject"], name="link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} link {self.pk}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def live(self) -> Self:
        return self.filter(
            accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now()
        )


class Invitation(models.Model):
    """An organisation asking somebody, by address, to act for it in a role."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=Role, default=Role.COLLEAGUE)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_role_is_known", condition=Q(role__in=Role.values)
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.organisation}"
