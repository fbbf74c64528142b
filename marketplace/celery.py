"""The Celery app, and the whole timetable of recurring work.

Redis and Celery are a doorbell: whatever must happen is a row in PostgreSQL
first. So the timetable holds plain intervals only. A local-time crontab skips an
hour when the clocks change, and a countdown longer than the broker's patience is
delivered many times over.
"""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")

app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
