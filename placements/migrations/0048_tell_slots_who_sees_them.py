"""A slot's row says whether its listing is public, so that booking locks nothing else."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0047_say_how_much_of_a_group")]
    operations = [
        migrations.AddField(
            model_name="slot",
            name="is_public",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunSQL(
            written("0048_tell_slots_who_sees_them.sql"),
            reverse_sql=written("0048_tell_slots_who_sees_them_undo.sql"),
        ),
    ]
