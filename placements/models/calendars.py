"""The secret address at which somebody's calendar program reads their bookings."""

from django.db import models

from accounts.models import User


class CalendarFeed(models.Model):
    """One a person. Only the hash of its secret is kept; a new secret ends the old one."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"
