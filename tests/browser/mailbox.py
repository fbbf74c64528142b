"""The mail that was sent, read where a demonstration shows it: at /outbox/."""

import time
from dataclasses import dataclass

# Beat rings every few seconds, and a busy machine takes its time.
PATIENCE = 60
# Between two looks, in milliseconds: whoever sends the mail needs the machine as well.
A_MOMENT = 250
ROWS = """rows => rows.map(row => [
    row.querySelector("a").getAttribute("href"),
    row.querySelector("a").firstChild.textContent.trim(),
    row.cells[1].textContent.trim(),
])"""


@dataclass
class Letter:
    address: str
    title: str
    to: str
    text: str = ""

    @property
    def number(self):
        return int(self.address.strip("/").rpartition("/")[2])


class Mailbox:
    """Everything sent since it was first looked into."""

    def __init__(self, page):
        self.page = page
        self.letters = {}
        self.newest_before = max((letter.number for letter in self._on_page(1)), default=0)

    def to(self, reader, title, about):
        """What that reader was sent under such a title, about that placement."""
        self._look()
        sent = (letter for letter in self.letters.values() if letter.to == reader)
        return [each for each in sent if title in each.title and about in self._whole(each)]

    def waits_for(self, reader, title, about, *, times=1):
        """The newest of them, once so many have come."""
        until = time.monotonic() + PATIENCE
        while len(found := self.to(reader, title, about)) < times:
            sent = [letter.title for letter in self.letters.values() if letter.to == reader]
            assert time.monotonic() < until, f"{reader} was sent {sent}, but no “{title}”"
            self.page.wait_for_timeout(A_MOMENT)
        return max(found, key=lambda letter: letter.number)

    def link(self, letter, words):
        """Where the link of that name leads."""
        self.page.goto(letter.address)
        return self.page.get_by_role("link", name=words).get_attribute("href")

    def _look(self):
        """Page by page, until nothing on a page is new."""
        number = 1
        while fresh := [each for each in self._on_page(number) if self._is_new(each)]:
            self.letters |= {letter.address: letter for letter in fresh}
            number += 1

    def _is_new(self, letter):
        return letter.number > self.newest_before and letter.address not in self.letters

    def _on_page(self, number):
        self.page.goto(f"/outbox/?page={number}")
        rows = self.page.eval_on_selector_all("main tbody tr", ROWS)
        return [Letter(*row) for row in rows]

    def _whole(self, letter):
        if not letter.text:
            self.page.goto(letter.address)
            letter.text = self.page.locator("main").inner_text()
        return letter.text
