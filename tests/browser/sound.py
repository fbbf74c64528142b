"""What every page keeps, wherever it stands: looked at on a desk and on a phone."""

import re
from urllib.parse import urlsplit

DESK, PHONE = (1280, 900), (320, 900)
NOTHING_INLINE = re.compile(
    r"<style|<script(?![^>]*\ssrc=)|<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE
)
# Words that can be read on a desk and not on a phone have been lost. Not so what is folded
# up there, nor the numbers of far-away pages, which the design system leaves out.
UNFOLDED = """work => {
    const folded = [...document.querySelectorAll("details:not([open])")]
    folded.forEach(one => one.open = true)
    const found = work(word => word.parentElement.checkVisibility())
    folded.forEach(one => one.open = false)
    return found
}"""
READ = f"""() => ({UNFOLDED})(shown => {{
    const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
    window.read = []
    while (walk.nextNode()) window.read.push(walk.currentNode)
    window.read = window.read.filter(word => word.data.trim() && shown(word))
        .filter(word => !word.parentElement.closest(".govuk-pagination"))
}})"""
LOST = f"""() => ({UNFOLDED})(shown =>
    window.read.filter(word => !shown(word)).map(word => word.data.trim()))"""
# Text that is cut off by a box of its own.
CUT_OFF = """() => [...document.querySelectorAll("h1, h2, h3, p, li, a, button, dt, dd, th, td")]
.filter(part => getComputedStyle(part).overflow === "hidden" && part.scrollWidth > part.clientWidth)
.filter(part => !/visually-hidden|skip-link/.test(part.className)).map(part => part.outerHTML)"""
# Controls that look the same with the focus as without it: their own look, and that of the
# drawn box of a radio button or a checkbox.
UNSEEN_FOCUS = """() => {
    const look = part => {
        const parts = [[part, null], [part, "::before"], [part, "::after"]]
        for (const label of part.labels || []) parts.push([label, "::before"])
        return parts.map(([one, pseudo]) => {
            const style = getComputedStyle(one, pseudo)
            return [style.outline, style.boxShadow, style.backgroundColor, style.borderColor].join()
        }).join("|")
    }
    const shown = part => part.checkVisibility({visibilityProperty: true, opacityProperty: false})
    const controls = [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    )].filter(part => shown(part) && !part.disabled)
    const unseen = controls.filter(part => {
        document.activeElement.blur()
        const before = look(part)
        part.focus()
        return document.activeElement === part && look(part) === before
    }).map(part => part.outerHTML.slice(0, 200))
    document.activeElement.blur()
    scrollTo(0, 0)
    return unseen
}"""


class Listener:
    """What a page says in the console, and whom it asks for what."""

    def __init__(self, page, home):
        self.heard = []
        self.host = urlsplit(home).netloc
        page.on("console", self.hear)
        page.on("pageerror", lambda fault: self.heard.append(str(fault)))
        page.on("request", self.follow)
        page.on("response", self.weigh)

    def hear(self, message):
        # A page that is itself an error says so, and is judged by its status.
        own_status = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not own_status:
            self.heard.append(message.text)

    def follow(self, request):
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https") and asked.netloc != self.host:
            self.heard.append(f"asked {request.url}")

    def weigh(self, response):
        if response.status >= 400 and not response.request.is_navigation_request():
            self.heard.append(f"{response.status} for {response.url}")


def is_sound(page, axe, html="", *, filled=True):
    """Of an error or a refusal, which is its page and a box more, axe reads the wide page only."""
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.locator("h1").count() == 1
    says_what_it_is(page)
    if html:
        assert NOTHING_INLINE.findall(html) == []
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    assert axe(page) == []
    assert page.evaluate(UNSEEN_FOCUS) == []
    page.evaluate(READ)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not filled or axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(LOST) == []


def says_what_it_is(page):
    """The title has the heading in it, but for the home page's; with errors it says so first."""
    title, heading = page.title(), page.locator("h1").inner_text()
    has_errors = page.locator(".govuk-error-summary").count() > 0
    assert title.startswith("Error: ") == has_errors
    assert title == "Work Experience Marketplace" or " ".join(heading.split()) in title
