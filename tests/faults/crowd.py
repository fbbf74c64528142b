"""A crowd of signed-in careers leaders before one slot. Run inside a stack by `manage shell`."""

import json
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse

from accounts import clock
from accounts.models import Member
from placements import reserves
from placements.models import Slot
from tests.factories import (
    CareersLeaderFactory,
    HostFactory,
    PriorityRuleFactory,
    SlotFactory,
)


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


def announce(slot, *, kept, seconds):
    """Let booking open soon, and keep some of the places; print the moment."""
    slot = Slot.objects.select_related("placement").get(pk=slot)
    host = Member.objects.get(organisation=slot.placement.provider_id)
    opens_at = clock.now() + timedelta(seconds=seconds)
    reserves.announce(slot, opens_at=opens_at, by=host)
    until, rule = clock.today() + timedelta(days=9), PriorityRuleFactory()
    reserves.prioritise(slot, rule=rule, places=kept, until=until, early_days=0, by=host)
    print(json.dumps(opens_at.timestamp()))  # noqa: T201 -- the test reads it from here.


def signed_in(user):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
