"""A partner's own program: it holds a token, makes keys, and asks the API."""

import json
from datetime import timedelta
from uuid import uuid4

from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from accounts.words import Scope
from tests.factories import ClientFactory

BOOKINGS = "/api/v1/bookings"


class Partner:
    def __init__(self, organisation, *scopes, client=None):
        self.client = client or ClientFactory(acts_as__organisation=organisation)
        self.token = token_of(self.client, *scopes)
        self.browser = Browser(headers={"Authorization": f"Bearer {self.token}"})

    @property
    def member(self):
        return self.client.acts_as

    def get(self, path=BOOKINGS, **query):
        return self.browser.get(path, query)

    def post(self, path, body, *, key=None):
        """A key of its own for each act, unless it is the same act again."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.browser.post(path, sent, content_type="application/json", headers=headers)

    def ask(self, slot, places, *, key=None, **more):
        body = {"slot": str(slot.pk), "places": places, **more}
        return self.post(BOOKINGS, body, key=key)

    def do(self, verb, booking, body=None, *, key=None):
        return self.post(f"{BOOKINGS}/{booking.pk}/{verb}", body or {}, key=key)


def token_of(client, *scopes, good_for=timedelta(minutes=15)):
    token = uuid4().hex
    row = AccessToken(
        application=client,
        expires=timezone.now() + good_for,
        scope=" ".join(scopes or Scope.values),
    )
    set_token_value(row, token)
    row.save()
    return token
