"""Days of workplaces that say how many students they can have, counted by triggers."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_most_a_day"), ("placements", "0041_index_places_to_release")]
    operations = [
        migrations.CreateModel(
            name="WorkplaceDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("taken", models.PositiveIntegerField(default=0)),
                ("most", models.PositiveSmallIntegerField()),
                (
                    "workplace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="accounts.workplace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workplace", "day"), name="a_day_of_a_workplace_is_counted_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("most"))),
                        name="a_workplace_is_never_overfilled",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            written("0042_share_days.sql"), reverse_sql=written("0042_share_days_undo.sql")
        ),
    ]
