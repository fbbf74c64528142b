import json

import pytest
from django.db import connection

from marketplace.bench.booking.bench import Bench
from placements.models import Booking


@pytest.mark.django_db(transaction=True)
def test_booking_is_measured_in_a_database_of_its_own():
    """So short a rush tells nothing of speed: whether goals are met is not asked here."""
    said = []

    told = Bench(rounds=1, seconds=0.5, say=said.append, schools=40, clients=(4,)).run()

    assert said == ["round 1 of 1"]
    assert {goal["name"].split(",")[0] for goal in told["goals"]} == {
        "slots whose counter is not what their bookings hold",
        "the verb to the hand-written",
        "a refusal to a booking",
        "bookings elsewhere beside a hot slot",
        "over HTTP to the hand-written",
    }
    assert told["goals"][0]["ok"]
    assert all(rate > 0 for rate in told["booked_a_second"].values())
    assert json.loads(json.dumps(told)) == told
    assert Booking.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'bench_booking%'")
        assert cursor.fetchone() == (0,)
