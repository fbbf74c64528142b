"""Saved searches and unmet demand: every page looked at, and both journeys from end to end."""

import json
import re

import pytest

from tests.browser.sound import is_sound
from tests.stack import stack

SCENE = "from tests.browser import search_scenes; search_scenes.set_scene()"


@pytest.fixture(scope="module")
def site(chromium):
    with stack("web") as running:
        yield running


@pytest.fixture(scope="module")
def scene(site):
    return json.loads(site.manage("shell", "-v0", "-c", SCENE).strip().splitlines()[-1])


@pytest.mark.parametrize(
    ("who", "name"),
    [
        *(("leader", "found"), ("leader", "told"), ("newcomer", "told")),
        *(("leader", "save"), ("leader", "saved"), ("newcomer", "saved"), ("leader", "change")),
        *(("newcomer", "tell"), ("leader", "needs"), ("newcomer", "needs")),
        *(("broker", "demand"), ("broker", "needs-at-desk"), ("national", "demand")),
        *((None, "stop"), (None, "renew"), (None, "spent")),
    ],
)
def test_each_page_is_sound(come, scene, axe, who, name):
    page = come(who)

    page.goto(scene["pages"][name])

    is_sound(page, axe)


@pytest.mark.parametrize(
    ("name", "box", "button"),
    [("save", "#id_name", "Save"), ("tell", "#id_places", "Tell the hub we need this")],
)
def test_each_form_is_sound_when_refused(come, scene, axe, name, box, button):
    page = come("newcomer")
    page.goto(scene["pages"][name])
    page.locator(box).fill("")

    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    is_sound(page, axe)


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_not_found_reaches_the_broker(come, javascript, site):
    wanted = "near=SY1&kind=t_level&year_group=12" if javascript else "near=SY1&kind=talk"
    school = come("newcomer", javascript=javascript)
    school.goto(f"/placements/?{wanted}")
    school.get_by_label("How many places do you need?").fill("7")
    press(school, "Tell the hub we need this")
    assert "The Careers Hub can see now that you need this." in school.locator("main").inner_text()

    broker = come("broker", javascript=javascript)
    broker.goto("/dashboard/")
    follow(broker, re.compile("schools? told you of"))
    need = broker.locator("article", has_text="7 places for").filter(has_text="New").first
    with broker.expect_navigation():
        need.get_by_role("button", name=re.compile("^We have read this")).click()

    school.goto(f"/placements/?{wanted}")
    assert "The hub read it on" in school.locator("main").inner_text()
    press(school, "Take it back")
    assert "Taken back." in school.locator("main").inner_text()


SOMETHING_NEW = """
from datetime import timedelta
from accounts import clock, postman
from placements import search_news
from tests.factories import SlotFactory
SlotFactory(placement__sector="legal_finance_accounting", placement__title="A day in court",
    placement__published_at=clock.now() + timedelta(hours=1))
with clock.as_of(clock.now() + timedelta(days=8)):
    search_news.look_for_all()
    postman.deliver_due()
"""


@pytest.mark.parametrize("javascript", [True, False])
def test_a_saved_search_brings_a_mail_that_is_stopped_without_signing_in(come, site, javascript):
    name = f"Law, {'with' if javascript else 'without'} scripts"
    school = come("newcomer", javascript=javascript)
    school.goto(
        f"/placements/?near=&sector=legal_finance_accounting&kind=week_placement&year_group={11 if javascript else 12}"
    )
    follow(school, "Save this search")
    school.get_by_label("Name of this search").fill(name)
    school.get_by_label("Every day").check()
    press(school, "Save")
    assert name in school.locator("main").inner_text()

    site.manage("shell", "-v0", "-c", SOMETHING_NEW)
    anybody = come(None, javascript=javascript)
    [text] = site.sql("SELECT text FROM accounts_sentmail WHERE text LIKE %s", f"%{name}%")[0]
    assert "A day in court" in text
    anybody.goto(re.search(r"http\S+/saved-searches/stop/\S+", text)[0])
    press(anybody, "Stop these emails")

    assert anybody.locator("h1").inner_text() == "Emails stopped"
    school.goto("/saved-searches/")
    saved = school.locator("article", has_text=name).inner_text()
    assert "We do not write about this search." in saved


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()
