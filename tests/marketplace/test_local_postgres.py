from django.db import connection


def test_a_page_may_not_keep_the_database_for_more_than_five_seconds(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        )
        told = cursor.fetchone()

    assert told == ("5s", "3s")


def test_the_marketplace_is_nobodys_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        told = cursor.fetchone()

    assert told == (False,)
