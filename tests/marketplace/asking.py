"""Asking one address as one person, and judging the answer by the table."""

import json
import os
import re
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from random import Random
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from allauth.account.models import Login
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection, transaction
from django.http.cookie import SimpleCookie
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.http import CHOSEN
from accounts.models import User
from marketplace.sessions import BEGAN, SEEN
from placements import calendar_feeds
from tests.factories import CareersLeaderFactory
from tests.marketplace.access import (
    ABSENT,
    ANYBODY,
    BAKERY,
    IN,
    IN_VAIN,
    NO_TOKEN,
    NOT_ANSWERED,
    PASSWORD,
    SIGN_IN,
    SPENT,
    WORKPLACE,
    Row,
)
from tests.marketplace.cast import (
    BY_LINK,
    CLIENTS,
    HUSH,
    IN_THE_CONSOLE,
    ORGANISATIONS,
    ORGANISED,
    PEOPLE,
    READERS,
    SECRET,
    Thing,
)

FULL = os.environ.get("WEX_FULL") == "1"
UNSAFE = ("PUT", "PATCH", "DELETE")
# However long the asking takes, nobody's password is forgotten meanwhile.
AN_HOUR = 3600
WRITES = ("INSERT", "UPDATE", "DELETE")
# One statement may take a row and write another.
WRITES_WITHIN = re.compile(r"^\s*WITH\b.*\b(INSERT INTO|UPDATE \S+ SET|DELETE FROM)\b", re.DOTALL)
ASKS_TO_SIGN_IN = ("/sign-in/", "/admin/login/")
# What differs between two answers that say the same.
CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|"request_id": ?"[^"]*"')


def writes(statement):
    return statement.startswith(WRITES) or WRITES_WITHIN.match(statement) is not None


@dataclass(frozen=True, eq=False)
class Cell:
    """One question: this row's address, this thing in it, this person, this method."""

    row: Row
    person: str
    method: str
    state: str = ""

    def __str__(self):
        return f"{self.person}: {self.method} {self.row} {self.state}".rstrip()


@dataclass
class Answer:
    address: str
    got: object
    status: int
    body: bytes
    wrote: list
    read: set = field(default_factory=set)


def cells_of(row, cast):
    """Everything that is asked of a row.

    In the state in which it succeeds: every kind of person. In every other state of its
    things: one of each kind of organisation, in the way that would do most; or, where time is
    short, a few of those, always the same, among them one for each answer that the row gives.
    """
    family, _, best = row.of.partition(":")
    states = list(cast.things[family]) if family else [""]
    best = best or states[0]
    for method in ("GET", "POST", *(UNSAFE if row.route.startswith("api") else ())):
        yield from (Cell(row, person, method, best) for person in who_asks(row, method))
    elsewhere = [
        Cell(row, person, way_in(row, person), state)
        for state in states
        if state != best
        for person in (*ORGANISATIONS, *platforms_of(row))
    ]
    yield from elsewhere if FULL else a_few(elsewhere, row)


def a_few(cells, row):
    mixed = Random(str(row)).sample(cells, len(cells))
    rule = row.post or row.get
    one_of_each = {rule[cell.person]: cell for cell in reversed(mixed)}.values()
    return list(dict.fromkeys([*one_of_each, *mixed[:3]]))


def who_asks(row, method):
    """Everybody; of those who belong to one organisation its lead, where roles do not matter.

    A method that the address does not answer is tried by one of each who get the same; and
    where time is short a form is looked at by those alone, and by one of each organisation.
    """
    rule = {"GET": row.get, "POST": row.post}.get(method)
    if rule is None:
        return one_of_each(row.get or row.post)
    if method == "GET" and row.post and not FULL:
        return sorted({*one_of_each(rule), *(one for one in ORGANISATIONS if rule[one] == IN)})
    alike = {
        person
        for group in ORGANISED
        for person in group[1:]
        if len({rule[one] for one in group}) == 1 and (rule is ANYBODY or rule[person] != IN)
    }
    return [person for person in rule if person not in alike]


def one_of_each(rule):
    return sorted({rule[person]: person for person in reversed(rule)}.values())


def platforms_of(row):
    """Who asks by token, where that opens anything."""
    return [one for one in CLIENTS if one in (row.post or row.get)]


def way_in(row, person):
    """Strangers try to do it; whoever is let in only looks, where there is something to see."""
    rule = row.post or row.get
    looks = row.get and rule[person] in (IN, IN_VAIN)
    return "POST" if row.post and not looks else "GET"


