"""Web processes killed inside a request to book. The partner retries with the same key.

The promise: one booking each, whatever the point at which the process died, and never a
key that stays in use.
"""

import os
import time
from http.client import HTTPException

import pytest

from tests.faults import dying
from tests.faults.partners import gathered, line_to, post
from tests.stack import stack

pytestmark = pytest.mark.faults

KILLS = 100 if os.environ.get("WEX_FULL") else 3
PATIENCE = 30
# A key may be in use for as long as PostgreSQL needs to see that the process is gone.
IN_USE_AT_MOST = 3


@pytest.fixture(scope="module")
def site():
    # Loaded once and then forked, so that the next process is there at once.
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.faults.dying_settings",
        "API_REQUESTS_A_MINUTE_BY_CLIENT": "1000000",
    }
    with stack("web", GUNICORN_CMD_ARGS="--preload", **settings) as running:
        yield running


@pytest.fixture(scope="module")
def market(site):
    return gathered(site, schools=2, slots=KILLS * len(dying.POINTS) + 1, places=3)


def killed(site, body, **sent):
    """Ask, and be left without an answer."""
    with line_to(site) as connection, pytest.raises((HTTPException, OSError)):
        post(connection, "", body, **sent)


def retried(site, body, **sent):
    """Ask again until somebody answers, as any partner would."""
    began, first_told = time.monotonic(), None
    while time.monotonic() < began + PATIENCE:
        try:
            with line_to(site) as connection:
                status, told, headers = post(connection, "", body, **sent)
        except (HTTPException, OSError):
            # The other process is being started too.
            time.sleep(0.1)
            continue
        if told.get("code") != "key_in_use":
            return status, told, headers
        first_told = first_told or time.monotonic()
        assert time.monotonic() < first_told + IN_USE_AT_MOST
        time.sleep(0.05)
    pytest.fail("Nobody answered.")


@pytest.mark.parametrize("point", dying.POINTS)
def test_after_a_kill_and_a_retry_there_is_one_booking(site, market, point):
    first = dying.POINTS.index(point) * KILLS
    slots, token = market["slots"][first : first + KILLS], market["tokens"][0]
    done_before_it_died = point in (dying.AFTER_COMMIT, dying.BEFORE_RESPONSE)

    for slot in slots:
        body = {"slot": slot, "places": 2}
        sent = {"token": token, "key": f"key-of-{slot}"}
        killed(site, body, **sent, **{dying.HEADER: point})
        status, told, headers = retried(site, body, **sent)
        again = retried(site, body, **sent)

        assert (status, told["slot"]["id"], told["places"]) == (201, slot, 2)
        assert (headers["Idempotency-Replayed"] == "true") == done_before_it_died
        assert again[1] == told

    booked = "SELECT slot_id::text, count(*), sum(places) FROM placements_booking"
    assert site.sql(f"{booked} WHERE slot_id = ANY(%s::uuid[]) GROUP BY 1 ORDER BY 1", slots) == [
        (slot, 1, 2) for slot in sorted(slots)
    ]
    taken = "SELECT DISTINCT taken FROM placements_slot WHERE id = ANY(%s::uuid[])"
    assert site.sql(taken, slots) == [(2,)]
    owed = "SELECT subject, count(*) FROM accounts_message GROUP BY 1 HAVING count(*) <> 1"
    assert site.sql(owed) == []
    assert "add up" in site.manage("check_places")


def test_without_the_key_whoever_retries_after_the_commit_is_refused(site, market):
    """The control: the booking was there, though nobody had been told."""
    body = {"slot": market["slots"][-1], "places": 2}
    token = market["tokens"][-1]
    killed(site, body, token=token, key="one", **{dying.HEADER: dying.AFTER_COMMIT})

    status, told, _ = retried(site, body, token=token, key="another")

    assert (status, told["code"]) == (409, "already_booked")
