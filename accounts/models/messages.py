"""Messages: what we owe somebody, as rows written with the change that makes them due."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now, Upper

from accounts.models.organisations import Organisation
from accounts.models.people import Member, User


class MessageState(models.TextChoices):
    PLANNED = "planned", "planned"
    CLAIMED = "claimed", "being sent"
    SENT = "sent", "sent"
    FAILED = "failed", "given up"
    EXPIRED = "expired", "too late to send"
    CANCELLED = "cancelled", "no longer true"
    UNCERTAIN = "uncertain", "may have been sent"
    HELD = "held", "waits for an address that works"


OWED = (MessageState.PLANNED, MessageState.CLAIMED, MessageState.UNCERTAIN)
# Whoever has these on the way has not yet written down whether they went.
ON_THE_WAY = (MessageState.CLAIMED, MessageState.UNCERTAIN)
IN_DOUBT = Q(state=MessageState.UNCERTAIN, next_attempt_at=None)
# Of these each has its turn; of what is in doubt a person decides.
TO_DELIVER = Q(state__in=OWED) & ~IN_DOUBT
# Since when it could have gone: PostgreSQL passes over a time that is not given.
ITS_TURN = Greatest("due_at", "next_attempt_at")
GIVEN_UP = Q(state=MessageState.FAILED)
# It could not be sent yet, and is tried again.
FAILING = Q(state=MessageState.PLANNED) & ~Q(last_error="")
HELD = Q(state=MessageState.HELD)
# Neither the quiet hours have put it off, nor a failure.
NOT_PUT_OFF = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=Now())
# It goes in no other's mail: see `accounts.gathering_mail`.
BY_ITSELF = Q(gathered_into=None) | Q(gathered_into=F("id"))


class MessageQuerySet(models.QuerySet["Message"]):
    def owed(self) -> Self:
        return self.filter(state__in=OWED)

    def for_a_person(self) -> Self:
        """Those of which the national team has to decide whether they are sent again."""
        return self.filter(GIVEN_UP | IN_DOUBT)

    def failing(self) -> Self:
        return self.filter(FAILING)

    def held(self) -> Self:
        """Those that wait for an address that works."""
        return self.filter(HELD)

    def claimed_under(self, lease: uuid.UUID | None) -> Self:
        """What somebody has in hand, while that lease is still the one that counts."""
        return self.filter(state=MessageState.CLAIMED, lease_token=lease)

    def bounced(self) -> Self:
        """Those that came back, as long as nobody has mended the address."""
        return self.filter(bounced_at__isnull=False)

    def of_mail(self, name: uuid.UUID) -> Self:
        """What goes, or went, in the mail that goes by the name of one of them."""
        return self.filter(Q(pk=name) | Q(gathered_into=name))

    def to_address(self, email: str) -> Self:
        return self.filter(email__iexact=email)


class Message(models.Model):
    """One intended message to one address. Holds identifiers only, no words about anybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    # Says the same thing once, however often it is owed.
    dedupe_key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    email = models.EmailField(max_length=254)
    # The identifier of what it is about, and nothing else; the kind knows the model.
    subject = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=MessageState, default=MessageState.PLANNED)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=100, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # What the mail service said became of it, if it says so.
    delivered_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=60, blank=True, db_default="", default="")
    # Whose people typed the address of somebody without an account, once it does not work.
    entered_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The message in whose mail this one goes; its own, where it goes by itself for good.
    gathered_into = models.UUIDField(null=True, blank=True, editable=False)
    # Its address goes as soon as nobody is at it any more: see `forgetting.forget`.
    is_forgotten = models.BooleanField(default=False, db_default=False, editable=False)

    # Who let it be that could not be sent, and why.
    let_be_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    let_be_because = models.CharField(max_length=300, blank=True, db_default="", default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_state_is_known", condition=Q(state__in=MessageState.values)
            ),
            models.CheckConstraint(
                name="a_claimed_message_has_a_lease",
                condition=~Q(state=MessageState.CLAIMED)
                | Q(lease_until__isnull=False, lease_token__isnull=False),
            ),
            models.CheckConstraint(
                name="a_sent_message_says_when",
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_message_is_delivered_or_came_back",
                condition=Q(delivered_at=None) | Q(bounced_at=None),
            ),
            models.CheckConstraint(
                name="what_is_planned_goes_by_itself",
                condition=~Q(state=MessageState.PLANNED) | BY_ITSELF,
            ),
        ]
        indexes = [
            # What the postman asks for each handful: whose turn it is, longest ago first. What the
            # quiet hours have put off is not walked past.
            models.Index(ITS_TURN, "id", name="message_by_turn", condition=TO_DELIVER),
            models.Index(fields=["kind", "subject"], name="message_by_subject"),
            # What the national team looks at: troubles, today's post, and one reader's.
            models.Index(
                fields=["due_at"],
                name="message_in_trouble",
                condition=GIVEN_UP | IN_DOUBT | FAILING,
            ),
            models.Index(
                fields=["sent_at"],
                name="message_by_time_sent",
                condition=Q(state=MessageState.SENT),
            ),
            models.Index(Upper("email"), "due_at", name="message_by_address"),
            models.Index(
                fields=["id"],
                name="message_address_to_wipe",
                condition=Q(is_forgotten=True) & ~Q(email=""),
            ),
            # Asked before each mail is sent: whether its address is known to take none.
            models.Index(
                Upper("email"),
                name="message_address_that_bounced",
                condition=Q(bounced_at__isnull=False),
            ),
            models.Index(
                fields=["gathered_into"],
                name="message_gathered_into",
                condition=Q(gathered_into__isnull=False),
            ),
            # Asked before a mail is sent that may take others along: what else waits for its reader.
            models.Index(
                fields=["recipient", "kind"],
                name="message_planned_for",
                condition=Q(state=MessageState.PLANNED),
            ),
            # What is shown to whoever can mend an address: all of it, and what is theirs.
            models.Index(fields=["due_at"], name="message_held", condition=HELD),
            models.Index(fields=["recipient"], name="message_held_for", condition=HELD),
            models.Index(fields=["entered_by"], name="message_held_entered_by", condition=HELD),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def can_be_mended(self) -> bool:
        """Whether anybody is known who could tell the right address."""
        return self.recipient_id is not None or self.entered_by_id is not None

    @property
    def mail_name(self) -> uuid.UUID:
        """What the transport calls the mail in which it goes, or went."""
        return self.gathered_into or self.pk

    @property
    def is_for_a_person(self) -> bool:
        """Somebody has to decide whether it is sent again."""
        in_doubt = self.state == MessageState.UNCERTAIN and self.next_attempt_at is None
        return in_doubt or self.state in (MessageState.FAILED, MessageState.HELD)


class SentMail(models.Model):
    """A mail as a demonstration sent it, to be read at /outbox/. Empty in production."""

    reference = models.CharField(max_length=100, unique=True)
    to = models.EmailField(max_length=254)
    title = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.title
