"""Tables that are read on a phone without scrolling sideways."""

import pytest

from tests.browser.visiting import address
from tests.browser.window import PHONE

WIDER = """() => [...document.querySelectorAll(".app-wide")]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.ariaLabel)"""


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_a_cohort_says_on_a_phone_where_each_booking_stands(arrive, scene, axe, javascript):
    page, _ = arrive("undecided", javascript=javascript)
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.goto(address(scene, "placements:cohort", "cohort", ""))

    assert page.locator(".app-wide").count() > 0
    assert page.evaluate(WIDER) == []
    # Still a table to whoever hears it.
    for part in ("table", "columnheader", "rowheader", "cell"):
        assert page.get_by_role(part).count() > 0, part
    assert page.get_by_role("button", name="Print this page").count() == javascript
    assert not javascript or axe(page) == []
