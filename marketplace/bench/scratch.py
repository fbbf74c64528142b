"""A database of a benchmark's own, on the same server, gone when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import getpid
from typing import Any

from django.core.management import call_command
from django.db import connection

from marketplace.local.postgres import DATABASE, OWNER, PORT, Postgres


@contextmanager
def database(purpose: str) -> Iterator[None]:
    """Inside, the project's connection leads to a new database with every migration applied."""
    name = f"bench_{purpose}_{getpid()}"
    settings: dict[str, Any] = connection.settings_dict
    usual = {name: settings[name] for name in ("NAME", "OPTIONS", "CONN_MAX_AGE")}
    patient = f"{settings['OPTIONS']['options']} -c statement_timeout=0"
    _do(f'CREATE DATABASE "{name}"')
    try:
        # Kept open from one request to the next, as where it is served.
        _lead_to(NAME=name, OPTIONS={**usual["OPTIONS"], "options": patient}, CONN_MAX_AGE=None)
        call_command("migrate", verbosity=0)
        yield
    finally:
        _lead_to(**usual)
        # Not by force: that may not end an autovacuum of the server's own, which makes way anyway.
        _do(f'DROP DATABASE "{name}"')


@contextmanager
def server(started: Postgres) -> Iterator[None]:
    """Inside, the project's connection leads to that server, with every migration applied."""
    settings: dict[str, Any] = connection.settings_dict
    there = {
        "HOST": str(started.sockets),
        "PORT": str(PORT),
        "USER": OWNER,
        "PASSWORD": "",
        "NAME": DATABASE,
        "CONN_MAX_AGE": None,
    }
    usual = {name: settings[name] for name in there}
    _lead_to(**there)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        _lead_to(**usual)


def _lead_to(**settings: Any) -> None:
    connection.close()
    connection.settings_dict.update(settings)


def _do(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
