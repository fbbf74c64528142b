"""Keeping what a search reads true: made anew, caught up with the calendar, and proved.

Day by day triggers keep each row in step with its listing. What they cannot see is time:
slots close though nobody touches them, and `catch_up` follows. The view
`placements_searchsource` says what each row should be; nothing here says it again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from accounts import clock
from placements.models import SearchRow

ROWS = 2000
COLUMNS = tuple(
    field.attname for field in SearchRow._meta.concrete_fields if field.attname != "ordinal"
)
# What depends on the day, and holds only while a row can be trusted.
OF_THE_DAY = ("weeks", "far_weeks", "next_day", "trusted_until")
# `most_free` is a bound from above, and `as_of` says when rather than what.
STEADY = tuple(
    name for name in COLUMNS if name not in {*OF_THE_DAY, "placement_id", "most_free", "as_of"}
)

_LISTED = ", ".join(COLUMNS)

REBUILD = f"""
INSERT INTO placements_searchrow ({_LISTED})
SELECT {_LISTED} FROM placements_searchsource
ORDER BY easting / 4096, northing / 4096, placement_id
"""  # noqa: S608 -- made of our own columns' names.

RELEARN = """
SELECT placements_learn_words(placement.title || ' ' || provider.name)
FROM placements_placement AS placement
JOIN accounts_organisation AS provider ON provider.id = placement.provider_id
WHERE placement.state = 'published'
"""

STALE = """
SELECT placement_id FROM placements_searchrow
WHERE (abs(trusted_until) <= %(today)s AND as_of < %(today)s) OR as_of > %(today)s
ORDER BY placement_id LIMIT %(rows)s
FOR NO KEY UPDATE SKIP LOCKED
"""

CAUGHT_UP = """
UPDATE placements_searchrow AS kept SET
    weeks = source.weeks, next_day = source.next_day, most_free = source.most_free,
    as_of = source.as_of, trusted_until = source.trusted_until, far_weeks = source.far_weeks
FROM placements_searchsource AS source
WHERE source.placement_id = kept.placement_id AND kept.placement_id = ANY(%(stale)s)
"""

_SAME = " AND ".join(f"kept.{name} IS NOT DISTINCT FROM source.{name}" for name in STEADY)
_SAME_TODAY = " AND ".join(f"kept.{name} = source.{name}" for name in OF_THE_DAY)

DIFFERENCES = f"""
SELECT
    coalesce(kept.placement_id, source.placement_id),
    CASE
        WHEN source.placement_id IS NULL THEN 'is found and should not be'
        WHEN kept.placement_id IS NULL THEN 'is not found and should be'
        WHEN NOT ({_SAME}) THEN 'is described otherwise than it is'
        ELSE 'shows other dates than it has'
    END
FROM placements_searchrow AS kept
FULL JOIN placements_searchsource AS source ON source.placement_id = kept.placement_id
WHERE source.placement_id IS NULL
   OR kept.placement_id IS NULL
   OR NOT ({_SAME})
   OR kept.most_free < source.most_free
   -- Of a day that is over a row may still tell what was: it knows, and is not trusted.
   OR ((kept.weeks | kept.far_weeks) & source.weeks) <> source.weeks
   OR ((kept.as_of = source.as_of OR abs(kept.trusted_until) > source.as_of) AND NOT ({_SAME_TODAY}))
ORDER BY 1
LIMIT %(most)s
"""  # noqa: S608 -- made of our own columns' names.


HALF_BUILT = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = 'placements_searchrow'::regclass AND NOT indisvalid
"""


class Difference(NamedTuple):
    """A placement that search knows otherwise than it is."""

    placement: UUID
    what: str


@contextmanager
def as_of_today() -> Iterator[None]:
    """A transaction in which the database goes by our own clock's day."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT set_config('marketplace.today', %s, true)", [str(clock.today())])
        yield


def rebuild() -> int:
    """Make every row anew, near each other on the disk where they are near on the ground."""
    with as_of_today(), connection.cursor() as cursor:
        # Who searches meanwhile sees what was; who changes a listing waits.
        cursor.execute("LOCK TABLE placements_searchrow IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT placements_number_badges(badges) FROM placements_placement")
        cursor.execute("DELETE FROM placements_searchrow")
        # Their bits stood for the places that the rows had.
        cursor.execute("DELETE FROM placements_searchbits")
        cursor.execute("SELECT setval('placements_searchrow_ordinal', 0, false)")
        cursor.execute(REBUILD)
        made: int = cursor.rowcount
        # Until the planner has looked, it takes a rare word for a common one.
        cursor.execute("ANALYZE placements_searchrow")
        # And the words of listings that are gone are forgotten.
        cursor.execute("DELETE FROM placements_searchword")
        cursor.execute(RELEARN)
    return made


def pack() -> None:
    """Clear away what the rows were before, so that a search reads half as many pages."""
    with connection.cursor() as cursor:
        # An open transaction that has read the table, as a backup's is, is waited for.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        try:
            cursor.execute("VACUUM (ANALYZE) placements_searchrow")
            # What an interrupted run has left would be kept up for nothing.
            cursor.execute(HALF_BUILT)
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
            # Searches go on meanwhile.
            cursor.execute("REINDEX TABLE CONCURRENTLY placements_searchrow")
        finally:
            cursor.execute("RESET statement_timeout")
            cursor.execute("RESET lock_timeout")


def mend(placements: Iterable[UUID]) -> None:
    """Write these rows anew. Their source is asked by the very function that triggers call."""
    with as_of_today(), connection.cursor() as cursor:
        for placement in placements:
            cursor.execute("SELECT placements_keep_searchrow(%s)", [placement])


def catch_up() -> int:
    """Let rows follow the slots that have closed with the days; say how many did."""
    followed = 0
    while stale := _catch_up_with_some():
        followed += stale
    return followed


def differences(most: int = 100) -> list[Difference]:
    """Where rows are not what their source says. There must never be one."""
    with as_of_today(), connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, {"most": most})
        return [Difference(*row) for row in cursor.fetchall()]


def _catch_up_with_some() -> int:
    today = (clock.today() - clock.EPOCH).days
    with as_of_today(), connection.cursor() as cursor:
        cursor.execute(STALE, {"today": today, "rows": ROWS})
        stale = [row[0] for row in cursor.fetchall()]
        if stale:
            cursor.execute(CAUGHT_UP, {"stale": stale})
    return len(stale)
