"""What a new release does to the tables, while the one before still serves."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import call_command
from django.db import connection
from django.db.migrations import AddConstraint, AddIndex
from django.db.migrations.loader import MigrationLoader

# What came before it, nobody had written to yet.
SINCE = "0017"


def changes_of_messages():
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app == "accounts" and name >= SINCE:
            for change in migration.operations:
                if getattr(change, "model_name", "") == "message":
                    yield name, change


def test_mail_is_written_while_its_table_gets_an_index():
    added = [(name, one) for name, one in changes_of_messages() if isinstance(one, AddIndex)]

    assert added
    assert [name for name, one in added if not isinstance(one, AddIndexConcurrently)] == []


def test_mail_is_written_while_what_is_old_is_looked_at():
    assert [name for name, one in changes_of_messages() if type(one) is AddConstraint] == []


@pytest.mark.django_db
def test_every_constraint_holds_for_what_is_old_too():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_the_tables_are_as_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
