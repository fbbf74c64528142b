"""Every page, in each of its states: axe finds nothing, and it fits a phone.

The table is tests/browser/looks.py; what "sound" means is tests/browser/sound.py. With
WEX_PICTURES=folder each page is also kept there as a picture, wide and narrow.
"""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.browser import looks
from tests.browser.looks import BUTTONS, LOOKS, NO_PAGES
from tests.browser.sound import is_sound
from tests.browser.visiting import address, keep_pictures, send

FOCUSED = "document.activeElement.className.split(' ')[0]"


@pytest.fixture(scope="session")
def titles(tmp_path_factory):
    """A folder that every process of the run sees, with a file for each route's title."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "titles"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize(("route", "look"), list(looks.every_look()), ids=str)
def test_a_page_is_sound(arrive, scene, axe, titles, route, look):
    page, listener = arrive(look.who)
    answer = page.goto(address(scene, route, look.of, look.ask))
    if look.sent:
        answer = send(page, look.press, look.typed)
        if look.status == 200:
            assert page.title().startswith("Error: ")
            assert page.evaluate(FOCUSED) == "govuk-error-summary"

    keep_pictures(page, f"{route} {look}")
    assert answer.status == look.status
    filled = look.status == 200 and not look.sent
    html = answer.text() if route not in looks.WITH_STYLE_WITHIN else ""
    is_sound(page, axe, html, filled=filled)
    assert listener.heard == []
    if filled:
        belongs_to_one_route(page, titles)


def belongs_to_one_route(page, folder):
    """The title tells apart what a person met: where they were led, not where they asked to go."""
    called = page.title().removesuffix(" - Work Experience Marketplace").replace("/", " ")
    route = resolve(urlsplit(page.url).path).view_name
    (folder / f"{called}|{looks.SAME_PAGES.get(route, route)}").touch()
    named_so = [file.name for file in folder.iterdir() if file.name.startswith(f"{called}|")]
    assert len(named_so) == 1, named_so


def test_every_route_has_its_row():
    assert looks.routes() == set(LOOKS) | set(BUTTONS) | NO_PAGES


def test_whoever_comes_to_a_buttons_address_is_told_so(arrive, scene, axe):
    page, _ = arrive("host")
    answers = {route: page.request.get(address(scene, route, of)) for route, of in BUTTONS.items()}
    answer = page.goto(address(scene, "placements:pause-listing", "published"))

    assert {answer.status for answer in answers.values()} == {405}
    assert [route for route, told in answers.items() if "Nothing was done" not in told.text()] == []
    is_sound(page, axe, answer.text())
