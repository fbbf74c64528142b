"""What a test does on the way to a page: its address, its form, its picture."""

import os
import re
from pathlib import Path

from django.urls import reverse

from tests.browser.sound import DESK, PHONE

BOXES = "input[type=text], input[type=email], input[type=tel], input[type=url], textarea"


def address(scene, route, of="", ask=""):
    where = reverse(route, args=scene["places"][of] if of else [])
    first = {name: parts[0] for name, parts in scene["places"].items()}
    return f"{where}?{ask.format(**first)}" if ask else where


def send(page, press="", typed=()):
    """Send the form as somebody does who has filled in nothing, or only `typed`."""
    buttons = page.locator("main form[method=post] button:not([type=button])")
    button = buttons.filter(has_text=press).first if press else buttons.first
    form = button.locator("xpath=ancestor::form")
    for box in form.locator(BOXES).all():
        if box.is_visible():
            box.fill("")
    for name, words in dict(typed).items():
        form.locator(f"[name={name}]").fill(words)
    with page.expect_navigation() as sent:
        button.click()
    return sent.value


def keep_pictures(page, name):
    """Where WEX_PICTURES names a folder, for whoever wants to look for themselves."""
    if folder := os.environ.get("WEX_PICTURES"):
        for width, height in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            file = Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())[:100]}-{width}.png"
            page.screenshot(path=file, full_page=True)
