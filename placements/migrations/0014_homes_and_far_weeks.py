"""Search rows without somebody's door, and with far weeks apart from nearer ones."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0013_follow_many_slots"),
        ("accounts", "0007_show_homes_coarsely"),
    ]
    operations = [
        migrations.RunSQL(
            written("0014_homes_and_far_weeks.sql"),
            reverse_sql=written("0014_homes_and_far_weeks_undo.sql"),
            state_operations=[
                migrations.AddField("searchrow", "far_weeks", models.BigIntegerField(default=0)),
            ],
        ),
    ]
