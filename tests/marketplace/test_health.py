from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from accounts import clock, outbox
from marketplace.health import expected

NOBODY_THERE = "unix:///nowhere/valkey.sock?db=0"


def test_life_is_told_without_asking_the_database(client):
    answer = client.get(reverse("healthz"))

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_all_is_well_when_all_answer(client, db):
    answer = client.get(reverse("readyz"))

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "redis": "ok",
        "outbox_oldest_due_seconds": 0,
    }


def test_how_long_mail_has_waited_is_told(client, db):
    waits = clock.now() - timedelta(minutes=10)
    outbox.post("no_account", to="sam@example.org", about="", due_at=waits)

    waited = client.get(reverse("readyz")).json()["outbox_oldest_due_seconds"]

    assert 600 <= waited < 700


def test_redis_missing_is_degraded_and_still_ready(client, db, settings):
    settings.REDIS_URL = NOBODY_THERE

    answer = client.get(reverse("readyz"))

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "database": "ok",
        "redis": "away",
        "outbox_oldest_due_seconds": 0,
    }


def test_a_migration_that_has_not_run_is_unready(client, db):
    app, name = min(expected())
    MigrationRecorder(connection).record_unapplied(app, name)

    answer = client.get(reverse("readyz"))

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unready",
        "database": "migrations_waiting",
        "redis": "ok",
        "outbox_oldest_due_seconds": 0,
    }


def test_a_database_that_takes_no_writes_is_unready(client, db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")

    answer = client.get(reverse("readyz"))

    assert answer.status_code == 503
    assert answer.json()["status"] == "unready"


def test_without_the_database_it_is_alive_and_unready(client, transactional_db, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    ready, alive = client.get(reverse("readyz")), client.get(reverse("healthz"))
    monkeypatch.undo()

    assert (ready.status_code, alive.status_code) == (503, 200)
    assert ready.json() == {
        "status": "unready",
        "database": "away",
        "redis": "ok",
        "outbox_oldest_due_seconds": None,
    }


@pytest.mark.parametrize("page", ["healthz", "readyz"])
def test_no_copy_of_an_answer_is_kept(client, db, page):
    answer = client.get(reverse(page))

    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", ["healthz", "readyz"])
def test_a_probe_only_reads(client, page):
    answer = client.post(reverse(page))

    assert answer.status_code == 405


def test_asking_leaves_nothing_behind(client, django_user_model, db):
    with connection.cursor() as cursor:
        client.get(reverse("readyz"))
        cursor.execute("SELECT count(*) FROM django_session")
        left = cursor.fetchone()

    assert left == (0,)
