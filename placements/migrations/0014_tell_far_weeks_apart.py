"""The weeks of a search row that lie so far off that nearer ones share their bits."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0013_follow_many_slots")]
    operations = [
        migrations.RunSQL(
            written("0014_tell_far_weeks_apart.sql"),
            reverse_sql=written("0014_tell_far_weeks_apart_undo.sql"),
            state_operations=[
                migrations.AddField("searchrow", "far_weeks", models.BigIntegerField(default=0)),
            ],
        ),
    ]
