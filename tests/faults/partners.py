"""Partner platforms before a stack: gathered inside it, and asking it over HTTP."""

import json
from contextlib import contextmanager
from http.client import HTTPConnection

from tests.factories import (
    ClientFactory,
    HostFactory,
    PlacementFactory,
    SchoolFactory,
    SchoolOrganisationFactory,
    SlotFactory,
    days_ahead,
)
from tests.partner import BOOKINGS, token_of


def gather(*, schools, slots, places):
    """Run in the stack by `manage shell`: print the slots, and a token for each school."""
    placement = PlacementFactory()
    HostFactory(organisation=placement.provider)
    made = [
        SlotFactory(placement=placement, places=places, starts_on=days_ahead(60 + number % 200))
        for number in range(slots)
    ]
    organisations = [
        SchoolOrganisationFactory(school=SchoolFactory(urn=str(700_000 + number)))
        for number in range(schools)
    ]
    told = {
        "slots": [str(slot.pk) for slot in made],
        "tokens": [token_of(ClientFactory(acts_as__organisation=one)) for one in organisations],
    }
    print(json.dumps(told))  # noqa: T201 -- the test reads it from here.


def gathered(site, **told):
    given = ", ".join(f"{name}={value}" for name, value in told.items())
    code = f"from tests.faults import partners; partners.gather({given})"
    return json.loads(site.manage("shell", "-v0", "-c", code).strip().splitlines()[-1])


@contextmanager
def line_to(site):
    connection = HTTPConnection("localhost", site.port, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def post(connection, path, body, *, token, key, **headers):
    """What came back: the status, the body, and the headers."""
    connection.request(
        "POST",
        f"{BOOKINGS}{path}",
        json.dumps(body),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            **headers,
        },
    )
    response = connection.getresponse()
    return response.status, json.loads(response.read()), response.headers
