"""Throw-away servers for a run of the tests, and one migrated database to copy.

A pytest plugin, because the settings are read before any conftest is. The first
process starts the servers; the others find them in the environment.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from marketplace.local import postgres, valkey
from marketplace.local.saying import CannotGoOn

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "marketplace_template"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    if "WEX_TEMPLATE_DATABASE" in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
        return
    try:
        start_for(early_config)
    except CannotGoOn as why:
        raise pytest.UsageError(str(why)) from why


def start_for(config):
    folder = Path(tempfile.mkdtemp(prefix="wex-test-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["WEX_VAR"] = str(folder / "var")
    (folder / "var").mkdir()
    if "REDIS_URL" not in os.environ:
        redis = valkey.start(folder / "valkey", folder / "s", throw_away=True)
        config.add_cleanup(redis.stop)
        os.environ["REDIS_URL"] = redis.url()
    if "DATABASE_URL" not in os.environ:
        database = postgres.start(folder / "postgres", folder / "s", throw_away=True)
        config.add_cleanup(database.stop)
        database.sql(f"CREATE DATABASE {TEMPLATE} OWNER {postgres.OWNER}")
        os.environ["DATABASE_URL"] = database.url(TEMPLATE)
        build_template()
        os.environ["DATABASE_URL"] = database.url()
        os.environ["WEX_TEMPLATE_DATABASE"] = TEMPLATE


def build_template():
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "marketplace.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotGoOn(f"The migrations do not run:\n{done.stdout}{done.stderr}")
