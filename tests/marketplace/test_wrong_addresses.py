"""Whatever stands in an address that should not, the answer is a plain no, and nothing changes."""

import json
import re
from urllib.parse import quote, quote_plus
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, models, transaction

from tests.marketplace import doors, fingerprint
from tests.marketplace.wrong_values import CONTROL, MARKER, MARKUP, NOT_UTF8, NUL, TOO_LONG, some_of

pytestmark = pytest.mark.django_db

ROUTES = doors.routes()
PART = re.compile(r"<(\w+):(\w+)>")
WITH_PARTS = sorted(route for route, pattern in ROUTES.items() if PART.search(pattern))
NO = {400, 403, 404, 405, 410, 415}

WRONG_PARTS = {
    "words": "nothing-of-the-kind",
    "nought": "0",
    "below nought": "-1",
    "beyond every number": str(10**30),
    "an identifier of nobody": str(uuid4()),
    "half an identifier": "0f7d6b62-0000",
    "a null character": NUL,
    "markup": "<script>",
    "far too long": "x" * 5000,
    "bytes that are no text": NOT_UTF8,
    "the way up": "..%2f..%2fetc",
}
# Whoever or whatever is asked about is public, or may be written for by any broker.
FOR_ANYBODY = {"placements:provider", "placements:start-for", "ratings:report"}


@pytest.fixture(scope="module")
def here(django_db_setup, django_db_blocker, texts_are_sent):
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield doors.world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def every_door(here):
    return doors.doors(here)


def answers(browser, path):
    """What looking and pressing give, there and then."""
    cache.clear()
    return browser.get(path).status_code, browser.post(path).status_code


def with_part(route, args, which, value):
    """The address with one of its parts replaced by anything, which no resolver would write."""
    parts = iter([*args[:which], value, *args[which + 1 :]])
    sent = (part if isinstance(part, bytes) else str(part).encode() for part in parts)
    path = PART.sub(lambda _: quote(next(sent), safe="%"), ROUTES[route])
    return f"/{path}"


@pytest.mark.parametrize("route", WITH_PARTS)
def test_a_part_of_an_address_that_is_none_leads_nowhere(every_door, route):
    door = every_door[route][0]
    browser, before = door.opened(), fingerprint.taken()

    met = {
        (which, kind): answers(browser, with_part(route, door.args, which, value))
        for which in range(len(door.args))
        for kind, value in some_of(list(WRONG_PARTS.items()), f"{route} {which}")
    }

    assert {key: given for key, given in met.items() if not set(given) <= NO} == {}
    assert fingerprint.difference(before, fingerprint.taken()) == []


@pytest.mark.parametrize("route", sorted(set(WITH_PARTS) - FOR_ANYBODY))
def test_the_identifier_of_somebody_elses_row_leads_nowhere(here, every_door, route):
    door = every_door[route][0]
    if door.who == here.national.user:
        # Every area, hub and desk is the national team's.
        return
    browser, before = door.opened(), fingerprint.taken()

    met = {
        (which, whose): answers(browser, with_part(route, door.args, which, identifier))
        for which, own in enumerate(door.args)
        for whose, identifier in here.strangers.items()
        if type(own) is type(identifier) and not is_a_member_of_ours(here, own, identifier)
    }

    assert {key: given for key, given in met.items() if not set(given) <= NO} == {}
    assert fingerprint.difference(before, fingerprint.taken()) == []


def is_a_member_of_ours(here, own, identifier):
    """The number of a row elsewhere may be a colleague's number by chance."""
    return isinstance(own, int) and identifier not in {
        here.strangers["member"],
        here.strangers["hub member"],
    }


# --- The API, as its own description tells it

