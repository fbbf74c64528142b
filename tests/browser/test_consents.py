"""A parent consents by a link, and the host sees no more of a student than it may."""

import pytest

from tests.browser.visiting import address
from tests.browser.window import PHONE, Window


@pytest.mark.parametrize(("name", "javascript"), [("sends", True), ("sends_plainly", False)])
def test_a_parent_consents_by_a_link_and_the_host_sees_no_more_than_it_may(
    arrive, scene, axe, name, javascript
):
    def phone(who=""):
        page, _ = arrive(who, javascript=javascript)
        page.set_viewport_size({"width": PHONE, "height": 900})
        return Window(page, axe if javascript else None)

    school, host = phone(name), phone(f"{name}_to")
    school.open(address(scene, "placements:booking", name))
    school.follow("Name your students")
    school.fill({"Add students": "Aisha Khan\nBen Thomas"})
    school.press("Add to the list")
    assert school.shows("2 of 6 named", "Aisha K", "Ben T")
    assert not school.shows("Khan")
    school.press("Make links to hand out")
    links = school.page.locator("article p").all_inner_texts()
    assert len(links) == 2

    host.open(address(scene, "placements:booking", name))
    assert host.shows("2 of 6 named, 0 consents")
    assert not host.shows("Aisha")

    first, second = phone(), phone()
    first.open(links[0])
    assert first.shows("Aisha K", "1 Pride Hill", "everyday ones")
    first.choose("Do you agree?", "Yes, I agree")
    first.press("Send my answer")
    assert first.heading == "You have said yes"
    second.open(links[1])
    second.choose("Do you agree?", "No, I do not agree")
    second.choose("If you say no, why?", "The journey does not work for us")
    second.press("Send my answer")
    assert second.heading == "You have said no"

    host.page.reload()
    assert host.shows("2 of 6 named, 1 consent", "Aisha K")
    assert not host.shows("Ben")
    school.open(address(scene, "placements:students", name))
    assert school.shows("Agreed", "Said no", "The journey does not work for us")

    first.press("Take my yes back")
    assert first.heading == "You have taken your yes back"
    host.page.reload()
    assert host.shows("0 consents")
    assert not host.shows("Aisha")
