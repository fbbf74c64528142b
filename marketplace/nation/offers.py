"""What is offered: listings as the desk would pass them, their dates, and who has booked."""

import json
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from marketplace.nation import kinds, marks, words
from marketplace.nation.books import Books
from marketplace.nation.calendar import Calendar, last_day
from marketplace.nation.employers import Employer
from marketplace.nation.kinds import LENGTHS
from marketplace.nation.loading import Row
from marketplace.nation.schools import Caller
from placements.standing import ENOUGH_RATINGS
from placements.states import BookingState, PlacementState, SlotState
from placements.words import SMALL_OFFERS, Kind, Mode

SOLD_OUT, PARTLY_TAKEN = 0.35, 0.15
RATED = 0.55
OPENS, CLOSES = 365, (7, 7, 14, 21, 28)
MOST_PLACES = 30
TITLES = {
    Kind.TALK: "{trade} talk for {town}",
    Kind.MENTORING: "mock interviews with people in {trade}",
    Kind.VISIT: "{trade} visit in {town}",
    Kind.PROJECT: "{trade} project for {town}",
    Kind.SHADOWING: "shadow a day of {trade} in {town}",
    Kind.SHORT_PLACEMENT: "{trade} days in {town}",
    Kind.WEEK_PLACEMENT: "a week of {trade} in {town}",
    Kind.EXTENDED_PLACEMENT: "a fortnight of {trade} in {town}",
    Kind.T_LEVEL: "T Level placement in {trade}, {town}",
    Kind.SUPPORTED: "supported internship in {trade}, {town}",
}
# What a listing says whatever it offers.
ALWAYS = {
    "state": PlacementState.PUBLISHED.value,
    "opens_days_before": OPENS,
    "contact_name": "The work experience team",
    "contact_email": f"host@{marks.DOMAIN}",
    "supervision": "A named supervisor is there all day, and a second adult within call.",
    "travel": "Ten minutes on foot from the station; a bus stops at the gate.",
    "starts_at": time(9, 30),
    "ends_at": time(15, 30),
}
CONVERSATION = "Students ask live, and are answered within the hour or the same day in writing."


class Market:
    """Writes listings with their dates and bookings into the books."""

    def __init__(self, dice: Random, books: Books, schools: list[Caller]) -> None:
        self.dice, self.books, self.schools = dice, books, schools
        self.calendar = Calendar(books.today)

    def offer(self, by: Employer, mode: Mode, dates: int) -> None:
        """One published listing with so many dates."""
        listing = self._listing(by, mode)
        self.books.placements.add(listing)
        for first in self.calendar.several(self.dice, dates):
            self._slot(listing, first)

    def _listing(self, by: Employer, mode: Mode) -> Row:
        dice, kind = self.dice, Kind(kinds.KINDS.one(self.dice))
        # Most offer what they do themselves; a hospital needs an accountant, too.
        sector = by.sector if dice.random() < 0.85 else str(kinds.SECTORS.one(dice))
        workplace, town = self._where(by, mode)
        return {
            **ALWAYS,
            **self._what(kind, mode),
            **self._in_words(kind, sector, town),
            **self._dated(),
            **self._rated(),
            "id": marks.identifier(dice),
            "provider_id": by.id,
            "workplace_id": workplace,
            "sector": sector,
            "badges": by.badges,
            "adjustments": kinds.adjustments(dice),
            "closes_days_before": dice.choice(CLOSES),
        }

    def _where(self, by: Employer, mode: Mode) -> tuple[str | None, str]:
        if mode == Mode.VIRTUAL:
            return None, "any school"
        pk, spot = self.dice.choice(by.workplaces)
        return pk, spot.town

    def _what(self, kind: Kind, mode: Mode) -> Row:
        length = LENGTHS[kind]
        first_year, last_year = kinds.years(self.dice, kind)
        days = self.dice.randint(length.fewest, length.most)
        return {
            "kind": kind.value,
            "mode": mode.value,
            "self_paced": mode == Mode.VIRTUAL and self.dice.random() < 0.3,
            "takes_part": kinds.takes_part(kind, mode).value,
            "year_from": first_year,
            "year_to": last_year,
            "days": None if kind in SMALL_OFFERS else days,
            "pattern": length.pattern.value,
            "two_way_contact": "" if mode == Mode.IN_PERSON else CONVERSATION,
            "criteria": json.dumps(dict.fromkeys(kinds.criteria(self.dice), "As the page says.")),
        }

    def _in_words(self, kind: Kind, sector: str, town: str) -> Row:
        dice = self.dice
        title = TITLES[kind].format(trade=words.trade(dice, sector), town=town)
        return {
            "title": f"{title[0].upper()}{title[1:]}",
            "summary": words.said(dice, sector, dice.randint(10, 22)),
            "activities": words.said(dice, sector, dice.randint(25, 65)),
            "objectives": words.said(dice, sector, dice.randint(12, 30)),
        }

    def _dated(self) -> Row:
        """When it came out, and when its provider last said that it is still right."""
        out = self._some_time_ago(days=350)
        lately = self.books.today - timedelta(days=self.dice.randrange(25))
        return {
            **dict.fromkeys(("made_at", "changed_at", "submitted_at", "published_at"), out),
            "confirmed_by_employer_at": out,
            "last_confirmed_on": max(timezone.localdate(out), lately),
        }

    def _rated(self) -> Row:
        """A score as it is handed down, without the bookings that it came from."""
        if self.dice.random() > RATED:
            return {"rating_count": self.dice.choice((0, 0, 0, 1, 2))}
        score = min(5.0, max(1.0, self.dice.gauss(4.3, 0.45)))
        count = ENOUGH_RATINGS + int(self.dice.expovariate(1 / 9))
        return {"rating_count": count, "rating_average": f"{score:.2f}"}

    def _slot(self, listing: Row, first: date) -> None:
        slot, places = marks.identifier(self.dice), self.dice.randint(1, MOST_PLACES)
        taken = self._taken(places)
        self.books.slots.add(
            {
                "id": slot,
                "placement_id": listing["id"],
                "starts_on": first,
                "ends_on": last_day(first, listing["days"] or 1, listing["pattern"]),
                "opens_on": first - timedelta(days=OPENS),
                "closes_on": first - timedelta(days=listing["closes_days_before"]),
                "places": places,
                "taken": taken,
                "state": SlotState.OPEN.value,
            }
        )
        if taken:
            self._booking(slot, taken, listing["year_to"])

    def _taken(self, places: int) -> int:
        chance = self.dice.random()
        if chance < SOLD_OUT:
            return places
        return self.dice.randrange(places) if chance < SOLD_OUT + PARTLY_TAKEN else 0

    def _booking(self, slot: str, places: int, year: int) -> None:
        """One school has what is taken, so that every slot's places add up."""
        school = self.dice.choice(self.schools)
        asked_at = self._some_time_ago(days=60)
        self.books.bookings.add(
            {
                "id": marks.identifier(self.dice),
                "once": marks.identifier(self.dice),
                "slot_id": slot,
                "school_id": school.school_id,
                "asked_by_id": school.member_id,
                "places": places,
                "places_asked": places,
                "state": BookingState.ACCEPTED.value,
                "year_group": year,
                "asked_at": asked_at,
                "answer_by": asked_at + timedelta(days=14),
                "answered_at": asked_at,
            }
        )

    def _some_time_ago(self, *, days: int) -> datetime:
        return self.books.now - timedelta(minutes=self.dice.randrange(1, days * 24 * 60))
