"""Everybody's platform at once: groups of every size, taken back as often as asked for."""

import os
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPException
from queue import SimpleQueue
from uuid import uuid4

import psycopg
import pytest

from placements.states import HOLDS_PLACES
from tests.faults.partners import gathered, line_to, post
from tests.stack import stack

pytestmark = pytest.mark.faults

ATTEMPTS = 10_000 if os.environ.get("WEX_FULL") else 600
CONNECTIONS, SCHOOLS, SLOTS, PLACES = 64, 100, 5, 100
LARGEST_GROUP = 30
# How many of the groups join the waiting list where places are wanting.
WAITS = 0.3
# One statement sees one moment: what is committed, and nothing else.
COUNTED = """
SELECT slot.places, slot.taken, coalesce(sum(booking.places), 0)
FROM placements_slot AS slot
LEFT JOIN placements_booking AS booking
    ON booking.slot_id = slot.id AND booking.state = ANY(%s)
GROUP BY slot.id
"""


OVERLOOKED = "from placements import waiting; print(waiting.overlooked())"


@pytest.fixture(scope="module")
def site():
    with stack("web", API_REQUESTS_A_MINUTE_BY_CLIENT="1000000") as running:
        yield running


class School:
    """One platform's program, which remembers what it has, and does one thing at a time."""

    def __init__(self, token, slots, seed):
        self.token, self.slots = token, slots
        self.held = {}
        self.dice = random.Random(seed)
        self.busy = threading.Lock()

    def act(self, connection):
        with self.busy:
            slot = self.dice.choice(self.slots)
            booking = self.held.get(slot)
            chance = self.dice.random()
            if booking and chance < 0.6:
                return self.take_back(connection, slot, booking)
            if booking and chance < 0.8:
                return self.take_up(connection, booking)
            return self.ask(connection, slot)

    def ask(self, connection, slot):
        places = self.dice.randint(1, LARGEST_GROUP)
        body = {"slot": slot, "places": places, "wait": self.dice.random() < WAITS}
        status, told, _ = self.post(connection, "", body)
        if status == 201:
            self.held[slot] = told["id"]
        return status, told.get("code", told.get("state"))

    def take_back(self, connection, slot, booking):
        body = {"reason": "dates_clash"}
        status, told, _ = self.post(connection, f"/{booking}/cancel", body)
        if status == 200:
            del self.held[slot]
        return status, told.get("code", told.get("state"))

    def take_up(self, connection, booking):
        """What the waiting list may have offered meanwhile; a request is not theirs to accept."""
        status, told, _ = self.post(connection, f"/{booking}/accept", {})
        return status, told.get("code", told.get("state"))

    def post(self, connection, path, body):
        sent = {"token": self.token, "key": uuid4().hex}
        try:
            return post(connection, path, body, **sent)
        except (HTTPException, OSError):
            # The server lets go of a line that was silent for long, sometimes as it is used.
            connection.close()
            return post(connection, path, body, **sent)


class Watch(threading.Thread):
    """Looks at every slot again and again, and keeps what must never be."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site, self.over = site, threading.Event()
        self.looks, self.wrong, self.fullest = 0, [], 0

    def run(self):
        states = [state.value for state in HOLDS_PLACES]
        with psycopg.connect(self.site.env["DATABASE_URL"], autocommit=True) as connection:
            while not self.over.is_set():
                rows = connection.execute(COUNTED, [states]).fetchall()
                self.looks += 1
                self.fullest = max(self.fullest, *(taken for _, taken, _ in rows))
                self.wrong += [row for row in rows if not row[0] >= row[1] == row[2]]
                # What is watched needs the machine too.
                self.over.wait(0.05)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def rush(site, schools):
    """What everybody was answered, over as many connections as there are."""
    free, dice = SimpleQueue(), random.Random(1)
    with ExitStack() as ending, ThreadPoolExecutor(CONNECTIONS) as threads:
        for _ in range(CONNECTIONS):
            free.put(ending.enter_context(line_to(site)))

        def one(school):
            connection = free.get()
            try:
                return school.act(connection)
            finally:
                free.put(connection)

        return Counter(threads.map(one, (dice.choice(schools) for _ in range(ATTEMPTS))))


def test_no_place_is_sold_twice_or_lost_while_groups_come_and_go(site):
    market = gathered(site, schools=SCHOOLS + 1, slots=SLOTS, places=PLACES)
    tokens = market["tokens"][:SCHOOLS]
    schools = [School(token, market["slots"], seed) for seed, token in enumerate(tokens)]

    with Watch(site) as watch:
        answers = rush(site, schools)

    # All that happened is what may happen, each of them did, and somebody was looking.
    assert set(answers) == {
        (201, "requested"),
        (201, "waiting"),
        (200, "cancelled"),
        (200, "requested"),
        (403, "not_allowed"),
        (409, "slot_full"),
        (409, "already_booked"),
    }
    assert watch.wrong == []
    assert watch.looks > 20
    assert watch.fullest > PLACES - LARGEST_GROUP
    asked = answers[201, "requested"] + answers[201, "waiting"] - answers[200, "cancelled"]
    assert sum(len(school.held) for school in schools) == asked
    assert site.manage("shell", "-v0", "-c", OVERLOOKED).strip() == "[]"
    takes_what_is_left(site, market["tokens"][-1])
    assert "add up" in site.manage("check_places")


def takes_what_is_left(site, last):
    """Every place that is left can be had, and not one more."""
    left = site.sql("SELECT id::text, places - taken FROM placements_slot")

    with line_to(site) as connection:
        for slot, places in left:
            refused = post(
                connection, "", {"slot": slot, "places": places + 1}, token=last, key=uuid4().hex
            )
            assert (refused[0], refused[1]["code"]) == (409, "slot_full")
            if places:
                asked = {"slot": slot, "places": places}
                assert post(connection, "", asked, token=last, key=uuid4().hex)[0] == 201

    assert site.sql("SELECT DISTINCT places - taken FROM placements_slot") == [(0,)]
