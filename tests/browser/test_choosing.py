"""From a shortlist to answers side by side: as a person does it, and how each page looks."""

import json

import pytest

from tests.browser.sound import is_sound
from tests.stack import stack

SCENES = "from tests.browser import choosing_scenes as scenes; "


@pytest.fixture(scope="module")
def site(chromium):
    with stack("web") as running:
        yield running


@pytest.fixture(scope="module")
def scene(site):
    return told(site, "scenes.set_scene()")


def told(site, script):
    printed = site.manage("shell", "-v0", "-c", SCENES + script)
    return json.loads(printed.strip().splitlines()[-1])


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def words(page):
    return page.locator("main").inner_text()


def test_placements_stand_level_on_a_desk_and_below_one_another_on_a_phone(come, scene):
    page = come("undecided")
    page.goto(scene["pages"]["shortlist"])
    boxes = (
        "[...document.querySelectorAll('.app-compare__one')].map(e => e.getBoundingClientRect())"
    )
    rating = "[...document.querySelectorAll('dt')].filter(e => e.innerText == 'Rating')"

    desk = page.evaluate(boxes)
    assert len({round(box["y"]) for box in desk}) == 1
    assert (
        len(
            page.evaluate(
                f"[...new Set({rating}.map(e => Math.round(e.getBoundingClientRect().y)))]"
            )
        )
        == 1
    )

    page.set_viewport_size({"width": 320, "height": 900})
    phone = page.evaluate(boxes)
    assert len({round(box["x"]) for box in phone}) == 1
    assert [box["y"] for box in phone] == sorted({box["y"] for box in phone})


def test_the_cards_can_be_scrolled_by_keyboard(come, scene):
    page = come("undecided")
    page.goto(scene["pages"]["shortlist"])
    region = page.get_by_role("region", name="Placements side by side")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)

    assert region.evaluate("region => region.scrollLeft") > 0


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_shortlist_to_answers_side_by_side(come, site, scene, axe, javascript):
    page = come("chooser", javascript=javascript)
    for title in scene["titles"][:3]:
        page.goto(f"/placements/?near=&q={title.split()[-1]}")
        if page.get_by_role("button", name=f"Add to shortlist {title}").count():
            press(page, f"Add to shortlist {title}")
        assert "On your shortlist." in words(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Compare 3 of 6").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Ask these providers a question").click()
    assert "Do not write the names of students" in words(page)
    page.get_by_label("Your question").fill("Could you take four?")
    page.get_by_label("How many places are you looking for?").fill("4")
    page.get_by_label("Year 10").check()

    press(page, "Send the question")

    assert "We have asked 3 providers." in words(page)
    answer_each(come, site, scene, javascript)
    page.reload()
    assert "Yes: Bake bread" in words(page)
    assert "No, because: We do not have the room or the staff" in words(page)
    assert "Waiting for an answer" in words(page)
    if javascript:
        is_sound(page, axe)
    press(page, "Close this question")
    assert "The question is closed." in words(page)


def answer_each(come, site, scene, javascript):
    links = told(site, "scenes.links_of_newest()")
    yes, no = (come(javascript=javascript) for _ in range(2))
    yes.goto(links[scene["titles"][0]])
    yes.get_by_label("Bake bread, dates to be agreed").check()
    press(yes, "Say yes")
    assert "You have said that you can help." in words(yes)
    no.goto(links[scene["titles"][1]])
    no.get_by_label("We do not have the room or the staff").check()
    press(no, "Say no")
    assert "You have said no." in words(no)
    assert no.goto(links[scene["titles"][1]]).status == 410


@pytest.mark.parametrize("javascript", [True, False])
def test_a_visitor_keeps_a_shortlist_of_six_and_is_told_at_the_seventh(come, scene, javascript):
    page = come(javascript=javascript)
    page.goto(scene["pages"]["add"])
    press(page, "Add to shortlist")
    for title in scene["titles"][1:]:
        page.goto(f"/placements/?near=&q={title.split()[-1]}")
        press(page, f"Add to shortlist {title}")
    page.goto("/placements/?near=")
    assert page.get_by_text("On your shortlist. Compare 6 of 6").count() == 6

    press(page, f"Add to shortlist {scene['seventh']}")

    assert "Your shortlist is full: it holds 6 placements." in words(page)
