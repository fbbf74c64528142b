"""What a search knows of slots, worked out once for all that one statement changes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0012_ask_what_is_still_right")]
    operations = [
        migrations.RunSQL(
            written("0013_follow_many_slots.sql"),
            reverse_sql=written("0013_follow_many_slots_undo.sql"),
        ),
    ]
