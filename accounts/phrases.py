"""Dates, counts and distances as a person would say them: on pages, in mail, in print."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from markupsafe import Markup, escape

from accounts import clock

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def long_date(value: date | datetime) -> str:
    """14 June 2027"""
    day = _day(value)
    return f"{day.day} {day:%B %Y}"


def week_date(value: date | datetime) -> str:
    """Monday 14 June 2027"""
    return f"{_day(value):%A} {long_date(value)}"


def moment(value: datetime) -> str:
    """14 June 2027 at 2:30pm"""
    local = timezone.localtime(value)
    return f"{long_date(local)} at {clock_time(local)}"


def clock_time(value: datetime | time) -> str:
    """9am, 2:30pm, midday"""
    if (value.hour, value.minute) == (12, 0):
        return "midday"
    half = "am" if value.hour < 12 else "pm"
    minutes = f":{value:%M}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{half}"


def date_range(start: date, end: date) -> str:
    """14 to 18 June 2027, saying the month and the year once where they are shared"""
    if start == end:
        return long_date(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {long_date(end)}"
    if start.year == end.year:
        return f"{start.day} {start:%B} to {long_date(end)}"
    return f"{long_date(start)} to {long_date(end)}"


def ago(value: datetime) -> str:
    """How long something has waited: just now, 20 minutes ago, 3 days ago"""
    passed = clock.now() - value
    if passed < _MINUTE:
        return "just now"
    if passed < _HOUR:
        return f"{plural(passed // _MINUTE, 'minute')} ago"
    if passed < _DAY:
        return f"{plural(passed // _HOUR, 'hour')} ago"
    return f"{plural(passed // _DAY, 'day')} ago"


def plural(count: int, one: str, many: str = "") -> str:
    """1 place, 2,400 places"""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def miles(distance: float) -> str:
    """under 1 mile, 1 mile, 3.5 miles, 12 miles"""
    if distance < 1:
        return "under 1 mile"
    rounded = f"{distance:.1f}".removesuffix(".0") if distance < 10 else f"{distance:.0f}"
    return f"{rounded} mile" if rounded == "1" else f"{rounded} miles"


def joined(things: Iterable[object], last: str = "and") -> str:
    """a, b and c"""
    words = [str(thing) for thing in things]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def initials(name: str) -> str:
    """S. B.: enough for whoever knows the person, where anybody with the link may read."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def paragraphs(text: str) -> Markup:
    """What somebody typed, its paragraphs and lines kept, everything else made harmless."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return Markup("\n").join(
        Markup('<p class="govuk-body">{}</p>').format(
            Markup("<br>").join(escape(line) for line in block.strip().split("\n"))
        )
        for block in blocks
    )


def _day(value: date | datetime) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value
