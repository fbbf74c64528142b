"""Delivery as Celery does it: an accelerator, never the place where a message lives."""

from celery import shared_task

from accounts import postman


@shared_task
def deliver_message(message_id: str) -> None:
    postman.deliver(message_id)


@shared_task
def deliver_due() -> None:
    postman.deliver_due()
