"""A search leaves out dates of which the workplace's days are full."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0044_count_groups")]
    operations = [
        migrations.RunSQL(
            written("0045_leave_out_full_days.sql"),
            reverse_sql=written("0045_leave_out_full_days_undo.sql"),
        ),
    ]
