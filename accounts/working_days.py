"""Working days in England: neither weekends nor bank holidays.

The holidays are computed, so that no list runs out one January. A day that is
proclaimed once, for a coronation say, is added to `PROCLAIMED` when it is announced.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

_DAY = timedelta(days=1)
_MONDAY, _SATURDAY = 0, 5

PROCLAIMED = frozenset({date(2023, 5, 8)})


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def after(day: date, count: int) -> date:
    """The last of `count` working days that follow `day`."""
    return _nth(day, count, _DAY)


def before(day: date, count: int) -> date:
    """The first of `count` working days that lead up to `day`."""
    return _nth(day, count, -_DAY)


@lru_cache(maxsize=16)
def bank_holidays(year: int) -> frozenset[date]:
    easter = easter_sunday(year)
    moving = {
        easter - 2 * _DAY,
        easter + _DAY,
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
    }
    proclaimed = {day for day in PROCLAIMED if day.year == year}
    return frozenset(moving | proclaimed | {_new_years_day(year)} | _christmas(year))


def easter_sunday(year: int) -> date:
    """By the anonymous Gregorian computus, as Butcher's Almanack printed it in 1876."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    leap_centuries, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, over = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * leap_years - epact - over) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=4096)
def _nth(day: date, count: int, step: timedelta) -> date:
    return next(islice(_walk(day, step), count - 1, None))


def _walk(day: date, step: timedelta) -> Iterator[date]:
    while True:
        day += step
        if is_working_day(day):
            yield day


def _new_years_day(year: int) -> date:
    return _weekday_from(date(year, 1, 1))


def _christmas(year: int) -> set[date]:
    """Christmas and Boxing Day, or the weekdays that stand in for them."""
    first = _weekday_from(date(year, 12, 25))
    boxing = _weekday_from(date(year, 12, 26))
    # Christmas on a Sunday moves to the Tuesday, because Boxing Day has the Monday.
    return {first, boxing} if first != boxing else {boxing, boxing + _DAY}


def _weekday_from(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += _DAY
    return day


def _first_monday(year: int, month: int) -> date:
    day = date(year, month, 1)
    return day + _DAY * (-day.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    return _first_monday(year, month) + 7 * _DAY * (4 if _has_five(year, month) else 3)


def _has_five(year: int, month: int) -> bool:
    return (_first_monday(year, month) + 28 * _DAY).month == month
