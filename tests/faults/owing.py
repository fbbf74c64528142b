"""Run inside the marketplace under test: owe many messages that fall due one after another."""

from datetime import timedelta

from django.utils import timezone

from accounts import outbox
from tests.factories import DebriefFactory


def owe(count, over_seconds):
    debrief = DebriefFactory()
    now = timezone.now()
    outbox.owe(
        outbox.intend(
            "debrief_written",
            to=f"person{number}@example.org",
            about=debrief,
            due_at=now + timedelta(seconds=1 + over_seconds * number / count),
        )
        for number in range(count)
    )
