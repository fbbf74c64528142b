"""Bookings as a person takes them: by keyboard alone, from a mail, and on paper."""

from tests.browser.visiting import address

A4_BETWEEN_ITS_MARGINS = {"width": 718, "height": 1047}


def test_a_school_books_by_keyboard_alone(arrive, scene):
    page, _ = arrive("walker")
    page.goto(address(scene, "placements:book", "to_walk"))
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


def test_the_host_accepts_from_the_mail_without_javascript(arrive, scene):
    page, _ = arrive(javascript=False)
    page.goto(address(scene, "placements:answer", "to_accept_by_mail"))

    with page.expect_navigation():
        page.get_by_role("button", name="Accept", exact=True).click()

    assert "You have accepted 2 places." in page.locator("main").inner_text()


def test_paper_cuts_nothing_off(arrive, scene):
    page, _ = arrive("leader")
    page.goto(address(scene, "placements:bookings-on-paper"))
    page.set_viewport_size(A4_BETWEEN_ITS_MARGINS)
    page.emulate_media(media="print")

    assert page.evaluate("document.documentElement.scrollWidth") <= A4_BETWEEN_ITS_MARGINS["width"]
