"""Chromium for a person's journeys, and axe for what they visit."""

import json
import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from marketplace.local.checking import CHROMIUMS
from marketplace.local.environments import ROOT
from tests.browser.sound import Listener
from tests.stack import stack

QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """rules => axe.run({
    runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]
})"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """Where Chromium is. Where every test must run, its absence is a failure."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("There is no Chromium, and here every test must run.")
    return found or pytest.skip("there is no Chromium on this machine")


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=QUIET)


@pytest.fixture(scope="session")
def empty_site(chromium):
    """Two web processes with nothing in their database."""
    with stack("web") as running:
        yield running


@pytest.fixture(scope="session")
def demonstration(chromium):
    """The demonstration as it really runs: two web processes, a worker and a beat."""
    with stack("web", "worker", "beat", prepare=[["demo"]]) as running:
        yield running


@pytest.fixture
def visit(browser):
    """`visit(site, width=320, javascript=False)`: a page of a visitor of its own."""
    opened = []

    def begin(site, *, width=1280, height=900, javascript=True):
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        return context.new_page()

    yield begin
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def site(chromium):
    """Two web processes, for the scene that is set in them."""
    with stack("web") as running:
        yield running


@pytest.fixture(scope="session")
def scene(site):
    """Who can look, and the parts of addresses: see tests/browser/scene/."""
    script = "from tests.browser.scene import set_scene; set_scene()"
    return json.loads(site.manage("shell", "-v0", "-c", script).strip().splitlines()[-1])


@pytest.fixture
def come(visit, site, scene):
    """`come("host")`: an empty page of theirs; of a visitor without a name."""

    def as_(who="", **how):
        page = visit(site, **how)
        if who:
            session = {"name": "sessionid", "value": scene["sessions"][who], "url": site.address}
            page.context.add_cookies([session])
        return page

    return as_


@pytest.fixture
def arrive(come, site):
    """`arrive("host")`: an empty page of theirs, and somebody who listens to it."""

    def here(who="", **how):
        page = come(who, **how)
        return page, Listener(page, site.address)

    return here


@pytest.fixture
def axe():
    """`axe(page)`: what WCAG 2.2 AA and good practice find wrong with a page."""

    def look(page):
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(RUN, RULES)
        return [
            f"{fault['id']}: {node['target']}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    return look
