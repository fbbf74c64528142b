"""The pages that say no, or that we cannot: each met as a person meets it."""

import psycopg

from tests.browser.sound import is_sound
from tests.browser.visiting import address, keep_pictures, send


def is_refused(page, axe, answer, status):
    keep_pictures(page, f"refusal {status}")
    assert answer.status == status
    is_sound(page, axe, answer.text())


def test_a_request_that_cannot_be_read(arrive, axe):
    page, _ = arrive()
    answer = page.goto("/register/school/?" + "&".join(["a=1"] * 600))

    is_refused(page, axe, answer, 400)


def test_a_form_whose_token_is_gone(arrive, axe):
    page, _ = arrive()
    page.goto("/sign-in/")
    page.context.clear_cookies()

    is_refused(page, axe, send(page), 403)


def test_an_address_that_was_never_there(arrive, axe):
    page, _ = arrive()

    is_refused(page, axe, page.goto("/nothing/of/the/kind/"), 404)


def test_somebody_who_asks_too_often(arrive, axe):
    page, _ = arrive()
    # Sent here rather than when the scene is set, which may be more than the limit's quarter
    # of an hour ago.
    for _ in range(5):
        page.goto("/sign-in/link/")
        assert send(page, typed={"email": "often@example.org"}).status == 200
    page.goto("/sign-in/link/")

    is_refused(page, axe, send(page, typed={"email": "often@example.org"}), 429)


def test_a_fault_of_our_own(arrive, axe):
    page, _ = arrive("broken")

    is_refused(page, axe, page.goto("/register/employer/"), 500)


def test_rows_that_others_hold_for_too_long(arrive, axe, site, scene):
    page, _ = arrive("host")
    page.goto(address(scene, "placements:accept-booking", "to_hold"))
    with psycopg.connect(site.env["DATABASE_URL"]) as other:
        other.execute(
            "SELECT 1 FROM placements_booking WHERE id = %s FOR UPDATE", scene["places"]["to_hold"]
        )
        answer = send(page, "Accept", {"accept-places": "2"})

    is_refused(page, axe, answer, 503)
