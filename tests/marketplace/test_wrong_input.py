"""Whatever is wrong in a form is said beside its field, is shown again, and changes nothing.

Nothing here is written for one form: the routes come from the resolver, the forms and
their fields from the pages, and each field gets every wrong thing of its kind. By default
a few of them, always the same; with WEX_FULL=1 all.
"""

from contextlib import contextmanager
from urllib.parse import quote_plus, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import resolve

from tests.marketplace import doors, fingerprint, forms_on_pages
from tests.marketplace.access import branches
from tests.marketplace.wrong_values import ALL, MARKER, as_text, some_of, wrong_for

pytestmark = pytest.mark.django_db

# Which of the two was wrong is nobody's business.
SAID_OF_THE_WHOLE = {"accounts:sign-in", "account_login"}
ROUTES = doors.routes()
FORMED = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def here(django_db_setup, django_db_blocker, texts_are_sent):
    """One marketplace for the whole module; what a test does to it is taken back."""
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        # A test may be kept waiting for longer than a page's visitor would be.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield doors.world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def every_door(here):
    return doors.doors(here)


@pytest.fixture(scope="module")
def forms(every_door):
    """Every form there is, by the route that it leads to: its door, its browser and itself."""
    found = {}
    for door in (door for several in every_door.values() for door in several):
        browser = door.opened()
        answer = browser.get(door.address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        for form in forms_on_pages.read(answer).forms:
            action = form.action or door.address
            route = resolve(urlsplit(action).path).view_name
            names = (route, form.method, *sorted(form.fields))
            if ALL or names not in {known for known, *_ in found.get(route, [])}:
                found.setdefault(route, []).append((names, door, browser, form))
    return found


def test_every_route_has_a_door(every_door):
    assert set(every_door) == set(ROUTES)


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_whatever_is_wrong_in_a_form_is_said_beside_its_field_and_changes_nothing(
    here, forms, route
):
    faults = []
    for _, door, browser, form in forms.get(route, []):
        sending = Sending(door, browser, form)
        faults += [f"{door.address} {fault}" for fault in sending.faults(here.strangers)]

    assert faults == []


class Sending:
    """One form, filled in well, and sent with one thing wrong after another."""

    def __init__(self, door, browser, form):
        self.door, self.browser, self.form = door, browser, form
        self.route = resolve(urlsplit(form.action or door.address).path).view_name
        self.cookies = browser.cookies.copy()
        self.good = {one.name: filled_in(one, self.route) for one in form.fields.values()}
        self.asks_only = form.method == "get"
        self.before = fingerprint.taken()

    def faults(self, strangers):
        # A filter takes numbers, not identifiers.
        others = {} if self.asks_only else strangers
        yield from self.of_what_is_right()
        for one in self.form.fields.values():
            if one.name == "csrfmiddlewaretoken":
                continue
            for wrong in some_of(wrong_for(one, others), f"{self.route} {one.name}"):
                for fault in self.of_what_is_wrong(one, wrong):
                    yield f"{one.name}, {wrong.kind}: {fault}"

    def of_what_is_right(self):
        with self.sent(self.pairs()) as answer:
            if isinstance(answer, str):
                yield answer
            elif answer.refused:
                yield f"refuses what is right: {answer.told()}"

    def of_what_is_wrong(self, one, wrong):
        with self.sent(self.pairs({one.name: wrong.pairs})) as answer:
            if isinstance(answer, str):
                yield answer
                return
            if answer.reflects_markup():
                yield "markup is shown unescaped"
            if not answer.refused:
                if not wrong.may_pass and not self.may_be_overlooked(one, wrong):
                    yield f"is accepted: {answer.told()[:200]}"
                return
            if changed := fingerprint.difference(self.before, fingerprint.taken()):
                yield f"is refused and yet changes {changed}"
            yield from answer.faults_of_page(one, self.form, {**self.good, one.name: wrong.pairs})

    def may_be_overlooked(self, one, wrong):
        """A filter that is left empty, or whose choice is none, is one that is not chosen."""
        return self.asks_only and (wrong.is_empty or bool(one.choices))

    def pairs(self, wrong=()):
        if "code" in self.good and self.route.startswith("mfa_"):
            # A phone shows another one every half a minute.
            self.good["code"] = (("code", doors.code_now(self.browser)),)
        filled = [pair for pairs in {**self.good, **dict(wrong)}.values() for pair in pairs]
        return filled + self.form.pressed

    @contextmanager
    def sent(self, pairs):
        cache.clear()
        self.browser.cookies = self.cookies.copy()
        path, body = self.form.action or self.door.address, encoded(pairs)
        with taken_back():
            try:
                if self.form.method == "post":
                    answer = self.browser.generic("POST", path, body, content_type=FORMED)
                else:
                    answer = self.browser.get(f"{urlsplit(path).path}?{body}")
                yield Answer(answer, self.browser, self.route)
            except Exception as broken:
                yield f"breaks: {type(broken).__name__} {str(broken)[:200]}"


class Answer:
    def __init__(self, answer, browser, route):
        self.status, self.route = answer.status_code, route
        if self.status == 302:
            answer = browser.get(answer.url)
        self.html = answer.content.decode()
        self.page = forms_on_pages.read(answer)
        self.refused = (
            self.status >= 400
            or self.page.summary is not None
            or "app-banner--refusal" in self.html
        )

    def told(self):
        words = "".join(
            "".join(one.text) for one in self.page.elements if "govuk-error-summary" in one.classes
        )
        return f"{self.status} {' '.join(words.split())}"

    def reflects_markup(self):
        return f"<script>{MARKER}" in self.html or f"onerror={MARKER}>" in self.html

    def faults_of_page(self, one, form, typed):
        page = self.page
        if self.status not in (200, 400, 422):
            yield f"answers {self.status}"
            return
        if not page.summary:
            yield "has no summary of errors"
            return
        if not page.title.startswith("Error: "):
            yield f"is titled {page.title}"
        if lost := [link for link in page.summary if link.removeprefix("#") not in page.ids]:
            yield f"its summary leads to {lost}, which is not there"
        groups = [group for group in page.groups if group["error"]]
        if self.route in SAID_OF_THE_WHOLE and not groups:
            return
        beside = [group for group in groups if group["names"] & {*one.names, one.name}]
        if not beside:
            yield f"no error beside it: {self.told()[:200]}"
        elif not any(
            link.removeprefix("#") in group["ids"] for link in page.summary for group in beside
        ):
            yield "its summary does not lead to it"
        yield from self.faults_of_what_is_shown_again(form, typed)

    def faults_of_what_is_shown_again(self, form, typed):
        shown = max(self.page.forms, key=lambda one: len(set(one.fields) & set(form.fields)))
        for name, pairs in typed.items():
            if (one := shown.fields.get(name)) is None:
                yield f"{name} is gone"
            elif one.kind == "password" and any(one.values):
                yield f"shows the password {name}"
            # A browser fills in no file.
            elif one.kind not in ("hidden", "password", "file"):
                again, wanted = held(one, [as_text(value) for _, value in pairs])
                if again != wanted:
                    yield f"{name} is shown as {str(again)[:80]} instead of {str(wanted)[:80]}"


def held(one, typed):
    """What the field shows, and what of the typed it can show."""
    if one.kind == "date":
        # A whole day stands in the boxes, read or not.
        return ([], []) if len(typed) < len(one.values) else (one.values, stripped(typed))
    if one.kind != "checkbox":
        typed = typed[-1:]
    if one.choices:
        typed = [value for value in typed if value in one.choices]
        return [value for value in one.values if value in typed], typed
    return (stripped(one.values), stripped(typed)) if typed else ([], [])


def stripped(values):
    return [value.strip() for value in values]


def encoded(pairs):
    return "&".join(f"{quote_plus(name)}={quote_plus(as_bytes(value))}" for name, value in pairs)


def as_bytes(value):
    return value if isinstance(value, bytes) else value.encode(errors="surrogatepass")


GOOD = {
    "accounts:texts number": "07400 123456",
    "ratings:reflect-code code": doors.CODE,
    # Booking is open to all there.
    "placements:prioritise early_days": "0",
    # A number is kept there, and so no share.
    "placements:prioritise share": "",
    "placements:opening at": "10am",
    "postcode": "SY1 1AA",
    "code": "E06000052",
    "website": "https://bakery.example.org",
    "students_came": "1",
    "near": "SY1 1AA",
    # No fewer than schools have booked there.
    "most_a_day": "900",
    "pounds": "25",
    "starts_at": "9am",
    "ends_at": "3:30pm",
    "placements:add-sites rows": branches(),
    "accounts:sign-in email": "host@example.org",
    "account_login email": "host@example.org",
}

# Days before booking closes.
SOON = ("placements:prioritise until", "placements:opening day")
# Dates of what has happened already: a check yesterday, a paper since the booking was asked for.
HAS_BEEN = {"signed_on": 0, "checked_on": -1}


def filled_in(one, route):
    """The field as somebody fills it in who means well."""
    if one.kind == "date":
        values = one.values
        if not any(values):
            days = 20 if f"{route} {one.name}" in SOON else 100
            day = doors.days_ahead(HAS_BEEN.get(one.name, days))
            values = [str(day.day), str(day.month), str(day.year)]
        return tuple(zip(one.names, values, strict=True))
    if values := [value for value in one.values if value]:
        return tuple((one.name, value) for value in values)
    if one.kind == "hidden":
        return ((one.name, ""),)
    return ((one.name, good_value(one, route)),)


def good_value(one, route):
    known = GOOD.get(f"{route} {one.name}", GOOD.get(one.name))
    if known is not None:
        return known
    if one.kind in ("radio", "select", "checkbox"):
        return next(choice for choice in one.choices if choice)
    return {"email": "somebody@example.org", "number": "1", "password": doors.PASSWORD}.get(
        one.kind, "Some words"
    )


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
