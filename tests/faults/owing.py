"""Run inside the marketplace under test: owe many messages that fall due one after another."""

from datetime import timedelta

from django.utils import timezone

from accounts import outbox
from tests.factories import BookingFactory, DebriefFactory, HostFactory, SlotFactory


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


def owe_requests(hosts, each):
    """Requests to a few hosts, which may go several in one mail; they fall due tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    for _ in range(hosts):
        host = HostFactory()
        slot = SlotFactory(placement__provider=host.organisation)
        outbox.owe(
            outbox.intend(
                "booking_requested",
                to=host.user,
                about=BookingFactory(slot=slot),
                due_at=tomorrow + timedelta(seconds=number),
            )
            for number in range(each)
        )
