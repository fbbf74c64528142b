"""A lead connects a platform, keeps its secret, makes a new one, and cuts it off again."""

import pytest

from tests.browser.sound import is_sound


def press(page, name, role="button"):
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).click()


def secret_on(page):
    row = page.locator(".govuk-summary-list__row", has_text="Secret")
    return row.locator("dd").first.inner_text().strip()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_platform_is_connected_renewed_and_cut_off(come, axe, javascript):
    name = f"Software {'with' if javascript else 'without'} script"
    page = come("host", javascript=javascript)
    page.goto("/organisation/")
    press(page, "Connected platforms", "link")
    press(page, "Connect a platform")
    press(page, "Connect it")
    assert page.title().startswith("Error: ")
    page.get_by_label("What is the platform called?").fill(name)
    page.get_by_label("Read the organisation's bookings").check()
    press(page, "Connect it")

    first = secret_on(page)
    assert len(first) > 40
    if javascript:
        is_sound(page, axe)
    press(page, "I have kept it")
    assert first not in page.content()

    press(page, f"Make a new secret for {name}", "link")
    page.get_by_label("I can put the new secret into the platform in time").check()
    press(page, "Make a new secret")
    assert secret_on(page) != first
    assert "works for 7 days more" in page.locator("main").inner_text()
    press(page, "I have kept it")

    press(page, f"Cut off {name}", "link")
    press(page, "Cut it off")
    assert f"{name} can do nothing here any more." in page.locator("body").inner_text()
