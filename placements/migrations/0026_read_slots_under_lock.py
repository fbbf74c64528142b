"""A new search row is read while nobody can change the slots that it tells of."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0025_share_a_text")]
    operations = [
        migrations.RunSQL(
            written("0026_read_slots_under_lock.sql"),
            reverse_sql=written("0026_read_slots_under_lock_undo.sql"),
        ),
    ]
