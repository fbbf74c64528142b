"""Looking what is new for the saved searches whose turn it is.

A look asks what was published between the moment of the last look and one shortly ago,
and moves that moment on in the transaction that owes the mail. So nothing is told twice,
and what comes out while no worker runs is told by the next one that does.
"""

import time
from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts import clock
from placements import search_notices
from placements.models import Frequency, News, SavedSearch
from placements.saved_searches import LIVES
from placements.search import kept
from placements.search_turns import SETTLED, next_turn

log = structlog.get_logger(__name__)

# One round ends well within a task's time limit; the next goes on from there.
ROUND = timedelta(seconds=40)
# A search that cannot be looked at now lets the others by.
LATER = timedelta(hours=1)


def look_for_all() -> int:
    """Look for every search whose turn it is, the longest-waiting first; say for how many."""
    until = time.monotonic() + ROUND.total_seconds()
    looked = 0
    while time.monotonic() < until and look_for_next():
        looked += 1
    return looked


def look_for_next() -> bool:
    """Look for one search; say whether there was one. Several may look side by side."""
    with transaction.atomic():
        locked = SavedSearch.objects.due().select_for_update(skip_locked=True, of=("self",))
        search = locked.select_related("member__user").order_by("look_at", "pk").first()
        if search is None:
            return False
        try:
            with transaction.atomic():
                _look(search)
        except (DatabaseError, ValidationError) as failure:
            log.warning("saved_search_not_looked_at", reason=type(failure).__name__)
            search.look_at = clock.now() + LATER
            search.save(update_fields=["look_at"])
    return True


def forget_lapsed() -> int:
    """Delete what nobody renewed for as long again as it had lived; say how many."""
    lapsed = SavedSearch.objects.filter(lapses_at__lte=clock.now() - LIVES)
    with transaction.atomic():
        count, _ = lapsed.exclude(frequency=Frequency.NEVER).delete()
    return count


def _look(search: SavedSearch) -> None:
    now = clock.now()
    since, until = search.looked_until, now - SETTLED
    if until > since:
        if kept.published_between(search.query, since, until).exists():
            news = News.objects.create(search=search, during=DateTimeTZRange(since, until))
            search_notices.there_is_news(news)
        search.looked_until = until
    search.look_at = next_turn(search.frequency, after=now, last=search.look_at)
    search.save(update_fields=["looked_until", "look_at"])
