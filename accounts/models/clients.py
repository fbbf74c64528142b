"""Partner platforms: what they sign in with, and what was answered to what they did."""

from datetime import timedelta
from hashlib import sha256
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from oauth2_provider.models import AbstractApplication, ApplicationManager

from accounts import clock
from accounts.models.organisations import Organisation
from accounts.models.people import Member
from accounts.words import Scope

# The same key gives the same answer for this long, and is forgotten some time after.
ANSWERS_KEPT_FOR = timedelta(hours=24)


class Client(AbstractApplication):
    """A platform's way in. What it does is done by `acts_as`, for one organisation."""

    # It is the organisation's, whoever connected it and has left since.
    user = None
    acts_as = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="client")
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope))
    # The hash of the secret before this one, good until then: time to carry the new one over.
    former_secret = models.CharField(max_length=255, blank=True, editable=False)
    former_secret_until = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApplicationManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_client_may_do_something_we_know",
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return str(self.client_id)

    @property
    def organisation(self) -> Organisation:
        member: Member = self.acts_as
        return member.organisation

    @property
    def scopes_in_words(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]

    @property
    def edition(self) -> str:
        """Which secret is the current one, in a word that says nothing about it."""
        return sha256(self.client_secret.encode()).hexdigest()[:16]

    @property
    def former_secret_holds(self) -> bool:
        until = self.former_secret_until
        return bool(self.former_secret) and until is not None and clock.now() < until

    def is_usable(self, request: object) -> bool:
        """Asked by the library before it hands out a token, and by us at each use of one."""
        return self.revoked_at is None


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    def outlived(self) -> Self:
        return self.filter(answered_at__lt=clock.now() - ANSWERS_KEPT_FOR)


class KeptAnswer(models.Model):
    """What was answered to an act with a key, written in the transaction of the act."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="answers")
    method = models.CharField(max_length=10)
    route = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    # Of what was sent: the same key with anything else is a mistake of the caller's.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    location = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    answered_at = models.DateTimeField(db_index=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "key", "route", "method"], name="one_answer_for_a_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"
