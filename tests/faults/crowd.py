"""A crowd of signed-in careers leaders before one slot. Run inside a stack by `manage shell`."""

import json
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse

from tests.factories import CareersLeaderFactory, HostFactory, SlotFactory


def gather(*, schools, places):
    """Print the address of the form, and a session of each school."""
    slot = SlotFactory(places=places)
    HostFactory(organisation=slot.placement.provider)
    told = {
        "address": reverse("placements:book", args=[slot.placement_id, slot.pk]),
        "slot": str(slot.pk),
        "sessions": [signed_in(CareersLeaderFactory().user) for _ in range(schools)],
    }
    print(json.dumps(told))  # noqa: T201 -- the test reads it from here.


def signed_in(user):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
