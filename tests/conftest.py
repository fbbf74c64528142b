from contextlib import contextmanager
from time import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as codes
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


@pytest.fixture(autouse=True)
def half_a_minute_does_not_end(monkeypatch):
    """A code of a phone made at the end of its half minute would be refused in the next."""
    begun = time()
    monkeypatch.setattr(codes, "time", SimpleNamespace(time=lambda: begun))


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
