"""A host keeps places for some, a school reads why it cannot have them, another can, and after the
stated day anybody."""

import pytest

from tests.browser.sound import is_sound
from tests.browser.test_waiting_list import heading, press, words
from tests.browser.visiting import address
from tests.factories import days_ahead

RULE = "students eligible for pupil premium"


@pytest.mark.parametrize(("which", "javascript"), [("one", True), ("two", False)])
def test_places_are_kept_for_some_and_then_for_all(arrive, site, scene, axe, which, javascript):
    host, listener = arrive(f"keeps_{which}", javascript=javascript)
    until = days_ahead(20)
    host.goto(address(scene, "placements:prioritise", f"to_keep_{which}"))
    host.get_by_label(RULE).first.check()
    host.locator("#id_places").fill("3")
    for part in ("day", "month", "year"):
        host.locator(f"#id_until_{part}").fill(str(getattr(until, part)))
    if javascript:
        is_sound(host, axe, host.content())
    press(host, host.get_by_role("button", name="Save"))
    assert f"Saved. 3 of the places are kept until {said(until)} for {RULE}." in words(host)

    unnamed, _ = arrive(f"unnamed_{which}", javascript=javascript)
    unnamed.goto(address(scene, "placements:placement", f"kept_listing_{which}"))
    assert f"3 of the places are kept until {said(until)} for {RULE}." in words(unnamed)
    press(unnamed, unnamed.locator("main").get_by_role("link", name="Book"))
    ask(unnamed, places=2)
    assert "Only 1 place on these dates can be yours now." in words(unnamed)
    assert f"kept until {said(until)} for {RULE}." in words(unnamed)

    named, _ = arrive(f"named_{which}", javascript=javascript)
    named.goto(address(scene, "placements:book", f"to_keep_{which}"))
    ask(named, places=2, students=2)
    assert heading(named) == "Request sent"
    press(named, named.get_by_role("link", name="See the booking"))
    assert f"2 places of these were kept for {RULE}." in words(named)

    site.sql("UPDATE placements_slot SET reserved_until = current_date - 1 WHERE kept_back = 1")
    late, _ = arrive(f"late_{which}", javascript=javascript)
    late.goto(address(scene, "placements:placement", f"kept_listing_{which}"))
    assert "kept until" not in words(late)
    assert "2 of 4" in words(late)
    press(late, late.locator("main").get_by_role("link", name="Book"))
    ask(late, places=2)
    assert heading(late) == "Request sent"
    assert listener.heard == []


def ask(page, *, places, students=None):
    page.locator("#id_places").fill(str(places))
    if students is not None:
        page.locator("#id_priority_students").fill(str(students))
    page.get_by_label("Year 10").check()
    press(page, page.get_by_role("button", name="Ask for these places"))


def said(day):
    return f"{day.day} {day:%B %Y}"
