"""Open slots in the order of their days, for searches of the whole nation."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("placements", "0014_homes_and_far_weeks")]
    operations = [
        migrations.RunSQL(
            (SQL / "0015_slots_by_day.sql").read_text(encoding="utf-8"),
            reverse_sql="DROP INDEX slot_by_day, slot_by_day_if_long;",
        ),
    ]
