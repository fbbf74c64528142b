from datetime import timedelta

import pytest

from accounts import clock
from marketplace.celery import app
from placements import bookings, tasks
from placements.models import Booking
from tests.factories import CareersLeaderFactory, SlotFactory

pytestmark = pytest.mark.django_db


def states():
    return list(Booking.objects.order_by("asked_at").values_list("state", flat=True))


def test_what_nobody_answered_lapses_by_the_clock_however_often_the_task_runs():
    booking = bookings.request(SlotFactory(), places=1, by=CareersLeaderFactory())

    with clock.as_of(booking.answer_by + timedelta(minutes=1)):
        tasks.lapse_unanswered()
        tasks.lapse_unanswered()

    assert states() == ["lapsed"]


def test_what_is_over_completes_by_the_clock_however_often_the_task_runs():
    slot = SlotFactory(placement__confirms_at_once=True)
    bookings.request(slot, places=1, by=CareersLeaderFactory())

    with clock.as_of(clock.now() + timedelta(days=90)):
        tasks.complete_past()
        tasks.complete_past()

    assert states() == ["completed"]


def test_a_miscounted_slot_is_an_error_in_the_log(caplog):
    slot = SlotFactory(taken=1)

    tasks.check_places()

    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert str(slot.pk) in caplog.text


def test_every_job_of_the_timetable_exists():
    app.autodiscover_tasks(force=True)
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert scheduled <= set(app.tasks)
