"""What a search plans for, and does not need: the database's planner took a third of its time."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("placements", "0015_slots_by_day")]
    operations = [
        migrations.RunSQL(
            (SQL / "0016_plan_a_search_sooner.sql").read_text(encoding="utf-8"),
            reverse_sql="""
                DROP FUNCTION placements_has_dates(uuid, date, date, date);
                ALTER TABLE placements_searchbits DROP COLUMN told;
            """,
        ),
        # Two indexes more begin with it.
        migrations.AlterField(
            "slot",
            "placement",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="slots",
                to="placements.placement",
            ),
        ),
    ]
