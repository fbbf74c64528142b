"""What has been said already, and at which addresses."""

from django.db import models
from django.db.models import Q

from accounts import outbox
from accounts.models import Message, MessageState
from accounts.models.messages import ON_THE_WAY

# What arrived as far as anybody knows, or is on its way.
WENT = (MessageState.SENT, *ON_THE_WAY)


def has_been_owed(kind: str, *, to: str, about: models.Model) -> bool:
    """Whether this was ever said to whoever was meant by that address, wherever it went since."""
    same = outbox.intend(kind, to=to, about=about)
    return Message.objects.filter(dedupe_key=same.dedupe_key).exists()


def went_to(kind: str, *, about: models.Model) -> list[str]:
    """The addresses at which somebody may have read it."""
    said = Message.objects.filter(kind=kind, subject=str(about.pk)).exclude(email="")
    went = said.filter(Q(state__in=WENT) | Q(let_be_by__isnull=False))
    return sorted(set(went.values_list("email", flat=True)))
