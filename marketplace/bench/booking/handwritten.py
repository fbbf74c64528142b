"""A booking as one would write it by hand for speed alone: the same rows in one statement.

It takes the places and writes the booking, its first line of history and the message that
its host is owed. It knows no rule but that a slot is not oversold; whatever the product asks
besides is what it is measured for.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from django.db import connection

from accounts import clock
from accounts.models import User

BOOK = """
WITH took AS (
    UPDATE placements_slot SET taken = taken + 1
    WHERE id = %(slot)s AND state = 'open' AND taken + 1 <= places
    RETURNING id, placement_id
),
booking AS (
    INSERT INTO placements_booking ({columns})
    SELECT {values} FROM took RETURNING id
),
begun AS (
    INSERT INTO placements_bookingmove (booking_id, came_from, went_to, by_id, at, reason, comment)
    SELECT id, '', 'requested', %(member)s, %(now)s, '', '' FROM booking
)
INSERT INTO accounts_message (id, kind, dedupe_key, recipient_id, email, subject, due_at,
    expires_at, state, attempts, provider_id, last_error, made_at)
SELECT %(message)s, 'booking_requested', %(key)s, %(host)s, %(email)s, %(booking)s::text, %(now)s,
    %(until)s, 'planned', 0, '', '', %(now)s
FROM booking
"""
VALUES = {
    "id": "%(booking)s",
    "slot_id": "took.id",
    "school_id": "%(school)s",
    "places": "1",
    "places_asked": "1",
    "state": "'requested'",
    "note": "''",
    "adjustments": "'{}'",
    "asked_by_id": "%(member)s",
    "asked_at": "%(now)s",
    "answer_by": "%(until)s",
    "reason": "''",
    "comment": "''",
    "once": "%(once)s",
}


class Handwritten:
    """One client of it, on a connection of its own outside the framework."""

    def __init__(self, host: User) -> None:
        self.host = host
        given = connection.get_connection_params()
        known = ("dbname", "user", "password", "host", "port")
        self.connection = psycopg.connect(
            **{name: given[name] for name in known if name in given}, autocommit=True
        )
        self.statement = BOOK.format(columns=", ".join(VALUES), values=", ".join(VALUES.values()))

    def book(self, slot: UUID, school: UUID, member: int) -> bool:
        now, booking = clock.now(), uuid4()
        done = self.connection.execute(
            self.statement,
            {
                "slot": slot,
                "booking": booking,
                "school": school,
                "member": member,
                "now": now,
                "until": now + timedelta(days=14),
                "once": uuid4(),
                "message": uuid4(),
                "key": f"booking_requested:{booking}",
                "host": self.host.pk,
                "email": self.host.email,
            },
        )
        return done.rowcount == 1
