"""The market's recurring work: thin wrappers, and running one twice is the same as once."""

from celery import shared_task

from placements import timetable


@shared_task
def plan_what_is_missing() -> None:
    timetable.plan_what_is_missing()
