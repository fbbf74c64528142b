"""Listings that nobody has confirmed for a while. Run inside a stack by `manage shell`."""

import json
import re
from datetime import timedelta

from django.urls import reverse

from accounts import clock, letters
from accounts.models import Message
from placements import freshness
from tests.factories import (
    HostFactory,
    PlacementFactory,
    SlotFactory,
    WorkplaceFactory,
    days_ahead,
)
from tests.faults.crowd import signed_in

TITLES = ("Bake bread", "Bake cakes", "Sell " + "averylongword" * 4)


def set_scene():
    """Print the sessions of hosts who are asked, the links in their mails, and the pages."""
    hosts = {
        name: a_host_who_is_asked() for name in ("looks", "signs_in", "clicks", "clicks_plain")
    } | {"chooses": a_host_who_is_asked(sites=3)}
    told = {
        "sessions": {name: signed_in(host.user) for name, host in hosts.items()},
        "links": {name: link_in_mail(host) for name, host in hosts.items()},
        "pages": {
            "due": reverse("placements:to-confirm"),
            "listings": reverse("placements:listings"),
            "spent": reverse("placements:to-confirm-by-link", args=["spent"]),
            "thanks": reverse("placements:said-still-right"),
            "paused": reverse("placements:listing", args=[a_paused_listing(hosts["looks"]).pk]),
        },
    }
    print(json.dumps(told))  # noqa: T201 -- the test reads it from here.


def a_host_who_is_asked(*, sites=1):
    """About listings, of which the first is at so many workplaces."""
    host = HostFactory()
    whole, *_ = [listing(host, title, confirmed=35) for title in TITLES]
    for _ in range(sites - 1):
        site = listing(host, whole.title, confirmed=35)
        site.workplace = WorkplaceFactory(organisation=host.organisation)
        site.text_of = whole
        site.save(update_fields=["workplace", "text_of"])
    with clock.as_of(clock.now() - timedelta(days=2)):
        freshness.ask_all()
    return host


def listing(host, title, *, confirmed):
    placement = PlacementFactory(
        provider=host.organisation, title=title, last_confirmed_on=days_ahead(-confirmed)
    )
    SlotFactory(placement=placement)
    return placement


def a_paused_listing(host):
    """Asked about, warned of and paused, on the days when that falls due."""
    placement = listing(host, "Bake pies", confirmed=60)
    for days in (31, 8):
        with clock.as_of(clock.now() - timedelta(days=days)):
            freshness.ask_all()
    freshness.pause_all()
    return placement


def link_in_mail(host):
    message = Message.objects.get(kind="still_right", recipient=host.user)
    return re.search(r"(/listings/still-right/\S+)", letters.write(message).text)[1]
