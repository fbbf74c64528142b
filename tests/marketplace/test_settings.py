import os
import runpy
import subprocess
import sys

import pytest
from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import override_settings

from marketplace.bench.messages import standin
from marketplace.settings import base

GIVEN = {
    "SECRET_KEY": "q8Zt3rVw-kP0sLm7XyB1nC5dF9gH2jK4aQ6eR_uTiOoWzYxSvNbMcDfGhJ",
    "SITE_ADDRESS": "https://placements.example.org",
    "DATABASE_URL": "postgres://marketplace@db.example.org/marketplace",
    "REDIS_URL": "redis://:word@redis.example.org:6379/0",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "placements@example.org",
    "SUPPORT_EMAIL": "help@example.org",
}


@pytest.fixture
def production(monkeypatch):
    """The production settings as they would be read in a given environment."""

    def read(**changed):
        for name, value in {**GIVEN, **changed}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("marketplace.settings.production")

    return read


def test_production_starts_when_it_is_told_everything(production):
    told = production()

    assert told["ALLOWED_HOSTS"] == ["placements.example.org", "localhost"]
    assert (told["DEBUG"], told["DEMONSTRATION"], told["CLOCK_FILE"]) == (False, False, None)


@pytest.mark.parametrize(
    ("tiles", "hosts"),
    [
        ("", []),
        ("/our/tiles/{z}/{x}/{y}.png", []),
        (
            "https://tiles.example.org:8443/base/{z}/{x}/{y}.png?key=1",
            ["https://tiles.example.org:8443"],
        ),
    ],
)
def test_pictures_may_come_from_us_and_the_one_host_of_the_tiles(monkeypatch, tiles, hosts):
    monkeypatch.setenv("MAP_TILES", tiles)
    told = runpy.run_path(base.__file__)

    assert told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"] == ["'self'", "data:", *hosts]


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_production_refuses_to_start_without(production, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        production(**{name: " "})


NOTIFY = {
    "MAIL_TRANSPORT": "accounts.notify.NotifyTransport",
    "EMAIL_HOST": "",
    "NOTIFY_API_KEY": f"live-{standin.SERVICE}-{standin.SECRET}",
    "NOTIFY_TEMPLATE_ID": standin.TEMPLATE,
    "NOTIFY_CALLBACK_TOKEN": standin.CALLBACK_TOKEN,
}


def test_production_that_sends_by_notify_needs_no_mail_server(production):
    assert production(**NOTIFY)["MAIL_TRANSPORT"] == NOTIFY["MAIL_TRANSPORT"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTIFY_API_KEY", ""),
        ("NOTIFY_API_KEY", "cut-short"),
        ("NOTIFY_TEMPLATE_ID", ""),
        ("NOTIFY_CALLBACK_TOKEN", ""),
    ],
)
def test_production_that_sends_by_notify_refuses_to_start_without(production, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        production(**{**NOTIFY, name: value})


@pytest.mark.parametrize("key", ["short", "a" * 60, "ab" * 40])
def test_production_refuses_a_key_that_can_be_guessed(production, key):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        production(SECRET_KEY=key)


@pytest.mark.parametrize("address", ["http://placements.example.org", "placements.example.org"])
def test_production_refuses_an_address_that_is_not_private(production, address):
    with pytest.raises(ImproperlyConfigured, match="SITE_ADDRESS"):
        production(SITE_ADDRESS=address)


def test_cookies_stay_with_this_site_and_out_of_scripts(production):
    told = production()

    for cookie in ("SESSION", "CSRF"):
        assert told[f"{cookie}_COOKIE_SECURE"]
        assert told[f"{cookie}_COOKIE_HTTPONLY"]
        assert told[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
        assert told[f"{cookie}_COOKIE_NAME"].startswith("__Host-")


def test_browsers_are_told_to_come_privately_for_a_year(production):
    told = production()

    assert told["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert told["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert told["SECURE_SSL_REDIRECT"]


def test_no_page_may_run_a_script_or_style_of_its_own():
    allowed = [
        source
        for sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values()
        for source in sources
    ]

    assert not {UNSAFE_INLINE, UNSAFE_EVAL, "*", "https:"} & set(allowed)


def test_what_is_queued_waits_as_long_everywhere():
    waits = {
        settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"],
        settings.CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS["visibility_timeout"],
        settings.CELERY_VISIBILITY_TIMEOUT,
    }

    assert len(waits) == 1
    assert waits.pop() / settings.CELERY_TASK_TIME_LIMIT > 3


@pytest.mark.parametrize(
    ("given", "for_redis", "for_celery"),
    [
        ("redis://r:6379/0", "redis://r:6379/0", "redis://r:6379/0"),
        ("unix:///s?db=2", "unix:///s?db=2", "redis+socket:///s?virtual_host=2"),
        (
            "redis+socket:///s?virtual_host=2",
            "unix:///s?db=2",
            "redis+socket:///s?virtual_host=2",
        ),
    ],
)
def test_a_redis_is_found_however_its_address_is_spelt(given, for_redis, for_celery):
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from marketplace.settings import base as b; print(b.REDIS_URL, b.CELERY_BROKER_URL)",
        ],
        env={**os.environ, "REDIS_URL": given},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == [for_redis, for_celery]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_too_short"),
        ("q1w2e3r4t5y6", "password_too_common"),
        ("passwordpassword", "password_too_common"),
        ("Liverpool2026!", "password_too_common"),
    ],
)
def test_a_weak_password_is_refused(password, code):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password)

    assert code in [error.code for error in refusal.value.error_list]


@pytest.mark.parametrize(
    "password", ["correct horse battery", "bread-otter-lantern", "ż" * 3 + "xq7!kfw0zz"]
)
def test_a_strong_password_is_taken(password):
    assert validate_password(password) is None


def test_a_password_is_kept_with_argon2(production):
    with override_settings(PASSWORD_HASHERS=production()["PASSWORD_HASHERS"]):
        kept = make_password("correct horse battery")

    assert kept.startswith("argon2$argon2id$")
