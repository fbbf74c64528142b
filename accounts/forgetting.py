"""Forgetting the address of somebody without an account, once it is not needed any more."""

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat

from accounts import outbox
from accounts.models import Message, MessageState, OneTimeLink, SentMail
from accounts.models.messages import MessageQuerySet


def forget(kind: str, *, about: models.Model) -> None:
    """Take back what is planned, and wipe the addresses of all that was sent; for those who have
    no account, and whose address is kept no longer than it is needed."""
    outbox.unsay(kind, about=about)
    said = Message.objects.filter(kind=kind, subject=str(about.pk), recipient=None)
    said.update(is_forgotten=True)
    _wipe(said)


def wipe_forgotten() -> None:
    """Wipe the addresses of what was on its way while it was forgotten, and has arrived since."""
    _wipe(Message.objects.filter(is_forgotten=True).exclude(email=""))


def _wipe(said: MessageQuerySet) -> None:
    """Whatever is on its way still needs its address: it is wiped another time."""
    settled = list(said.exclude(state=MessageState.CLAIMED).values_list("pk", "subject"))
    SentMail.objects.filter(reference__in=[str(pk) for pk, _ in settled]).update(to="")
    # A mail makes its link when it is written, perhaps after all others were wiped.
    links = OneTimeLink.objects.filter(subject__in=[about for _, about in settled], user=None)
    links.exclude(email="").update(email="")
    once = Concat("kind", Value(":"), "subject", Value(":"), Cast("pk", models.CharField()))
    arrived = Message.objects.filter(pk__in=[pk for pk, _ in settled])
    arrived.exclude(state=MessageState.CLAIMED).update(email="", dedupe_key=once)
