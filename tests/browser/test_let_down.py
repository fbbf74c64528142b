"""A host calls off what was agreed; its school takes what is held for it instead."""

import pytest

from tests.browser.visiting import address


@pytest.mark.parametrize(("who", "javascript"), [("with_scripts", True), ("without", False)])
def test_a_school_that_was_let_down_takes_up_other_places_with_one_press(
    arrive, site, scene, axe, who, javascript
):
    page, _ = arrive(f"host_{who}", javascript=javascript)
    page.goto(address(scene, "placements:cancel-booking", f"agreed_{who}"))
    page.get_by_label("Staffing").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Cancel the booking").click()
    assert "The booking is cancelled" in page.locator("main").inner_text()
    site.manage("shell", "-v0", "-c", "from placements import tasks; tasks.hold_replacements()")

    page, _ = arrive(f"school_{who}", javascript=javascript, width=320)
    page.goto(address(scene, "placements:booking", f"agreed_{who}"))
    told = page.locator("main").inner_text()
    assert "What you can have instead" in told
    assert "We hold 3 places for you until" in told
    if javascript:
        assert axe(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Take up 3 places").click()

    main = page.locator("main").inner_text()
    assert page.locator("h1").inner_text().endswith("A week that is held")
    assert "You have taken up 3 places. The booking is confirmed." in main
