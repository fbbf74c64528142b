"""Everybody wants the same places at once, over HTTP, against two web processes.

2,000 attempts on 100 places over 32 connections; with WEX_FULL=1 10,000 on 500 over 64.
"""

import json
import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from queue import SimpleQueue
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest

from tests.stack import stack

pytestmark = pytest.mark.faults

FULL = bool(os.environ.get("WEX_FULL"))
# Each school tries ten times.
PLACES, SCHOOLS, CONNECTIONS = (500, 1000, 64) if FULL else (100, 200, 32)
ATTEMPTS = 10 * SCHOOLS
TOKEN = "0123456789abcdefghijklmnopqrstuv"


@pytest.fixture(scope="module")
def site():
    with stack("web") as running:
        yield running


@pytest.fixture(scope="module")
def crowd(site):
    told = site.manage(
        "shell",
        "-v0",
        "-c",
        f"from tests.faults import crowd; crowd.gather(schools={SCHOOLS}, places={PLACES})",
    )
    return json.loads(told.strip().splitlines()[-1])


def attempts(crowd):
    """Each school tries ten times, each time with a form of its own, in no order."""
    each = [session for session in crowd["sessions"] for _ in range(ATTEMPTS // SCHOOLS)]
    random.Random(1).shuffle(each)
    return each


def send(connection, address, session):
    form = {
        "csrfmiddlewaretoken": TOKEN,
        "once": str(uuid4()),
        "places": "1",
        "year_group": "10",
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }
    connection.request("POST", address, urlencode(form), headers)
    response = connection.getresponse()
    response.read()
    return response.status, response.headers.get("Location", "")


@contextmanager
def connected(connect):
    """As many threads as connections; gives back `everybody(do, what)`."""
    free = SimpleQueue()

    def with_one(do, what):
        mine = free.get()
        try:
            return do(mine, what)
        finally:
            free.put(mine)

    with ExitStack() as ending, ThreadPoolExecutor(CONNECTIONS) as threads:
        for _ in range(CONNECTIONS):
            free.put(ending.enter_context(closing(connect())))
        yield lambda do, what: list(threads.map(lambda one: with_one(do, one), what))


def test_many_more_attempts_than_places_book_exactly_the_places(site, crowd):
    def attempt(connection, session):
        return send(connection, crowd["address"], session)

    with connected(lambda: HTTPConnection("localhost", site.port, timeout=60)) as everybody:
        answers = everybody(attempt, attempts(crowd))

    statuses = Counter(status for status, _ in answers)
    booked = [where for status, where in answers if status == 302]
    assert statuses == {302: PLACES, 200: ATTEMPTS - PLACES}
    assert all(where.startswith("/bookings/") for where in booked)
    held = "SELECT sum(places), count(*), count(DISTINCT school_id) FROM placements_booking"
    assert site.sql(held) == [(PLACES, PLACES, PLACES)]
    assert site.sql("SELECT taken FROM placements_slot") == [(PLACES,)]
    owed = "SELECT count(*) FROM accounts_message WHERE kind = 'booking_requested'"
    assert site.sql(owed) == [(PLACES,)]
    assert "add up" in site.manage("check_places")


def test_code_that_reads_then_decides_then_writes_oversells_on_the_same_database(site):
    """The control: without it, the test above could pass because nobody ever met."""
    site.sql("CREATE TABLE naive (school integer)")

    def book(connection, school):
        (taken,) = connection.execute("SELECT count(*) FROM naive").fetchone()
        if taken < PLACES:
            connection.execute("INSERT INTO naive VALUES (%s)", [school])

    with connected(lambda: psycopg.connect(site.env["DATABASE_URL"], autocommit=True)) as everybody:
        everybody(book, range(ATTEMPTS))

    ((booked,),) = site.sql("SELECT count(*) FROM naive")
    assert booked > PLACES
