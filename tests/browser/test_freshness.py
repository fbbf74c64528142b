"""Are these listings still right? As a provider answers, and how each page looks."""

import json
import re

import pytest

from tests.browser.sound import is_sound
from tests.stack import stack


@pytest.fixture(scope="module")
def site(chromium):
    with stack("web") as running:
        yield running


@pytest.fixture(scope="module")
def scene(site):
    script = "from tests.browser import freshness_scenes; freshness_scenes.set_scene()"
    return json.loads(site.manage("shell", "-v0", "-c", script).strip().splitlines()[-1])


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def words(page):
    return page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("looks", "due"),
        ("chooses", "due"),
        ("looks", "listings"),
        ("looks", "paused"),
        (None, "spent"),
        (None, "thanks"),
    ],
)
def test_each_page_of_confirming_is_sound(come, scene, axe, who, name):
    page = come(who)
    page.goto(scene["pages"][name])

    is_sound(page, axe)


def test_the_page_behind_the_link_is_sound(come, scene, axe):
    page = come()
    page.goto(scene["links"]["looks"])

    is_sound(page, axe)


@pytest.mark.parametrize(("who", "javascript"), [("clicks", True), ("clicks_plain", False)])
def test_one_click_from_the_mail_confirms_all(come, scene, who, javascript):
    page = come(javascript=javascript)
    page.goto(scene["links"][who])

    press(page, "All still right")

    assert "Thank you" in words(page)
    assert "You have confirmed 3 listings." in page.locator("body").inner_text()
    assert page.goto(scene["links"][who]).status == 410
    assert "There is nothing left to answer here" in words(page)


def test_signed_in_each_is_answered_for_itself(come, scene):
    page = come("signs_in")
    page.goto(scene["pages"]["listings"])
    with page.expect_navigation():
        page.get_by_role("link", name="Say whether 3 listings are still right").click()

    press(page, "Still right for Bake bread")
    press(page, "Pause Bake cakes")
    assert "Bake cakes is paused." in page.locator("body").inner_text()
    press(page, re.compile("^Still right"))

    assert "Your listings" in page.title()
    assert "are still right" not in words(page)


def test_where_it_is_over_at_one_workplace_that_is_chosen_without_a_script(come, scene, axe):
    page = come("chooses", javascript=False)
    page.goto(scene["pages"]["due"])
    assert "At 3 workplaces" in words(page)
    page.get_by_text("It is over at some of them").click()

    press(page, "Pause these, the others are still right for Bake bread")
    assert "Choose the workplaces at which it is over" in words(page)
    page.get_by_role("checkbox").first.check()
    press(page, "Pause these, the others are still right for Bake bread")

    told = page.locator("body").inner_text()
    assert "Bake bread is paused at 1 workplace. Bookings stand." in told
    assert "You have confirmed 2 listings." in told
