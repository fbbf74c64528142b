from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from accounts import postman
from accounts.models import Message, SentMail
from marketplace import limits


@pytest.fixture
def refused():
    """`with refused("slot_full"):` what follows is refused by a rule, with that code."""

    @contextmanager
    def by_rule(code):
        with pytest.raises(ValidationError) as refusal:
            yield refusal
        assert refusal.value.error_list[0].code == code

    return by_rule


@pytest.fixture
def one_minute(monkeypatch):
    """What is counted by the minute is counted in one: none ends while somebody looks."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_800_000_010.0))


@pytest.fixture
def delivered():
    """The only mail of a kind, once the postman has gone round as the worker sends him."""

    def of_kind(kind):
        postman.deliver_due()
        message = Message.objects.get(kind=kind)
        return SentMail.objects.get(reference=str(message.pk))

    return of_kind
