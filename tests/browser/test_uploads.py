"""A national employer uploads its list of branches, mends what is wrong, and has them all up."""

from datetime import timedelta

import pytest

from accounts import clock
from tests.browser.sound import is_sound
from tests.browser.visiting import address
from tests.placements.test_site_files import HEADINGS, workbook

FIRST = clock.today() + timedelta(days=90)
TABLE = "What must be put right"


def branch(number, where, postcode):
    days = [f"{FIRST:%d/%m/%Y}", f"{FIRST + timedelta(days=4):%d/%m/%Y}"]
    name = f"Branch {number} {where}"
    return [f"{where}-{number}", name, f"{number} High Street", "Telford", postcode, *days, 4]


def a_file(name, *rows):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": workbook(*rows)}


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_list_is_uploaded_mended_in_the_box_and_every_branch_is_up(come, scene, axe, javascript):
    where = "with" if javascript else "without"
    page = come("host", javascript=javascript)
    page.goto(address(scene, "placements:add-sites", "published"))
    wrong = [HEADINGS, branch(1, where, "SY1 1AA"), branch(2, where, "nowhere")]
    page.get_by_label("Your list of workplaces, as a file").set_input_files(
        a_file("branches.xlsx", *wrong)
    )
    page.get_by_label("At all of them the work").check()

    press(page, "Add or change workplaces")

    assert "1 thing must be put right" in page.locator("main").inner_text()
    assert page.get_by_role("table", name=TABLE).locator("tbody tr").count() == 1
    box = page.get_by_label("Or its rows")
    assert f"Branch 2 {where}" in box.input_value()
    if javascript:
        is_sound(page, axe)
    box.fill(box.input_value().replace("nowhere", "SY1 1AB"))
    press(page, "Add or change workplaces")

    shown = page.locator("main").inner_text()
    assert f"Branch 1 {where}" in shown
    assert f"Branch 2 {where}" in shown
    assert "2 rows added" in page.locator("body").inner_text()
