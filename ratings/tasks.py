"""The recurring work of ratings: thin, and running it twice is the same as once."""

from celery import shared_task

from ratings import badges


@shared_task
def show_badges_in_force() -> None:
    badges.show_what_is_in_force()
