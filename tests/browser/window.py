"""A browser window: every page that appears in it is looked at before anything is done there."""

import time

PHONE = 320
PATIENCE = 60
# The most stops of the Tab key that a page may put before what somebody came for.
STOPS = 120
HAS_FOCUS = "part => part === document.activeElement"
IS_CHECKED = "part => part.checked"


class Window:
    """What a person does in a browser. `faults` is axe, or nothing where scripts are off."""

    def __init__(self, page, faults=None):
        self.page, self.faults = page, faults
        self.width = page.viewport_size["width"]
        self.looked_at = set()

    def open(self, address):
        self._arrives(self.page.goto(address))

    def follow(self, words):
        self._leaves(self.page.get_by_role("link", name=words).first)

    def press(self, words):
        self._leaves(self.page.get_by_role("button", name=words, exact=True).first)

    def press_the(self, button):
        self._leaves(self.page.locator(button))

    def fill(self, answers):
        """Questions by their labels: words for a box, True for a tick."""
        for question, answer in answers.items():
            box = self.page.get_by_label(question, exact=True)
            self._tick(box) if answer is True else self._type(box, str(answer))

    def fill_date(self, question, day):
        group = self.page.get_by_role("group", name=question)
        for box in ("day", "month", "year"):
            self._type(group.get_by_label(box.title(), exact=True), str(getattr(day, box)))

    def choose(self, question, answer):
        """One of the answers beneath a question, or in its list."""
        listed = self.page.locator("select").and_(self.page.get_by_label(question))
        if listed.count():
            self._select(listed, answer)
        else:
            group = self.page.get_by_role("group", name=question)
            self._mark(group, group.get_by_label(answer, exact=True))

    def waits_for(self, *words):
        """Look again and again, as somebody who expects something does."""
        until = time.monotonic() + PATIENCE
        while not self.shows(*words):
            assert time.monotonic() < until, f"{self.page.url} does not say {words}"
            self.page.reload()
        self.look()

    @property
    def words(self):
        return self.page.locator("main").inner_text()

    @property
    def heading(self):
        return self.page.locator("h1").inner_text()

    def shows(self, *words):
        return all(each in self.words for each in words)

    def look(self):
        """One heading, nothing that axe finds, and nothing to scroll sideways to."""
        where = self.page.url
        assert self.page.locator("h1").count() == 1, where
        # A page that says what it said before need not be looked at twice.
        if (where, self.words) in self.looked_at:
            return
        self.looked_at.add((where, self.words))
        if self.faults:
            found = self.faults(self.page)
            assert found == [], f"{where}: {found}"
        for width in sorted({PHONE, self.width}):
            self.page.set_viewport_size({"width": width, "height": 900})
            reach = self.page.evaluate("document.documentElement.scrollWidth")
            assert reach <= width, f"{where} is {reach} pixels wide at {width}"

    def _arrives(self, answer):
        assert answer.ok, f"{answer.status} at {answer.url}"
        self.look()

    def _leaves(self, by):
        with self.page.expect_navigation() as arriving:
            self._click(by)
        self._arrives(arriving.value)

    def _click(self, part):
        part.click()

    def _type(self, box, words):
        box.fill(words)

    def _tick(self, box):
        box.check()

    def _select(self, listed, answer):
        listed.select_option(label=answer)

    def _mark(self, group, choice):
        choice.check()


class KeyboardWindow(Window):
    """The same without a mouse: Tab, Enter, Space, arrows and letters."""

    def unfold(self, words):
        self._click(self.page.get_by_role("button", name=words, exact=True))

    def _click(self, part):
        self._reach(part)
        self.page.keyboard.press("Enter")

    def _type(self, box, words):
        self._reach(box)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def _tick(self, box):
        self._reach(box)
        self.page.keyboard.press("Space")

    def _select(self, listed, answer):
        self._reach(listed)
        self.page.keyboard.type(answer)

    def _mark(self, group, choice):
        """Tab leads to the group, and arrows move within it."""
        self._reach(group.get_by_role("radio").first)
        self.page.keyboard.press("Space")
        while not choice.evaluate(IS_CHECKED):
            self.page.keyboard.press("ArrowDown")

    def _reach(self, part):
        """Go on by Tab until the part has the focus, and is where it can be seen."""
        for _ in range(STOPS):
            if part.evaluate(HAS_FOCUS):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"no Tab leads to {part} at {self.page.url}")
        assert self._is_in_sight(part), f"{part} has the focus and is out of sight"

    def _is_in_sight(self, part):
        # The box that is clicked stands for a radio or a tick, which has no size of its own.
        place, seen = part.bounding_box(), self.page.viewport_size
        return 0 <= place["y"] <= seen["height"] and 0 <= place["x"] <= seen["width"]
