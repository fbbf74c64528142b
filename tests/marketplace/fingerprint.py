"""What all tables hold, in a few letters: equal before and after means that nothing changed."""

from django.apps import apps
from django.db import connection

# Which visitor is signed in is not the marketplace's business to keep.
LEFT_OUT = {"django_session"}


def tables():
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed} - LEFT_OUT)


def statement():
    each = (
        f"SELECT '{table}', count(*), "
        f"md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM \"{table}\" row"
        for table in tables()
    )
    return " UNION ALL ".join(each)


def taken():
    with connection.cursor() as cursor:
        cursor.execute(statement())
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}


def difference(before, after):
    return sorted(table for table in before if before[table] != after[table])
