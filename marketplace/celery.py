"""The Celery app, and the whole timetable of recurring work.

Redis and Celery are a doorbell: whatever must happen is a row in PostgreSQL
first. So the timetable holds plain intervals only. A local-time crontab skips an
hour when the clocks change, and a countdown longer than the broker's patience is
delivered many times over.
"""

import os

from celery import Celery
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")

app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

app.conf.beat_schedule = {
    "deliver what is owed": {
        "task": "accounts.tasks.deliver_due",
        "schedule": float(settings.MAIL_ROUND_SECONDS),
        # Rounds that nobody took are not made up for: the next one finds everything.
        "options": {"expires": settings.MAIL_ROUND_SECONDS},
    },
    "lapse what nobody answered": {
        "task": "placements.tasks.lapse_unanswered",
        "schedule": float(settings.BOOKING_ROUND_SECONDS),
    },
    "call off what is withdrawn": {
        "task": "placements.tasks.call_off_withdrawn",
        "schedule": float(settings.BOOKING_ROUND_SECONDS),
        "options": {"expires": settings.BOOKING_ROUND_SECONDS},
    },
    "hold places for who was let down": {
        "task": "placements.tasks.hold_replacements",
        "schedule": float(settings.BOOKING_ROUND_SECONDS),
    },
    "complete what is over": {
        "task": "placements.tasks.complete_past",
        "schedule": float(settings.BOOKING_ROUND_SECONDS),
    },
    "take down what is over": {"task": "placements.tasks.expire_listings", "schedule": 600.0},
    "ask what is still right": {
        "task": "placements.tasks.keep_listings_fresh",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "look what is new for saved searches": {
        "task": "placements.tasks.look_for_news",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "count what was searched for": {
        "task": "placements.tasks.count_searches",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget old searches": {"task": "placements.tasks.forget_old_searches", "schedule": 86400.0},
    "look at papers": {
        "task": "placements.tasks.look_at_papers",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "forget students": {"task": "placements.tasks.forget_students", "schedule": 3600.0},
    "count the nation": {
        "task": "placements.tasks.count_the_nation",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "let search follow the days": {
        "task": "placements.tasks.let_search_follow_the_days",
        "schedule": 60.0,
    },
    "check what search reads": {"task": "placements.tasks.check_search", "schedule": 86400.0},
    "check the count of places": {"task": "placements.tasks.check_places", "schedule": 86400.0},
    "show badges in force": {"task": "ratings.tasks.show_badges_in_force", "schedule": 3600.0},
    "forget what students wrote": {
        "task": "ratings.tasks.forget_what_students_wrote",
        "schedule": 86400.0,
    },
    "forget old answers": {"task": "accounts.tasks.forget_old_answers", "schedule": 3600.0},
    "forget numbers": {"task": "accounts.tasks.forget_numbers", "schedule": 3600.0},
    "plan what is missing": {
        "task": "placements.tasks.plan_what_is_missing",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
}