DOCUMENT = json.loads((settings.ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [
    (path, parameter)
    for path, operation in DOCUMENT["paths"].items()
    for parameter in operation.get("get", {}).get("parameters", [])
    if parameter["in"] == "query"
]
# Wrong for whatever is not free text.
WRONG_CODES = {
    "words": "nothing-of-the-kind",
    "markup": MARKUP,
    "bytes that are no text": NOT_UTF8,
    "an identifier cut short": "0f7d6b62-0000",
}
WRONG_NUMBERS = {
    "nought": "0",
    "below nought": "-1",
    "a million": "1000000",
    "beyond every number": str(10**30),
    "digits without end": "9" * 5000,
    "not a number": "NaN",
    "infinity": "Infinity",
    "superscript": "\u00b2",
}
WRONG_ANYWHERE = {"a null character": NUL, "control characters": CONTROL, "far too long": TOO_LONG}
# Any code may be some badge's, any words may be looked for, and a cursor is opaque.
FREE = {"q"}
ANY_CODE = {"badge": {"words", "an identifier cut short"}}


def wrong_for(parameter):
    shape = parameter["schema"]
    shape = shape.get("items", shape)
    wrong = dict(WRONG_ANYWHERE)
    if parameter["name"] not in FREE:
        wrong |= WRONG_CODES
    if shape.get("type") in ("integer", "number"):
        wrong |= WRONG_NUMBERS
    for kind in ANY_CODE.get(parameter["name"], ()):
        del wrong[kind]
    return wrong


def asked(client, here, path, query):
    cache.clear()
    about = here.asked if "bookings" in path else here.published
    address = "/api/v1" + path.removeprefix("/api/v1").replace("{id}", str(about.pk))
    return client.get(f"{address}?{query}", headers={"Authorization": f"Bearer {here.token}"})


@pytest.mark.parametrize(
    ("path", "parameter"), OPERATIONS, ids=[f"{path} {one['name']}" for path, one in OPERATIONS]
)
def test_a_parameter_that_makes_no_sense_is_named(client, here, path, parameter):
    name = parameter["name"]

    met = {}
    for kind, value in wrong_for(parameter).items():
        sent = value if isinstance(value, bytes) else value.encode()
        answer = asked(client, here, path, f"{name}={quote_plus(sent)}")
        told = answer.json()
        pointers = {fault["pointer"] for fault in told.get("errors", [])}
        met[kind] = (answer.status_code, answer["Content-Type"], pointers, "code" in told)

    assert met == dict.fromkeys(met, (400, "application/problem+json", {f"/{name}"}, True))


@pytest.mark.parametrize("path", [path for path, one in DOCUMENT["paths"].items() if "get" in one])
def test_a_parameter_that_is_none_is_named(client, here, path):
    answer = asked(client, here, path, "nothing=1&q%00=2")
    told = answer.json()

    assert (answer.status_code, told["code"]) == (400, "unknown_parameter")
    assert "/nothing" in {fault["pointer"] for fault in told["errors"]}


# --- What was once typed, wherever it is shown


def test_markup_that_somebody_typed_is_shown_as_they_typed_it(here, every_door):
    planted = f"<script>{MARKER}</script>"
    with transaction.atomic():
        plant(planted)
        pages = {}
        for door in (door for several in every_door.values() for door in several):
            answer = door.opened().get(door.address)
            if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
                pages[door.address] = answer.content.decode()
        transaction.set_rollback(True)

    assert [address for address, page in pages.items() if planted in page] == []
    assert sum("&lt;script&gt;" in page for page in pages.values()) > len(pages) / 4


def plant(words):
    """Into every text that people write, of every row there is."""
    for model in apps.get_models():
        if model._meta.app_label in doors.OUR_APPS and (fields := texts(model)):
            model.objects.update(**dict.fromkeys(fields, words))


def named_in(expressions):
    """The columns of a constraint over more than columns; a column by itself has no parts."""
    parts = [part for one in expressions for part in getattr(one, "flatten", list)()]
    return [part.name for part in (*expressions, *parts) if isinstance(part, models.F)]


def texts(model):
    """All but those that no two rows may share."""
    alone = {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in (*constraint.fields, *named_in(constraint.expressions))
    }
    return [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.EmailField | models.URLField | models.SlugField)
        and not (field.choices or field.unique or field.name in doors.NOT_WRITTEN | alone)
        and (field.max_length is None or field.max_length >= len("<script></script>" + MARKER))
    ]
