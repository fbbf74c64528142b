"""Search counts the places that any school may book, and not those that are kept for some."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def written(name):
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("placements", "0028_keep_places_for_some")]
    operations = [
        migrations.RunSQL(
            written("0029_search_what_anybody_may_book.sql"),
            reverse_sql=written("0029_search_what_anybody_may_book_undo.sql"),
        ),
    ]
