"""The words of titles and providers' names, for those who mistype one."""

from pathlib import Path

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0008_search_rows")]
    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(
            written("0009_search_words.sql"),
            reverse_sql=written("0009_search_words_undo.sql"),
            state_operations=[
                migrations.CreateModel(
                    name="SearchWord",
                    fields=[
                        (
                            "word",
                            models.CharField(max_length=60, primary_key=True, serialize=False),
                        ),
                    ],
                ),
            ],
        ),
    ]
