"""When it happens: days of the coming year, July before all and Mondays before other days."""

from datetime import date, timedelta
from itertools import accumulate
from random import Random

from placements.words import Pattern

JULY, JULY_SHARE = 7, 0.4
MONDAYS = 6.0
# The first day offered is far enough off to be booked still, the last nearly a year away.
SOONEST, YEAR = 30, 365


class Calendar:
    """The working days from which slots start, with how often each is chosen."""

    def __init__(self, today: date) -> None:
        ahead = [today + timedelta(days=days) for days in range(SOONEST, SOONEST + YEAR)]
        self.days = [day for day in ahead if day.weekday() < 5]
        in_july = sum(_weight(day) for day in self.days if day.month == JULY)
        others = sum(_weight(day) for day in self.days if day.month != JULY)
        self.up_to = list(
            accumulate(
                _weight(day) * (JULY_SHARE / in_july if day.month == JULY else 0.6 / others)
                for day in self.days
            )
        )

    def several(self, dice: Random, number: int) -> list[date]:
        """Different days, in order."""
        chosen: set[date] = set()
        while len(chosen) < number:
            missing = number - len(chosen)
            chosen.update(dice.choices(self.days, cum_weights=self.up_to, k=missing))
        return sorted(chosen)


def last_day(first: date, days: int, pattern: str) -> date:
    """Of so many working days from the first on; one day a week takes as many weeks."""
    if pattern == Pattern.WEEKLY_DAY:
        return first + min(timedelta(weeks=days - 1), timedelta(days=365))
    weeks, more = divmod(first.weekday() + days - 1, 5)
    return first - timedelta(days=first.weekday()) + timedelta(weeks=weeks, days=more)


def _weight(day: date) -> float:
    return MONDAYS if day.weekday() == 0 else 1.0
