"""The recurring work of ratings: thin, and running it twice is the same as once."""

from celery import shared_task

from ratings import badges, reflections


@shared_task
def show_badges_in_force() -> None:
    badges.show_what_is_in_force()


@shared_task
def forget_what_students_wrote() -> None:
    reflections.wipe_words()
