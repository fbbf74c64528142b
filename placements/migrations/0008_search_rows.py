"""The rows that a search reads, and the triggers that keep them true.

They are written out in SQL beside this file: what they hold is the database's own business,
and the same whoever changes a listing.
"""

from pathlib import Path

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models
import django.contrib.postgres.search
import django.db.models.deletion
import placements.models.index

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_name_restricted_activities"),
        ("placements", "0007_ask_several_providers"),
    ]
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(
            written("0008_search_rows.sql"),
            reverse_sql=written("0008_search_rows_undo.sql"),
            state_operations=[
                migrations.CreateModel(
                    name="SearchRow",
                    fields=[
                        (
                            "placement",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="placements.placement",
                            ),
                        ),
                        ("ordinal", models.IntegerField(unique=True)),
                        ("easting", models.IntegerField(null=True)),
                        ("northing", models.IntegerField(null=True)),
                        ("traits", models.IntegerField()),
                        ("years", models.SmallIntegerField()),
                        ("adjustments", models.SmallIntegerField()),
                        ("badges", models.BigIntegerField()),
                        ("days", models.SmallIntegerField()),
                        ("rating", models.SmallIntegerField()),
                        ("weeks", models.BigIntegerField()),
                        ("next_day", models.IntegerField()),
                        ("most_free", models.SmallIntegerField()),
                        ("as_of", models.IntegerField()),
                        ("trusted_until", models.IntegerField()),
                        ("by_rating", models.IntegerField()),
                        ("by_age", models.BigIntegerField()),
                        ("turn", models.IntegerField()),
                        ("words", django.contrib.postgres.search.SearchVectorField()),
                    ],
                ),
                migrations.CreateModel(
                    name="SearchBadge",
                    fields=[
                        ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("bit", models.SmallIntegerField(unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="SearchBits",
                    fields=[
                        ("pk", models.CompositePrimaryKey("kind", "value", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=20)),
                        ("value", models.IntegerField()),
                        ("bits", placements.models.index.BitString()),
                        ("counted_at", models.DateTimeField()),
                    ],
                ),
            ],
        ),
    ]
