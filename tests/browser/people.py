"""What the people of the demonstration do on pages, each from wherever they are in the site."""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from accounts.phrases import date_range

# How the day of any date begins.
FIRST = r"\d"
NOTE = "Please say how students look back on their week."
MARKS = (
    "How was communication, before and during?",
    "How well was it organised on the day?",
    "How well prepared were the people who hosted?",
    "How good was what students did?",
    "How well were students' needs supported?",
)


@dataclass(frozen=True)
class Offer:
    """A week at the bakery, as its employer would describe it, on two sets of dates."""

    title: str
    weeks: tuple[tuple[date, date], ...]
    places: int = 12

    @property
    def when(self):
        """Its first week, as pages say it."""
        return date_range(*self.weeks[0])


class Person:
    """Somebody at a window, who comes in through the door of the demonstration."""

    persona = address = ""

    def __init__(self, window):
        self.window = window

    @contextmanager
    def signed_in(self):
        self.window.open("/try/")
        self.window.press_the(f"button[name=persona][value={self.persona}]")
        yield self.window
        self.window.press("Sign out")


class Employer(Person):
    """Sam of the Wrekin Bakehouse."""

    persona, address = "employer", "employer@wrekinbakehouse.example.org"
    name, telephone, joining = "Sam Okafor", "01743 123456", "Ring the bell at the side door."

    def lists(self, offer):
        """From the overview to the page that says what happens next."""
        self.starts("One-week placement", "In person")
        self.says_what_it_is(offer)
        self.says_where_and_when()
        self.adds_dates(offer)
        self.says_who_looks_after_students()
        self.sends_it_in()

    def starts(self, kind, mode):
        self.window.follow("Your listings")
        self.window.press("Offer something new")
        self.window.choose("What can you offer?", kind)
        self.window.choose("Does it happen in person?", mode)
        self.window.press("Continue")

    def says_what_it_is(self, offer):
        window = self.window
        window.follow("What it is")
        window.fill(
            {
                "Title": offer.title,
                "Say in one or two sentences what it is and why it is worth doing": (
                    "Invent a loaf, cost it and put it on the shelf."
                ),
            }
        )
        window.choose("Which kind of work", "Catering and hospitality")
        window.press("Save and continue")
        window.fill({"What will students do?": "Bake on Monday, taste on Tuesday, sell on Friday."})
        window.press("Save and continue")
        window.fill(
            {
                "What will students know, or be able to do, afterwards?": "What a loaf must cost.",
                "A clear purpose, shared with the student": True,
                "Learning outcomes that suit the student's age and needs": True,
                "Plenty of two-way conversation with people at work": True,
                "A task set by the employer, or work produced": True,
            }
        )
        window.press("Save and continue")
        window.choose("Youngest year group", "Year 10")
        window.choose("Oldest year group", "Year 13")
        window.press("Save and continue")

    def says_where_and_when(self):
        window = self.window
        window.choose("Where are students while they take part?", "At the workplace")
        window.choose("Which workplace is it at", "Pride Hill bakery, Shrewsbury")
        window.press("Save and continue")
        window.fill({"How many days is it?": 5})
        window.choose("How are the days spread?", "Several days together")
        window.fill({"When does the day start?": "9am", "When does the day end?": "3:30pm"})
        window.press("Save and continue")

    def adds_dates(self, offer):
        for first, last in offer.weeks:
            self.window.fill_date("First day", first)
            self.window.fill_date("Last day (optional)", last)
            self.window.fill({"Places": offer.places})
            self.window.press("Add these dates")
        self.window.press("Continue")

    def says_who_looks_after_students(self):
        window = self.window
        window.fill({"Who looks after students, and how?": "A baker with each pair, all day."})
        window.press("Save and continue")
        # Whom to speak to is known from the account; how to get in is not.
        window.follow("Change joining instructions")
        window.fill(
            {
                "Their telephone number (optional)": self.telephone,
                "What should a school know before the first day? (optional)": self.joining,
            }
        )
        window.press("Save and continue")

    def sends_it_in(self):
        self.window.press("Send to the broker")

    def mends(self, link):
        """From the mail: the note stands where it concerns, and the listing goes in again."""
        window = self.window
        window.open(link)
        assert window.shows(NOTE)
        window.follow("What students will learn")
        assert window.shows(NOTE)
        window.fill({"Time to reflect afterwards": True})
        window.press("Save and continue")
        window.press("Send to the broker")

    def accepts(self, link):
        """By the link in the mail, without signing in."""
        self.window.open(link)
        self.window.press("Accept")

    def replies(self, link, words):
        self.window.open(link)
        self.window.fill({"Your answer": words})
        self.window.press("Send your answer")


class Broker(Person):
    """Rosa of the Marches Careers Hub."""

    persona, address = "broker", "broker@marcheshub.example.org"

    def sends_back(self, link):
        self.window.open(link)
        self.window.follow("Send it back with notes")
        self.window.fill({"Note on “What students will learn” (optional)": NOTE})
        self.window.press("Send back")

    def publishes(self, link):
        self.window.open(link)
        self.window.press("Publish")


class CareersLeader(Person):
    """Priya of Abbey Foregate School."""

    persona, address = "careers_leader", "careers.leader@abbeyforegate.example.org"

    def finds(self, offer, *, near):
        window = self.window
        window.follow("Find placements")
        window.fill({"Near": near})
        window.choose("Within", "3 miles")
        window.press("Show placements")
        window.choose("Sort by", "Newest first")
        window.press("Sort")
        window.follow(offer.title)

    def asks_for(self, places, *, of=""):
        """Of the dates named, or of the first that the listing has."""
        window = self.window
        window.follow(re.compile(rf"^Book {of or FIRST}"))
        window.fill({"How many places do you need?": places})
        window.choose("Which year group are they in?", "Year 10")
        window.press("Ask for these places")

    def looks_back(self, link):
        window = self.window
        window.open(link)
        window.fill({"How many students came?": 6, "What went well?": "Everybody sold a loaf."})
        window.choose("Did students learn what the listing said?", "Yes")
        window.press("Send your debrief")

    def rates(self, words):
        """From the debrief, which leads there."""
        window = self.window
        window.press("Rate this placement")
        for question in MARKS:
            window.choose(question, "5: excellent")
        window.choose("Would you use this placement again?", "Yes")
        window.fill({"Comment for other schools (optional)": words})
        window.press("Send your rating")
