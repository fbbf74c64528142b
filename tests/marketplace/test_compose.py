import re

import pytest
import yaml

from marketplace.local.environments import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
ONE_OFF = {"migrate", "certificates-owner"}
LASTING = sorted(SERVICES.keys() - ONE_OFF)
OURS = ["beat", "migrate", "web", "worker"]
SECRETS = re.compile(r"SECRET_KEY$|PASSWORD$")
WITH_DEFAULT = re.compile(r"(?<!\$)\$\{(\w+):?-[^}]*\}")
UNGUARDED = re.compile(r"(?<!\$)\$\{?(\w+)\}?")


def words_of(value):
    """Every string in a piece of the file."""
    if isinstance(value, dict):
        return [word for part in value.values() for word in words_of(part)]
    if isinstance(value, list):
        return [word for part in value for word in words_of(part)]
    return [str(value)]


def seconds(text):
    return int(text.removesuffix("s"))


def test_whoever_waits_for_a_page_comes_before_what_can_wait():
    shares = {
        name: SERVICES[name].get("cpu_shares", 1024) for name in ("web", "postgres", "worker")
    }

    assert shares["worker"] * 4 <= min(shares["web"], shares["postgres"])


def test_all_that_production_needs_is_there():
    assert {"proxy", "web", "worker", "beat", "postgres", "redis", "mail"} <= SERVICES.keys()


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"certificates-owner"}))
def test_nobody_is_root(name):
    account, group = map(int, SERVICES[name]["user"].split(":"))

    assert account > 0
    assert group > 0


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_powers_are_dropped_and_not_regained(name):
    service = SERVICES[name]

    assert service["cap_drop"] == ["ALL"]
    assert "privileged" not in service
    # Caddy's own file holds the one power it is left, so it must be let to take it up.
    assert name == "proxy" or service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"postgres"}))
def test_nothing_is_written_but_to_volumes(name):
    assert SERVICES[name]["read_only"] is True


@pytest.mark.parametrize("name", LASTING)
def test_each_is_asked_whether_it_is_well(name):
    probe = SERVICES[name]["healthcheck"]

    assert probe["test"][0] in {"CMD", "CMD-SHELL"}
    assert seconds(probe["timeout"]) < seconds(probe["interval"])


@pytest.mark.parametrize("name", LASTING)
def test_each_is_given_time_to_end_and_comes_back(name):
    service = SERVICES[name]

    assert service["init"] is True
    assert seconds(service["stop_grace_period"]) >= 10
    assert service["restart"] == "unless-stopped"


def test_a_worker_may_finish_its_longest_task(settings):
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > settings.CELERY_TASK_TIME_LIMIT


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_has_a_default(name):
    told = SERVICES[name].get("environment", {})
    secret = {key: str(value) for key, value in told.items() if SECRETS.search(key)}

    required = {key: value for key, value in secret.items() if key != "EMAIL_HOST_PASSWORD"}
    assert all(re.fullmatch(r"\$\{\w+:\?[^}]+\}", value) for value in required.values())


def test_only_harmless_settings_have_defaults():
    named = {found for word in words_of(SERVICES) for found in WITH_DEFAULT.findall(word)}

    assert named == {
        "IMAGE",
        "SECRET_KEY_FALLBACKS",
        # Which of these must be set hangs on the transport; the settings refuse without.
        "MAIL_QUIET_HOURS",
        "MAIL_GATHERED_FOR_MINUTES",
        "MAIL_TRANSPORT",
        "NOTIFY_API_KEY",
        "NOTIFY_TEMPLATE_ID",
        "NOTIFY_TEXT_TEMPLATE_ID",
        "NOTIFY_CALLBACK_TOKEN",
        "NOTIFY_REPLY_TO_ID",
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "MAP_TILES",
        "MAP_TILES_CREDIT",
    }


def test_what_must_be_set_stops_the_start_when_it_is_not():
    guarded = re.compile(r"(?<!\$)\$\{\w+:[?-][^}]*\}")

    left = [UNGUARDED.findall(guarded.sub("", word)) for word in words_of(SERVICES)]

    assert [names for names in left if any(names)] == []


@pytest.mark.parametrize("name", OURS)
def test_one_image_is_started_by_its_program_and_no_shell(name):
    command = SERVICES[name].get("command", ["gunicorn"])

    assert SERVICES[name]["build"] == "."
    assert command[0] in {"gunicorn", "celery", "python"}


@pytest.mark.parametrize("name", OURS)
def test_ours_are_told_all_that_the_settings_ask_for(name):
    required = {"SECRET_KEY", "SITE_ADDRESS", "DATABASE_URL", "REDIS_URL", "EMAIL_HOST"}
    required |= {"MAIL_TRANSPORT", "NOTIFY_API_KEY", "NOTIFY_TEMPLATE_ID", "NOTIFY_CALLBACK_TOKEN"}

    told = SERVICES[name]["environment"]

    assert required | {"DEFAULT_FROM_EMAIL", "SUPPORT_EMAIL"} <= told.keys()
    assert told["DJANGO_SETTINGS_MODULE"] == "marketplace.settings.production"


def test_there_is_one_beat():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_on_a_database_that_is_not_migrated(name):
    waits_for = SERVICES[name]["depends_on"]

    assert waits_for["migrate"] == {"condition": "service_completed_successfully"}


def test_only_the_proxy_is_open_to_the_world():
    open_to_all = {
        name
        for name, service in SERVICES.items()
        if any(not port.startswith("127.0.0.1:") for port in service.get("ports", []))
    }

    assert open_to_all == {"proxy"}


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_what_holds_data_reaches_nobody_outside(name):
    assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_the_database_sorts_as_it_does_everywhere():
    told = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()

    assert told[:2] == ["--locale-provider=builtin", "--locale=C.UTF-8"]


def test_the_queue_refuses_rather_than_forgets():
    (_, _, program) = SERVICES["redis"]["command"]

    assert "--maxmemory-policy noeviction" in program
    assert "--appendonly yes" in program
    assert "--requirepass" in program


def test_mail_is_caught_only_in_a_rehearsal():
    assert SERVICES["mail"]["profiles"] == ["rehearsal"]


def test_the_proxy_says_what_it_saw_rather_than_what_it_was_told():
    rules = COMPOSE["configs"]["caddyfile"]["content"]

    assert "header_up X-Forwarded-Proto https" in rules
    assert "header_up X-Forwarded-For {remote_host}" in rules


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - set(OURS)))
def test_an_image_of_others_is_of_a_named_release(name):
    _, _, release = SERVICES[name]["image"].partition(":")

    assert release
    assert release != "latest"


def test_the_image_ends_as_nobody():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    accounts = [line.split()[1] for line in lines if line.startswith("USER ")]

    assert accounts == ["10001:10001"]


def test_the_image_takes_only_what_is_locked_for_production():
    told = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "pip install --no-cache-dir --require-hashes -r prod.txt" in told
    assert "run.txt" not in told
    assert "dev.txt" not in told