class Asker:
    """Asks as anybody, and leaves nothing behind."""

    def __init__(self, cast):
        self.cast = cast
        self.client = Client(raise_request_exception=False)
        self.sessions = {person: kept_by(cast.user(person)) for person in PEOPLE}
        self.keys = {person: stored(kept) for person, kept in self.sessions.items() if kept}
        self.forget()

    def forget(self):
        """That is, what was answered to questions about nothing."""
        self.absent, self.nothings = {}, defaultdict(set)

    def complaint(self, cell):
        """What is wrong with the answer to this question; nothing, if it is as it should be."""
        thing = self.thing(cell)
        answer = self.ask(cell, thing)
        wrong = "; ".join(faults(self, cell, answer))
        return wrong and f"{cell}: {wrong}"

    def read(self, cell):
        """The words that are somebody's business and stand in the answer."""
        return self.ask(cell, self.thing(cell)).read

    def thing(self, cell):
        family, _, _ = cell.row.of.partition(":")
        return self.cast.things[family][cell.state] if family else Thing()

    def ask(self, cell, thing):
        cache.clear()
        with transaction.atomic(), ExitStack() as around:
            wrote = []
            cookie = self.cookie(cell)
            sent = self.sent(cell, thing)
            around.enter_context(connection.execute_wrapper(noting(wrote)))
            address = address_of(cell, thing)
            response = self.request(cell, address, cookie, sent)
            body = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        told = body + response.headers.get("Location", "").encode()
        return Answer(
            escape(address), outcome(response), response.status_code, body, wrote, words_in(told)
        )

    def request(self, cell, address, cookie, sent):
        self.client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: cookie} if cookie else {})
        written, kind = json.dumps, "application/json"
        if not cell.row.route.startswith("api"):
            written, kind = partial(urlencode, doseq=True), "application/x-www-form-urlencoded"
        return self.client.generic(
            cell.method,
            address,
            written(sent) if cell.method == "POST" else "",
            content_type=kind,
            headers=self.headers(cell),
        )

    def headers(self, cell):
        """A platform's token, and a key that it never used before."""
        if cell.person not in CLIENTS:
            return None
        token = self.cast.tokens[cell.person]
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}

    def sent(self, cell, thing):
        sends = cell.row.sends
        return sends(self.cast, cell.person, thing) if callable(sends) else sends

    def cookie(self, cell):
        """The browser's session, with what the row says that it has done before."""
        holding, kept = cell.row.holding, self.sessions.get(cell.person, {})
        if not holding:
            return self.keys.get(cell.person, "")
        user = self.cast.user(cell.person)
        return stored({**kept, **self.held(holding, user)})

    def held(self, holding, user):
        if holding in self.cast.links:
            return self.cast.links[holding]
        if holding == "shortlist":
            return {"shortlist": [str(self.cast.things["shortlisted"]["published"].row.pk)]}
        return PREPARED[holding](user) if user or holding in WITHOUT_A_USER else {}

    def to_nothing(self, cell, thing):
        """The answer to the same question about something that does not exist."""
        key = (cell.row, cell.person, cell.method)
        if key not in self.absent:
            self.absent[key] = alike(self.ask(cell, thing.absent))
        return self.absent[key]

    def knows_nothing_of_it(self, cell, thing, answer):
        """Whether it is answered as if it did not exist.

        Where time is short, as anything that does not exist is answered there or elsewhere.
        """
        told, heard = alike(answer), self.nothings[cell.person, cell.method]
        if told in heard and not FULL:
            return True
        heard.add(self.to_nothing(cell, thing))
        return told == self.to_nothing(cell, thing)


def address_of(cell, thing):
    address = reverse(cell.row.route, kwargs={**thing.address, **cell.row.at})
    query = thing.query or cell.row.query
    return f"{address}?{query}" if query else address


def faults(asker, cell, answer):
    """All that is wrong with an answer."""
    expected = expectation(cell)
    if answer.status >= 500:
        yield f"broke with {answer.status}"
    elif answer.got not in expected:
        yield f"{answer.got} ({answer.status}), and not {' or '.join(map(str, expected))}"
    elif IN not in expected and IN_VAIN not in expected:
        yield from faults_of_a_denial(asker, cell, answer)
    else:
        yield from faults_of_an_answer(cell, answer)


def expectation(cell):
    """The outcomes that would be right."""
    row, person = cell.row, cell.person
    if cell.method == "GET":
        return [plainly(row.get[person])] if row.get else not_answered(row.post[person])
    if cell.method in UNSAFE:
        return not_answered((row.get or row.post)[person])
    if row.post:
        return [plainly(row.post[person])]
    return [plainly(row.get[person]), NOT_ANSWERED]


def plainly(word):
    return IN if word == IN_VAIN else word


def not_answered(word):
    if word == NO_TOKEN:
        return [NO_TOKEN]
    return [SIGN_IN] if word == SIGN_IN else [NOT_ANSWERED, *([ABSENT] if word == ABSENT else [])]


