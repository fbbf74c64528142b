"""The mail that was sent, read where a demonstration shows it: at /outbox/."""

import re
import time
from dataclasses import dataclass, field

# Beat rings every few seconds, and a busy machine takes its time.
PATIENCE = 60
# Between two looks, in milliseconds: whoever sends the mail needs the machine as well.
A_MOMENT = 250
ROWS = """rows => rows.map(row => [
    row.querySelector("a").getAttribute("href"),
    row.querySelector("a").firstChild.textContent.trim(),
    row.cells[1].textContent.trim(),
])"""
# Its paragraphs and the items of its lists, each with the links in it.
SAID = """said => said.map(one => [
    one.innerText.trim(),
    Array.from(one.querySelectorAll("a"), link => [link.innerText.trim(), link.href]),
])"""
# Where a mail of several begins another of them, as `accounts.letters` writes it.
ONE_OF_SEVERAL = re.compile(r"\d+ of \d+: (.+)")


@dataclass
class Letter:
    """A mail, or one of several that went as one: its title, its words and its links."""

    address: str
    title: str
    to: str
    text: str = ""
    links: dict[str, str] = field(default_factory=dict)

    @property
    def number(self):
        return int(self.address.strip("/").rpartition("/")[2])


class Mailbox:
    """Everything sent since it was first looked into."""

    def __init__(self, page):
        self.page = page
        self.mails = {}
        # What each of them says, from when it was first read.
        self.read = {}
        self.newest_before = max((mail.number for mail in self._on_page(1)), default=0)

    def to(self, reader, title, about):
        """What that reader was sent under such a title, about that placement."""
        self._look()
        sent = [mail for mail in self.mails.values() if mail.to == reader]
        letters = [letter for mail in sent for letter in self._in(mail)]
        return [each for each in letters if title in each.title and about in each.text]

    def waits_for(self, reader, title, about, *, times=1):
        """The newest of them, once so many have come."""
        until = time.monotonic() + PATIENCE
        while len(found := self.to(reader, title, about)) < times:
            sent = [mail.title for mail in self.mails.values() if mail.to == reader]
            assert time.monotonic() < until, f"{reader} was sent {sent}, but no “{title}”"
            self.page.wait_for_timeout(A_MOMENT)
        return max(found, key=lambda letter: letter.number)

    def link(self, letter, words):
        """Where the link of that name leads."""
        [found] = {where for name, where in letter.links.items() if words in name}
        return found

    def _look(self):
        """Page by page, until nothing on a page is new."""
        number = 1
        while fresh := [each for each in self._on_page(number) if self._is_new(each)]:
            self.mails |= {mail.address: mail for mail in fresh}
            number += 1

    def _is_new(self, mail):
        return mail.number > self.newest_before and mail.address not in self.mails

    def _on_page(self, number):
        self.page.goto(f"/outbox/?page={number}")
        rows = self.page.eval_on_selector_all("main tbody tr", ROWS)
        return [Letter(*row) for row in rows]

    def _in(self, mail):
        """The mail, or each of the several that it is."""
        if mail.address not in self.read:
            self.page.goto(mail.address)
            said = self.page.eval_on_selector_all("main p, main li", SAID)
            self.read[mail.address] = letters_of(mail, said)
        return self.read[mail.address]


def letters_of(mail, said):
    letters = []
    for words, links in said:
        begins = ONE_OF_SEVERAL.fullmatch(words)
        if begins or not letters:
            title = begins[1] if begins else mail.title
            letters.append(Letter(mail.address, title, mail.to, f"{title}\n"))
        letters[-1].text += f"{words}\n"
        letters[-1].links |= dict(links)
    return letters
