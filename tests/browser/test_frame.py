import pytest
from django.urls import reverse

from tests.browser.sound import CUT_OFF

# Spacing that WCAG 1.4.12 lets a reader set; nothing may be cut off by it.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"""
FOCUSED = """() => {
    const part = document.activeElement, look = getComputedStyle(part)
    const place = [...document.querySelectorAll("*")].indexOf(part)
    return [`${place} ${part.textContent.trim()}`, look.outlineStyle, look.backgroundColor, look.boxShadow]
}"""


@pytest.mark.parametrize("name", ["home", "what-counts"])
def test_a_reader_s_own_spacing_cuts_nothing_off(visit, empty_site, name):
    page = visit(empty_site, width=320)
    page.goto(reverse(name))
    # Through the browser's own door, as a reader's style sheet comes: the policy is for ours.
    page.evaluate(
        "css => document.adoptedStyleSheets.push(new CSSStyleSheet()) && "
        "document.adoptedStyleSheets.at(-1).replaceSync(css)",
        SPACED,
    )

    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_first_key_leads_past_the_header(visit, empty_site):
    page = visit(empty_site)
    page.goto("/about/")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")

    assert first == "Skip to main content"
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_whoever_goes_by_keyboard_sees_where_they_are(visit, empty_site):
    page = visit(empty_site)
    page.goto("/")
    at_rest = page.evaluate(FOCUSED)
    page.keyboard.press("Tab")
    stops = []
    while (stop := page.evaluate(FOCUSED)) not in stops and stop != at_rest and len(stops) < 60:
        stops.append(stop)
        page.keyboard.press("Tab")

    unseen = [
        stop
        for stop in stops
        if stop[1] == "none" and "255, 221, 0" not in stop[2] and "255, 221, 0" not in stop[3]
    ]
    assert len(stops) > 15
    assert unseen == []


def test_the_menu_opens_on_a_phone_and_is_open_without_javascript(visit, empty_site):
    links = ".govuk-service-navigation__list"
    folding = visit(empty_site, width=320)
    folding.goto("/")
    folded = folding.is_visible(links)
    folding.get_by_role("button", name="Menu").click()

    plain = visit(empty_site, width=320, javascript=False)
    plain.goto("/")

    assert not folded
    assert folding.is_visible(links)
    assert plain.is_visible(links)
    assert not plain.get_by_role("button", name="Menu").is_visible()