def faults_of_a_denial(asker, cell, answer):
    if told := answer.read - may_read(cell):
        yield f"tells of {sorted(told)}"
    if answer.wrote:
        yield f"writes {answer.wrote[0][:60]}"
    thing = asker.thing(cell)
    names_something = thing.address or thing.query
    hidden = answer.got == ABSENT and names_something
    if hidden and not asker.knows_nothing_of_it(cell, thing, answer):
        yield "is answered otherwise than if it did not exist"


def faults_of_an_answer(cell, answer):
    if told := answer.read - may_read(cell):
        yield f"tells of {sorted(told)}"
    word, people = cell.row.shows
    if cell.person in people and cell.method == "GET" and word not in answer.read:
        yield f"tells nothing of {word}"
    if answer.got == IN and must_succeed(cell):
        judge = {"GET": faults_of_reading, "POST": faults_of_doing}[cell.method]
        yield from judge(cell.row, cell.person, answer)


def faults_of_reading(row, person, answer):
    if row.get and row.get[person] == IN and answer.status not in row.answers:
        yield f"answered {answer.status}"


def faults_of_doing(row, person, answer):
    """Success is known by what was written, and so is a form that was sent in vain."""
    if row.post is None:
        return
    if row.post[person] == IN_VAIN:
        if answer.wrote:
            yield f"writes {answer.wrote[0][:60]}"
    elif answer.status not in row.done:
        yield f"answered {answer.status}"
    elif not (answer.wrote or row.unwritten):
        yield "wrote nothing"


def must_succeed(cell):
    _, _, state = cell.row.of.partition(":")
    return state in ("", cell.state)


def may_read(cell):
    person = CLIENTS.get(cell.person, cell.person)
    readable = {word for word, readers in READERS.items() if person in readers}
    family, _, _ = cell.row.of.partition(":")
    if cell.method == "POST" and cell.row.post and cell.row.post[cell.person] == IN:
        readable |= set(cell.row.passes_on)
    readable |= BY_LINK.get(cell.row.holding or family.removeprefix("link_"), set())
    return readable | (IN_THE_CONSOLE if cell.row.route.startswith("admin:") else set())


def outcome(response):
    if response.status_code in (302, 303):
        path = urlsplit(response.headers["Location"])
        asks = path.path in ASKS_TO_SIGN_IN and "next=" in path.query
        return SIGN_IN if asks else IN
    denied = (NO_TOKEN, 403, ABSENT, NOT_ANSWERED, SPENT)
    return response.status_code if response.status_code in denied else IN


def words_in(body):
    return {found.decode().lower() for found in HUSH.findall(body)}


def alike(answer):
    """What an answer says, whatever was asked for and whichever request it was."""
    body = answer.body.replace(answer.address.encode(), b"...")
    return CHANGING.sub(b"", body)


def noting(wrote):
    def note(execute, sql, params, many, context):
        text = sql if isinstance(sql, str) else sql.as_string()
        if writes(text) and "django_session" not in text:
            wrote.append(text)
        return execute(sql, params, many, context)

    return note


# --- What browsers keep


def kept_by(user):
    """The session of somebody who signed in a moment ago with their password."""
    if user is None:
        return {}
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        "account_authentication_methods": [
            {"method": "password", "at": time.time() + AN_HOUR, "reauthenticated": True}
        ],
        "account_authentication_methods_user": str(user.pk),
        BEGAN: timezone.now().isoformat(),
        SEEN: timezone.now().isoformat(),
    }


def stored(kept):
    session = SessionStore()
    session.update(kept)
    session.create()
    return session.session_key


def with_a_second_factor(user):
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return {}


def with_a_calendar_feed(user):
    calendar_feeds.make(user)
    return {}


def with_a_password(user):
    user.set_password(PASSWORD["password"])
    user.save(update_fields=["password"])
    return {HASH_SESSION_KEY: user.get_session_auth_hash()}


def registering(_):
    return {
        "registering_organisation": urlencode({"kind": "employer", **BAKERY}),
        "registering_workplace": urlencode(WORKPLACE),
    }


def having_answered(_):
    return {"answered_confirm_listing": True}


def acting_for_a_school(user):
    """Whoever acts for the national team on other days."""
    return {CHOSEN: CareersLeaderFactory(user=user).pk}


def half_way_in(_):
    """The password was right, and the code is still to come."""
    user = User.objects.get(email="nobody@example.org")
    with_a_second_factor(user)
    login = Login(user, state={"stages": {"current": "mfa_authenticate"}})
    return {"account_login": login.serialize()}


PREPARED = {
    "second factor": with_a_second_factor,
    "calendar": with_a_calendar_feed,
    "password": with_a_password,
    "registering": registering,
    "answered": having_answered,
    "acting for a school": acting_for_a_school,
    "half way in": half_way_in,
}
WITHOUT_A_USER = ("registering", "answered", "half way in")
