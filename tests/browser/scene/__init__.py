"""One scene for the whole product, set inside a stack by `manage shell`.

It tells the test who can look (`sessions`) and the parts of addresses (`places`), by the
names that tests/browser/looks.py uses. A module for each part of the product sets its own
piece. What a look must find empty belongs to somebody of whom nothing else is told.
"""

import json
from importlib import import_module

from django.conf import settings

from tests.faults.crowd import signed_in

LONG = "We come by bus & train.\n\nTwo of the group use a wheelchair; " + "averylongword" * 8


class Scene:
    def __init__(self):
        self.sessions, self.places, self.members = {}, {}, {}

    def enters(self, name, member, **carrying):
        """Somebody who acts for an organisation; their session may carry more."""
        self.members[name] = member
        self.sessions[name] = session(member.user, **carrying)
        return member

    def place(self, name, *parts):
        """The parts of an address: `of="name"` in a look."""
        self.places[name] = [str(part) for part in parts]


def session(user=None, **carrying):
    store = import_module(settings.SESSION_ENGINE).SessionStore
    kept = store(signed_in(user) if user else None)
    kept.update(carrying)
    kept.save(must_create=user is None)
    return kept.session_key


def set_scene():
    scene = Scene()
    parts = (
        "people",
        "came_back",
        "market",
        "bookings",
        "let_down",
        "changes",
        "papers",
        "keeping",
        "choosing",
        "desk",
    )
    for part in (*parts, "afterwards"):
        import_module(f"tests.browser.scene.{part}").set_in(scene)
    print(json.dumps({"sessions": scene.sessions, "places": scene.places}))  # noqa: T201
