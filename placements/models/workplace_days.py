"""WorkplaceDay: how many students are booked at a workplace on a day, of how many it can have."""

from django.db import models
from django.db.models import Case, F, Func, Q, When

from accounts.models import Workplace

# Of a slot: how many more students may come on each of its days. Asked of the database only for
# those that share them.
DAYS_LEFT = Case(
    When(
        shares_days=True,
        then=Func("placement_id", "starts_on", "ends_on", function="placements_days_left"),
    ),
    output_field=models.IntegerField(null=True),
)


class WorkplaceDay(models.Model):
    """A day of a workplace that says how many students it can have on one, over all listings.

    Triggers count here whatever is booked of slots that share their days, so that no two listings
    fill the same day twice: see migration 0042. There are rows for the days of such slots alone.
    """

    workplace = models.ForeignKey(
        Workplace, on_delete=models.CASCADE, related_name="days", db_index=False
    )
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0)
    most = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workplace", "day"], name="a_day_of_a_workplace_is_counted_once"
            ),
            models.CheckConstraint(
                name="a_workplace_is_never_overfilled", condition=Q(taken__lte=F("most"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workplace_id} on {self.day}: {self.taken} of {self.most}"

    @property
    def left(self) -> int:
        return self.most - self.taken
