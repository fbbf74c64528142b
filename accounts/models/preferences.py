"""Which mails somebody does not want."""

from django.db import models

from accounts.models.people import User


class StoppedKind(models.Model):
    """Somebody hears no more of one kind of message, until they choose otherwise."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stopped_kinds")
    kind = models.CharField(max_length=60)
    stopped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_stop_per_person_and_kind")
        ]

    def __str__(self) -> str:
        return self.kind
