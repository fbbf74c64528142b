"""What is asked of a search row: each filter as a condition, and as stored bits.

A condition is a piece of SQL over `r`, a row of `placements_searchrow`. The ORM stays off
this path: it would cost four times as much, and hide what the database is asked.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import floor, sqrt
from typing import Any

from django.db.models import QuerySet
from psycopg import sql

from accounts import clock
from accounts.postcodes import Place
from placements import bitmaps, traits
from placements.models import Slot
from placements.models.distances import METRES_IN_A_MILE
from placements.search.conditions import ALONE, BADGED
from placements.search.pieces import ALL, Sql, compiled, piece
from placements.words import Mode

# A filter of which any value will do: its kind among the bitmaps, and the values.
AnyOf = tuple[str, list[int]]

NO_DAY = 2_932_896
ROUNDING = 1e-9
# How far ahead the bitmaps know each day, less a margin for the turn of a day.
KNOWN_AHEAD = bitmaps.DAYS_AHEAD - 10
COLUMN_OF = {
    "sector": "traits",
    "mode": "traits",
    "kind": "traits",
    "year_group": "years",
    "adjustments": "adjustments",
}
TRUSTED = "r.as_of <= {today} AND {today} < r.trusted_until"
# It knows no less than all dates that there might be, though a workplace's days may be full.
HOLDS = "r.as_of <= {today} AND {today} < abs(r.trusted_until)"
# One expression, and the rare case in a function: what many parts would make is planned anew
# by every search.
WHOLE_WEEKS = (
    "CASE WHEN {trusted} THEN (r.weeks & {weeks}) <> 0"
    " WHEN {holds} AND (r.weeks & {weeks}) = 0 THEN false"
    " ELSE placements_has_dates(r.placement_id, {on}, {first}, {last}) END"
)


def wanted_slots(chosen: dict[str, Any]) -> QuerySet[Slot]:
    """The slots that would do: open, with places enough, and within the dates asked for."""
    slots = Slot.objects.still_open().with_places(chosen["places"] or 1)
    if first := chosen["from"]:
        slots = slots.filter(ends_on__gte=first)
    if last := chosen["to"]:
        slots = slots.filter(starts_on__lte=last)
    return slots


@dataclass(frozen=True)
class Question:
    """A valid search, asked of rows and of bitmaps."""

    chosen: dict[str, Any]
    words: Sql | None = None
    today: int = field(default_factory=lambda: traits.day_of(clock.today()))

    @property
    def near(self) -> Place | None:
        place: Place | None = self.chosen["near"]
        return place

    @property
    def leaves_out_virtual(self) -> bool:
        return bool(self.chosen["mode"]) and Mode.VIRTUAL not in self.chosen["mode"]

    @property
    def is_dated(self) -> bool:
        return any(self.chosen[name] for name in ("from", "to", "places"))

    @cached_property
    def slots(self) -> Sql:
        """The slots that would do, as a table called `s`."""
        slots = wanted_slots(self.chosen).order_by()
        dates = ("id", "placement_id", "starts_on", "ends_on")
        places = ("places", "largest_group", "taken", "kept_back", "reserved_until")
        columns = (*dates, *places, "shares_days", "days_left")
        return piece("({slots}) AS s", slots=compiled(slots.values(*columns)))

    @cached_property
    def groups(self) -> dict[str, Sql]:
        """Those filters that are counted without themselves, by name."""
        asked: dict[str, Sql] = {}
        for group, column in COLUMN_OF.items():
            if codes := self.chosen[group]:
                asked[group] = piece(
                    "(r.{column} & {mask}) <> 0",
                    column=sql.Identifier(column),
                    mask=traits.mask(group, codes),
                )
        if self.chosen["badge"]:
            asked["badge"] = piece(BADGED, codes=self.chosen["badge"])
        return asked

    @cached_property
    def groups_in_the_circle(self) -> dict[str, Sql]:
        """Those that a row which lies somewhere may yet fail: it is in person or hybrid."""
        here = {Mode.IN_PERSON, Mode.HYBRID}
        asked = dict(self.groups)
        if here <= {*self.chosen["mode"]}:
            del asked["mode"]
        return asked

    @cached_property
    def rest(self) -> list[Sql]:
        """All other filters, but for the place."""
        asked = [make(self.chosen[name]) for name, make in ALONE.items() if self.chosen[name]]
        if self.words is not None:
            asked.append(self.words)
        if self.is_dated:
            asked.append(self._dated())
        return asked

    @cached_property
    def square_metres(self) -> Sql:
        """How far a row lies from the place, squared: a whole number, so exact."""
        place = self._place()
        return piece(
            "((r.easting - {e})::bigint * (r.easting - {e})"
            " + (r.northing - {n})::bigint * (r.northing - {n}))",
            e=place.easting,
            n=place.northing,
        )

    @cached_property
    def in_the_circle(self) -> Sql:
        """No further than was asked, in whole square metres.

        A circle is measured in floating point: its rim lies half a square metre further out,
        between two whole numbers, where no rounding can put a place on the wrong side.
        """
        place, metres = self._place(), self.chosen["within"] * METRES_IN_A_MILE
        return piece(
            "(r.easting IS NOT NULL"
            " AND point(r.easting, r.northing) <@ circle(point({e}, {n}), {reach}))",
            e=place.easting,
            n=place.northing,
            reach=sqrt(floor(metres**2) + 0.5),
        )

    def _place(self) -> Place:
        assert self.near is not None  # noqa: S101 -- asked only where there is a place.
        return self.near

    def _dated(self) -> Sql:
        """Some slot would do. The row's weeks say no, or yes, to most without a look at slots."""
        near, far, whole = map(traits.week_mask, self._weeks())
        places = self.chosen["places"] or 1
        trusted, holds = (piece(words, today=self.today) for words in (TRUSTED, HOLDS))
        if places == 1 and near == whole and not far:
            return piece(WHOLE_WEEKS, trusted=trusted, holds=holds, weeks=whole, **self._period())
        some = [("weeks", near), *([("far_weeks", far)] if far else [])]
        marked = [piece(f"(r.{weeks} & {{mask}}) <> 0", mask=mask) for weeks, mask in some]
        return piece(
            "CASE WHEN {holds} AND NOT (({marked}) AND {enough}) THEN false"
            " WHEN {trusted} AND {sure} THEN true"
            " ELSE EXISTS (SELECT FROM {slots} WHERE s.placement_id = r.placement_id) END",
            trusted=trusted,
            holds=holds,
            marked=sql.SQL(" OR ").join(marked),
            # In a week that is marked a place is free.
            enough=ALL if places == 1 else piece("r.most_free >= {places}", places=places),
            sure=piece("(r.weeks & {whole}) <> 0", whole=whole)
            if places == 1 and whole
            else sql.SQL("false"),
            slots=self.slots,
        )

    def _period(self) -> dict[str, date | None]:
        return {
            "on": clock.today(),
            "first": self.chosen["from"],
            "last": self.chosen["to"],
        }

    def _weeks(self) -> tuple[range, range, range]:
        """The weeks that the dates touch, near and far, and those that lie wholly within."""
        first, last = self._days()
        this_week = traits.weeks_of(self.today)
        horizon = this_week + traits.WEEKS
        touched = traits.weeks_of(max(first, self.today))
        end = max(touched, horizon) + traits.WEEKS if last is None else traits.weeks_of(last) + 1
        whole_first = this_week if first <= self.today else traits.weeks_of(first + 6)
        whole_end = horizon if last is None else min(traits.weeks_of(last + 1), horizon)
        return (
            range(touched, min(end, horizon)),
            range(max(touched, horizon), end),
            range(whole_first, whole_end),
        )

    def _days(self) -> tuple[int, int | None]:
        first: date | None = self.chosen["from"]
        last: date | None = self.chosen["to"]
        return (
            traits.day_of(first) if first else self.today,
            traits.day_of(last) if last else None,
        )

    # The same filters as the bitmaps know them.

    @cached_property
    def bits(self) -> dict[str, AnyOf]:
        """The groups, each with its values among the bitmaps; a badge's are its bits."""
        return {
            group: (group, [traits.value_of(group, code) for code in set(self.chosen[group])])
            for group in COLUMN_OF
            if self.chosen[group]
        }

    @property
    def is_told_by_bits(self) -> bool:
        """Whether bitmaps can answer: of words, of one provider, and of most groups, rows do."""
        chosen = self.chosen
        return (
            self.words is None
            and not (chosen["provider"] or chosen["hub"])
            and self._rating_in_tenths() is not None
            and self._bits_know_the_dates()
        )

    @cached_property
    def other_bits(self) -> list[AnyOf]:
        """All other filters but the place and the pace."""
        chosen = self.chosen
        asked: list[AnyOf] = []
        if tenths := self._rating_in_tenths():
            asked.append(("rated", [tenths]))
        if most := chosen["days_max"]:
            asked.append(("days", list(range(most + 1))))
        if chosen["places"] and not (chosen["from"] or chosen["to"]):
            asked.append(("free", [chosen["places"]]))
        return asked

    @cached_property
    def bits_of_dates(self) -> list[AnyOf]:
        """Of which any will do: the whole weeks, the days about them, and all that is later."""
        if not (self.chosen["from"] or self.chosen["to"]):
            return []
        first, last = self._days()
        first, end = max(first, self.today), self.today + KNOWN_AHEAD if last is None else last
        weeks = range(traits.weeks_of(first + 6), traits.weeks_of(end + 1))
        inside = range(weeks.start * 7 + traits.MONDAY, weeks.stop * 7 + traits.MONDAY)
        days = [day for day in range(first, end + 1) if not weeks or day not in inside]
        asked: list[AnyOf] = [("week", list(weeks)), ("day", days)]
        return [*asked, ("later", [])] if last is None else asked

    def _rating_in_tenths(self) -> int | None:
        """The least score as the bitmaps have it, nought for any, or nothing if they do not."""
        least = self.chosen["rating_min"] or 0
        tenths = round(least * 10)
        return tenths if abs(tenths - least * 10) < ROUNDING else None

    def _bits_know_the_dates(self) -> bool:
        places = self.chosen["places"] or 1
        if not (self.chosen["from"] or self.chosen["to"]):
            return places <= bitmaps.MOST_FREE
        first, last = self._days()
        return places == 1 and max(first, last or 0) <= self.today + KNOWN_AHEAD
