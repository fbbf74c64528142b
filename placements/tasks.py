"""The market's recurring work: thin wrappers, and running one twice is the same as once."""

import structlog
from celery import shared_task

from accounts import bounces, forgetting
from placements import (
    bitmaps,
    bookings,
    check_requests,
    consents,
    counter,
    day_before,
    enquiries,
    enquiry_notices,
    freshness,
    index,
    listings,
    opening_notices,
    paperwork,
    replacements,
    search_news,
    search_records,
    students,
    timetable,
    waiting,
    withdrawals,
    workplace_days,
)

log = structlog.get_logger(__name__)


@shared_task
def plan_what_is_missing() -> None:
    timetable.plan_what_is_missing()
    enquiry_notices.plan_what_is_missing()
    opening_notices.plan()
    day_before.plan()
    bounces.end_what_waits_in_vain()


@shared_task
def lapse_unanswered() -> None:
    bookings.lapse_unanswered()
    waiting.settle_all()
    enquiries.lapse_unanswered()


@shared_task
def hold_replacements() -> None:
    replacements.hold_owed()


@shared_task
def call_off_withdrawn() -> None:
    withdrawals.go_on()


@shared_task
def complete_past() -> None:
    bookings.complete_past()


@shared_task
def expire_listings() -> None:
    listings.expire_past()


@shared_task
def keep_listings_fresh() -> None:
    freshness.ask_all()
    freshness.pause_all()


@shared_task
def look_for_news() -> None:
    search_news.look_for_all()


@shared_task
def count_searches() -> None:
    search_records.count_noted()


@shared_task
def forget_old_searches() -> None:
    search_news.forget_lapsed()
    search_records.forget_old()


@shared_task
def count_the_nation() -> None:
    bitmaps.count_anew()


@shared_task
def let_search_follow_the_days() -> None:
    index.catch_up()


@shared_task
def check_search() -> None:
    """A row that is not what its listing says is a fault of ours: it is logged, and mended."""
    wrong = index.differences()
    for difference in wrong:
        log.error("search differs", placement=str(difference.placement), how=difference.what)
    if wrong:
        index.mend(one.placement for one in wrong)


@shared_task
def look_at_papers() -> None:
    """Confirm what has all it needs by now, tell what a start lacks, and wait for no assessor
    who can answer no longer."""
    paperwork.settle_unread()
    paperwork.look_ahead()
    check_requests.end_unanswered()


@shared_task
def forget_students() -> None:
    """What was kept of students and their parents for a while, and is not needed any more."""
    consents.forget_all_addresses()
    forgetting.wipe_forgotten()
    students.wipe_names()


@shared_task
def check_places() -> None:
    """A slot that is miscounted is a fault of ours: it goes to the log as an error."""
    for wrong in counter.miscounted():
        log.error("slot is miscounted", slot=str(wrong.slot), count=wrong.held - wrong.taken)
    for day in workplace_days.miscounted():
        log.error("day is miscounted", workplace=str(day.workplace), day=str(day.day))
    for slot in workplace_days.unshared():
        log.error("slot shares no days", slot=str(slot))
    for group in waiting.overlooked():
        log.error("waiting group is overlooked", slot=str(group.slot_id))
