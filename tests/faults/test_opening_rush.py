"""Booking opens at a moment that was announced, and everybody is there in that second: over HTTP,
against two web processes. Some of the places are kept for students with fewer chances."""

import json
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from queue import SimpleQueue
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.stack import stack

pytestmark = pytest.mark.faults

SCHOOLS = 1000 if os.environ.get("WEX_FULL") else 150
CONNECTIONS = 64 if os.environ.get("WEX_FULL") else 32
PLACES, KEPT = 60, 20
# How long before the moment the most eager come, in seconds.
EAGER = 1.0
TOKEN = "0123456789abcdefghijklmnopqrstuv"
NOT_YET = "Booking opens on"


@pytest.fixture(scope="module")
def site():
    with stack("web") as running:
        yield running


def told(site, call):
    code = f"from tests.faults import crowd; crowd.{call}"
    return json.loads(site.manage("shell", "-v0", "-c", code).strip().splitlines()[-1])


@pytest.fixture(scope="module")
def crowd(site):
    return told(site, f"gather(schools={SCHOOLS}, places={PLACES})")


class School:
    """Sends its form when it is time, and again for as long as it is told that it is not yet."""

    def __init__(self, session, number):
        self.session = session
        # Every other one asks for a student whom the kept places are for.
        self.students = number % 2

    def ask(self, connection, address):
        form = {
            "csrfmiddlewaretoken": TOKEN,
            "once": str(uuid4()),
            "places": "1",
            "priority_students": str(self.students),
            "year_group": "10",
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
        }
        connection.request("POST", address, urlencode(form), headers)
        response = connection.getresponse()
        return response.status, response.read().decode()

    def keep_asking(self, connection, address, moment):
        time.sleep(max(0, moment - EAGER - time.time()))
        answers = [self.ask(connection, address)]
        while NOT_YET in answers[-1][1]:
            answers.append(self.ask(connection, address))
        return [(status, NOT_YET in page) for status, page in answers]


def test_all_who_come_in_the_second_of_opening_get_exactly_the_places_there_are(site, crowd):
    schools = [School(session, number) for number, session in enumerate(crowd["sessions"])]
    moment = told(site, f"announce({crowd['slot']!r}, kept={KEPT}, seconds=6)")
    free = SimpleQueue()

    def come(school):
        connection = free.get()
        try:
            return school.keep_asking(connection, crowd["address"], moment)
        finally:
            free.put(connection)

    with ExitStack() as ending, ThreadPoolExecutor(CONNECTIONS) as threads:
        for _ in range(CONNECTIONS):
            line = HTTPConnection("localhost", site.port, timeout=60)
            free.put(ending.enter_context(closing(line)))
        answers = [one for each in threads.map(come, schools) for one in each]

    # Some came too early and were told so; of all others as many have a place as there are.
    statuses = Counter(answers)
    assert set(statuses) == {(200, True), (200, False), (302, False)}
    assert statuses[302, False] == PLACES
    assert statuses[200, False] == SCHOOLS - PLACES
    too_early = f"SELECT count(*) FROM placements_booking WHERE asked_at < to_timestamp({moment})"
    assert site.sql(too_early) == [(0,)]
    held = "SELECT sum(places), sum(reserved), count(DISTINCT school_id) FROM placements_booking"
    assert site.sql(held) == [(PLACES, KEPT, PLACES)]
    counts = "SELECT taken, reserved, kept_back FROM placements_slot"
    assert site.sql(counts) == [(PLACES, KEPT, 0)]
    assert "add up" in site.manage("check_places")
