"""How many students a workplace can have on one day, over all that is offered there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_know_employers_that_students_find")]
    operations = [
        migrations.AddField(
            model_name="workplace",
            name="most_a_day",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_a_day__isnull", True), ("most_a_day__gte", 1), _connector="OR"),
                name="a_workplace_has_room_for_somebody",
            ),
        ),
    ]
