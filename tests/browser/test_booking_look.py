"""Every page of booking, in each of its states: axe finds nothing, and it fits a phone."""

import json

import pytest

from placements.states import BookingState
from tests.stack import stack

DESK, PHONE = (1280, 900), (320, 900)
A4_BETWEEN_ITS_MARGINS = {"width": 718, "height": 1047}


@pytest.fixture(scope="module")
def site(chromium):
    with stack("web") as running:
        yield running


@pytest.fixture(scope="module")
def scene(site):
    script = "from tests.browser import booking_scenes; booking_scenes.set_scene()"
    return json.loads(site.manage("shell", "-v0", "-c", script).strip().splitlines()[-1])


@pytest.fixture
def look(visit, site, scene, axe):
    """`look(who, address)`: the page, which is as it should be on a desk and on a phone."""

    def at(who, address):
        page = visit(site)
        if who:
            session = {"name": "sessionid", "value": scene["sessions"][who], "url": site.address}
            page.context.add_cookies([session])
        page.goto(address)
        is_sound(page, axe)
        return page

    return at


def is_sound(page, axe):
    assert page.locator("h1").count() == 1
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("state", [state.value for state in BookingState])
@pytest.mark.parametrize("who", ["leader", "host"])
def test_a_booking_is_sound_for_both_sides_in_each_state(look, scene, who, state):
    look(who, scene["states"][state])


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("newcomer", "book"),
        ("newcomer", "book-at-once"),
        ("newcomer", "full"),
        ("leader", "full"),
        ("leader", "bookings"),
        ("host", "bookings"),
        ("newcomer", "bookings"),
        ("idle", "bookings"),
        ("leader", "paper"),
        ("idle", "paper"),
        ("leader", "sent"),
        (None, "answer"),
        (None, "spent"),
        (None, "answered"),
    ],
)
def test_each_page_of_booking_is_sound(look, scene, who, name):
    look(who, scene["pages"][name])


@pytest.mark.parametrize(
    ("who", "name", "button"),
    [
        ("newcomer", "book", "Ask for these places"),
        ("host", "accept", "Accept"),
        ("host", "decline", "Decline"),
        ("host", "cancel", "Cancel the booking"),
        (None, "answer", "Decline"),
    ],
)
def test_each_form_of_booking_is_sound_empty_and_refused(look, scene, axe, who, name, button):
    page = look(who, scene["pages"][name])
    for box in page.locator("main input[type=text]").all():
        box.fill("")

    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    is_sound(page, axe)


def test_paper_cuts_nothing_off(look, scene):
    page = look("leader", scene["pages"]["paper"])
    page.set_viewport_size(A4_BETWEEN_ITS_MARGINS)
    page.emulate_media(media="print")

    assert page.evaluate("document.documentElement.scrollWidth") <= A4_BETWEEN_ITS_MARGINS["width"]


def test_a_school_books_by_keyboard_alone(look, scene):
    page = look("newcomer", scene["pages"]["book"])
    page.locator("#id_places").focus()
    page.keyboard.type("2")
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.name || document.activeElement.innerText")
        if focused == "year_group":
            page.keyboard.press("Space")
        if "Ask for these places" in focused:
            break

    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.locator("h1").inner_text() == "Request sent"


def test_the_host_accepts_from_the_mail_without_javascript(visit, site, scene):
    page = visit(site, javascript=False)
    page.goto(scene["pages"]["answer"])

    with page.expect_navigation():
        page.get_by_role("button", name="Accept", exact=True).click()

    assert "You have accepted 2 places." in page.locator("main").inner_text()
