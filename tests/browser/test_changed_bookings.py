"""A host has room for fewer, or moves its dates; its schools are asked, and answer."""

import pytest

from accounts.phrases import long_date
from tests.browser.sound import is_sound
from tests.browser.visiting import address
from tests.factories import days_ahead

LATER = days_ahead(120)


@pytest.mark.parametrize(("which", "javascript"), [("scripted", True), ("plain", False)])
def test_a_host_takes_places_away_and_moves_the_dates_and_each_school_answers(
    arrive, scene, axe, which, javascript
):
    host, listener = arrive(f"host_{which}", javascript=javascript)
    host.goto(address(scene, "placements:change-slot", f"to_move_{which}"))
    host.get_by_label("Places", exact=True).fill("6")
    press(host, host.get_by_role("button", name="Save"))
    assert "or choose which bookings cannot come" in words(host)
    press(host, host.get_by_role("link", name="Offer fewer places than are booked"))

    assert heading(host) == "Which bookings cannot come?"
    assert host.get_by_label("How many places do you have room for?").input_value() == "6"
    host.get_by_label("Staffing").check()
    press(host, host.get_by_role("button", name="Save and tell the schools"))
    assert "You let schools keep 8 places, and want to offer 6." in words(host)
    host.get_by_label("How many does").first.fill("2")
    if javascript:
        is_sound(host, axe, host.content())
    press(host, host.get_by_role("button", name="Save and tell the schools"))
    assert "Saved: 1 booking made smaller. We have told the schools." in words(host)

    host.goto(address(scene, "placements:move-slot", f"to_move_{which}"))
    for box in ("day", "month", "year"):
        host.locator(f"#id_starts_on_{box}").fill(str(getattr(LATER, box)))
    host.get_by_label("Staffing").check()
    press(host, host.get_by_role("button", name="Move and ask the schools"))
    assert "Moved. We have asked 2 schools." in words(host)

    first, _ = arrive(f"school_{which}_0", javascript=javascript, width=320)
    first.goto(address(scene, "placements:booking", f"booked_{which}"))
    assert "You had 4 places. The host now has room for 2 of your students." in words(first)
    assert f"They are now {long_date(LATER)}" in words(first)
    if javascript:
        assert axe(first) == []
    press(first, first.get_by_role("button", name="Leave"))
    assert "You have left." in words(first)

    second, _ = arrive(f"school_{which}_1", javascript=javascript)
    second.goto(address(scene, "placements:booking", f"other_{which}"))
    press(second, second.get_by_role("button", name="Keep 4 places"))
    assert "You keep your places. The host has been told." in words(second)
    assert listener.heard == []


def press(page, what):
    with page.expect_navigation():
        what.click()


def heading(page):
    return page.locator("h1").inner_text()


def words(page):
    return page.locator("main").inner_text()
