"""Delivery as Celery does it: an accelerator, never the place where a message lives."""

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from accounts import postman

log = structlog.get_logger(__name__)


@shared_task
def deliver_message(message_id: str) -> None:
    postman.deliver(message_id)


@shared_task
def deliver_due() -> None:
    postman.deliver_due()


def ring(message_id: str) -> None:
    """Have a message delivered soon. If nobody hears the bell, the timetable finds it."""
    try:
        deliver_message.apply_async((message_id,), retry=False)
    except (OperationalError, OSError):
        log.warning("bell_not_heard", message=message_id)
