"""A full slot, a place on its waiting list, places that fall free, and an offer taken up."""

import pytest

from tests.browser.sound import is_sound
from tests.browser.visiting import address


@pytest.mark.parametrize(("which", "javascript"), [("one", True), ("two", False)])
def test_a_school_waits_and_gets_the_places_that_another_gives_back(
    arrive, scene, axe, which, javascript
):
    hopes, listener = arrive(f"hopes_{which}", javascript=javascript)
    hopes.goto(address(scene, "placements:placement", f"full_{which}"))
    press(hopes, hopes.get_by_role("link", name="Join the waiting list"))
    hopes.locator("#id_places").fill("2")
    hopes.get_by_label("Year 10").check()
    press(hopes, hopes.get_by_role("button", name="Join the waiting list"))
    assert heading(hopes) == "You are on the waiting list"

    press(hopes, hopes.get_by_role("link", name="See the booking"))
    assert "You are next on the waiting list." in words(hopes)

    holds, _ = arrive(f"holds_{which}", javascript=javascript)
    holds.goto(address(scene, "placements:cancel-booking", f"held_{which}"))
    holds.get_by_label("We found places elsewhere").check()
    press(holds, holds.get_by_role("button", name="Take the request back"))

    hopes.reload()
    assert "We hold 2 places for you until" in words(hopes)
    if javascript:
        is_sound(hopes, axe, hopes.content())
    press(hopes, hopes.get_by_role("button", name="Take up 2 places"))
    assert "You have taken up 2 places. We have asked the host." in words(hopes)
    assert "The host has until" in words(hopes)
    assert listener.heard == []


def test_an_offer_is_taken_up_from_the_mail_on_a_phone_without_javascript(arrive, scene):
    page, _ = arrive(javascript=False, width=320)
    page.goto(address(scene, "placements:answer-offer", "offer_to_take"))

    press(page, page.get_by_role("button", name="Take up 2 places"))

    assert "You have taken up 2 places." in words(page)
    page.goto(address(scene, "placements:answer-offer", "offer_to_take"))
    assert heading(page) == "This link has run out"


def press(page, what):
    with page.expect_navigation():
        what.click()


def heading(page):
    return page.locator("h1").inner_text()


def words(page):
    return page.locator("main").inner_text()
