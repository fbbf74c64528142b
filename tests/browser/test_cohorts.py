"""A cohort of 180 booked over 12 dates, as a careers leader does it."""

import json

import pytest

from tests.browser.sound import is_sound
from tests.stack import stack

SCENES = "from tests.browser import cohort_scenes as scenes; "


@pytest.fixture(scope="module")
def site(chromium):
    with stack("web") as running:
        yield running


@pytest.fixture(scope="module")
def scene(site):
    printed = site.manage("shell", "-v0", "-c", SCENES + "scenes.set_scene()")
    return json.loads(printed.strip().splitlines()[-1])


def press(page, name, role="button"):
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).click()


def words(page):
    return page.locator("main").inner_text()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_cohort_of_180_is_booked_over_12_dates(come, site, scene, axe, javascript):
    page = come("with" if javascript else "without", javascript=javascript)
    page.goto("/shortlist/")
    with page.expect_navigation():
        page.get_by_role("button", name="Book for a whole cohort").click()
    page.get_by_text("Fill in the numbers for me").click()
    page.get_by_label("How many students are still without a place?").fill("180")
    press(page, "Share out the places")
    numbers = page.locator(".app-lines input")
    assert [one.input_value() for one in numbers.all()] == ["15"] * 12

    page.get_by_label("What do you call this cohort?").fill("Year 10, summer")
    page.get_by_label("Year 10").check()
    numbers.last.fill("16")
    press(page, "Book these places")

    assert "One school can have at most 15" in words(page)
    assert numbers.last.input_value() == "16"
    if javascript:
        is_sound(page, axe)
    numbers.last.fill("15")
    press(page, "Book these places")

    assert "45 of 180 students have a place." in words(page)
    figures = page.locator(".app-figure").all_inner_texts()
    assert [one.split()[0] for one in figures] == ["45", "135", "0"]
    assert page.get_by_role("table", name="Booked and asked for").locator("tbody tr").count() == 12
