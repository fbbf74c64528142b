"""Delivery as Celery does it: an accelerator, never the place where a message lives."""

from celery import shared_task
from oauth2_provider.models import clear_expired

from accounts import postman, texts
from accounts.models import KeptAnswer


@shared_task
def deliver_message(message_id: str) -> None:
    postman.deliver(message_id)


@shared_task
def deliver_due() -> None:
    postman.deliver_due()


@shared_task
def forget_old_answers() -> None:
    """What is kept for retries, and tokens that have run out."""
    KeptAnswer.objects.outlived().delete()
    clear_expired()


@shared_task
def forget_numbers() -> None:
    """Mobile numbers of those who act for nobody any more, and who ask to act for nobody."""
    texts.forget_unneeded()
