"""The map by keyboard alone, on a phone, with scripts and without: there, nearer, and back."""

import re

import pytest

from tests.browser.sound import Listener
from tests.browser.window import KeyboardWindow

# The least that a target may measure, in pixels (WCAG 2.2, 2.5.8).
LEAST = 24
SIZES = """() => [...document.querySelectorAll(".app-map__mark")].map(mark => {
    const box = mark.getBoundingClientRect()
    return Math.min(box.width, box.height)
})"""
SEVERAL = ".app-map__mark:has(.app-map__many) >> nth=0"
ONE, IN_THE_LIST = ".app-map__mark >> nth=0", ".app-card__title a >> nth=0"


@pytest.mark.parametrize("javascript", [True, False])
def test_by_keyboard_one_comes_from_the_country_to_a_placement(
    visit, demonstration, axe, javascript
):
    page = visit(demonstration, width=320, javascript=javascript)
    listener = Listener(page, demonstration.address)
    window = KeyboardWindow(page, axe if javascript else None)
    window.open("/placements/?near=")

    window.follow("Show these on a map")
    assert min(page.evaluate(SIZES)) >= LEAST
    while page.locator(".app-map__many").count():
        words = page.locator(SEVERAL).get_attribute("aria-label")
        window.press_the(SEVERAL)
        if "at one spot" in words:
            break
        assert min(page.evaluate(SIZES)) >= LEAST
    window.press_the(ONE if page.locator(ONE).count() else IN_THE_LIST)

    assert re.search(r"/placements/[0-9a-f-]{36}/$", page.url)
    assert listener.heard == []


@pytest.mark.parametrize("javascript", [True, False])
def test_by_keyboard_one_skips_the_map_and_is_rid_of_it(visit, demonstration, javascript):
    page = visit(demonstration, width=320, javascript=javascript)
    window = KeyboardWindow(page)
    window.open("/placements/?near=SY1&within=50&map=true#map")

    skip = page.get_by_role("link", name="Skip the map")
    window._reach(skip)
    assert skip.bounding_box()["height"] >= LEAST
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.app-card') !== null")

    window.open("/placements/?near=SY1&within=50&map=true")
    window.follow("Hide the map")
    assert page.locator(".app-map__sheet").count() == 0
    assert page.get_by_role("link", name="Show these on a map").count() == 1


def test_on_paper_stand_the_list_its_filters_and_the_map_and_nothing_to_press(visit, demonstration):
    page = visit(demonstration)
    page.goto("/placements/?near=SY1&within=50&map=true")
    page.emulate_media(media="print")

    for part in (".app-map__sheet", ".app-card", ".app-chips", "text=Printed on"):
        assert page.locator(part).first.is_visible(), part
    pressed = "button, select, input, .app-header, .app-footer, .govuk-pagination"
    assert page.locator(pressed).filter(visible=True).count() == 0
    for gone in ("Hide the map", "Look wider", "Link to this search", "Clear all filters"):
        assert not page.get_by_text(gone).first.is_visible(), gone
