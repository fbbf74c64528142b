"""Unsubscribe works without signing in: from the mail to the account, with scripts and without."""

import json
import re

import pytest

from tests.browser.sound import is_sound
from tests.stack import stack

# A reader with scripts and one without, and what each is written to about.
SCENE = """
import json
from tests.factories import DebriefFactory, HostFactory
from tests.faults.crowd import signed_in
hosts = HostFactory.create_batch(2)
about = [[debrief.pk for debrief in DebriefFactory.create_batch(3)] for _ in hosts]
print(json.dumps([
    {"address": host.user.email, "session": signed_in(host.user), "about": some}
    for host, some in zip(hosts, about)
]))
"""
OWE = """
from accounts import outbox, postman
from accounts.models import User
from ratings.models import Debrief
reader, debrief = User.objects.get(email="%s"), Debrief.objects.get(pk=%s)
message = outbox.post("debrief_written", to=reader, about=debrief)
postman.deliver_due()
message.refresh_from_db()
print(message.state)
"""


@pytest.fixture(scope="module")
def site(chromium):
    with stack("web") as running:
        yield running


@pytest.fixture(scope="module")
def readers(site):
    return json.loads(told(site, SCENE))


def told(site, script):
    return site.manage("shell", "-v0", "-c", script).strip().splitlines()[-1]


@pytest.mark.parametrize("javascript", [True, False])
def test_unsubscribe_works_without_signing_in(visit, site, readers, axe, javascript):
    reader = readers[javascript]
    axe = axe if javascript else None

    def what_becomes_of_the_next():
        return told(site, OWE % (reader["address"], reader["about"].pop()))

    assert what_becomes_of_the_next() == "sent"
    [text] = site.sql('SELECT text FROM accounts_sentmail WHERE "to" = %s', reader["address"])[0]
    link = re.search(r"Stop such emails, without signing in: (http\S+)", text)[1]

    anybody = visit(site, javascript=javascript)
    assert looked_at(anybody, link, axe) == "Stop these emails"
    press(anybody, "Stop these emails")
    assert anybody.locator("h1").inner_text() == "These emails have been stopped"
    assert looked_at(anybody, link, axe) == "This link no longer works"
    assert what_becomes_of_the_next() == "cancelled"

    cookie = {"name": "sessionid", "value": reader["session"], "url": site.address}
    anybody.context.add_cookies([cookie])
    anybody.goto("/account/")
    with anybody.expect_navigation():
        anybody.get_by_role("link", name="Choose what we write to you about").click()
    box = anybody.get_by_label("A side writes how it went")
    assert not box.is_checked()
    box.check()
    press(anybody, "Save")
    assert what_becomes_of_the_next() == "sent"


def looked_at(page, link, axe):
    page.goto(link)
    if axe:
        is_sound(page, axe)
    return page.locator("h1").inner_text()


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
