"""Where somebody wants a text."""

from django.db import models
from django.db.models import Q

from accounts.models.people import User


class TextNumber(models.Model):
    """A mobile number, kept for as long as its owner wants texts there. No message has a copy."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="text_number")
    # As the whole world dials it: +447400123456.
    number = models.CharField(max_length=16)
    chosen_at = models.DateTimeField()
    # When we were told that it takes no texts; none go there until it is given again.
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_text_goes_to_a_british_number", condition=Q(number__startswith="+44")
            )
        ]

    def __str__(self) -> str:
        return f"number of {self.user_id}"
