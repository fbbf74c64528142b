"""A booking as calendar programs read it: iCalendar, RFC 5545.

An entry is one event that recurs on the days of the slot's pattern. What its program needs to
follow a change is derived: the identifier from the booking's, and SEQUENCE from how often
dates, hours or the booking's fate have changed. It names no person, and no home's address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from icalendar import STATUS, TRANSP, Calendar, Event, Timezone, vDuration

from accounts import letters
from accounts.clock import ENGLAND
from accounts.models import WorkplaceKind
from accounts.phrases import plural
from placements.models import Booking, Slot
from placements.states import IN_TOUCH, BookingState
from placements.words import Mode, Pattern, TakesPart

ONE_DAY = timedelta(days=1)
SATURDAY = 5
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
READ_AGAIN_AFTER = timedelta(hours=1)

# The clocks of England since 1996: what the library makes of the zone is an hour late in spring.
CLOCKS = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Days:
    """When an entry first falls, and how it recurs."""

    start: date | datetime
    end: date | datetime
    recurs: dict[str, Any] | None = None
    # The days are still to be agreed: it marks a span, and keeps nobody busy.
    is_a_span: bool = False


def of(bookings: Iterable[Booking], *, readers: Iterable[UUID], name: str) -> bytes:
    """A calendar of bookings that `calendar_feeds.agreed` found, for these organisations."""
    ours = frozenset(readers)
    calendar = Calendar.new(
        prodid=f"-//{settings.SITE_NAME}//EN",
        uid=f"bookings@{_host()}",
        method="PUBLISH",
        name=name,
        refresh_interval=READ_AGAIN_AFTER,
    )
    # The name that Outlook knows it by.
    calendar.add("X-PUBLISHED-TTL", vDuration(READ_AGAIN_AFTER))
    calendar.add_component(Timezone.from_ical(CLOCKS))
    for booking in bookings:
        calendar.add_component(_entry(booking, hosts=booking.school_id not in ours))
    return bytes(calendar.to_ical())


def sequence(booking: Booking) -> int:
    """Rises with each change that a calendar must not miss, and never falls."""
    retimed: int = booking.times_retimed  # type: ignore[attr-defined]  # by `agreed`
    return booking.slot.times_redated + retimed + (booking.state not in IN_TOUCH)


def days_of(slot: Slot) -> Days:
    """The days of the slot's pattern, and the hours of its listing where it has any."""
    placement = slot.placement
    if placement.pattern == Pattern.SPREAD and slot.starts_on != slot.ends_on:
        return Days(slot.starts_on, slot.ends_on + ONE_DAY, is_a_span=True)
    start, end = _hours(slot.starts_on, placement.starts_at, placement.ends_at)
    if slot.starts_on == slot.ends_on:
        return Days(start, end)
    weekdays = [slot.starts_on.weekday()]
    if placement.pattern != Pattern.WEEKLY_DAY:
        weekdays = _working_week(slot)
    return Days(start, end, recurs=_weekly_on(weekdays, until=slot.ends_on, first=start))


def _entry(booking: Booking, *, hosts: bool) -> Event:
    days = days_of(booking.slot)
    address = letters.link_to("placements:booking", booking.pk)
    called_off = booking.state == BookingState.CANCELLED
    is_free = days.is_a_span or called_off
    entry = Event.new(
        uid=f"{booking.pk}@{_host()}",
        sequence=sequence(booking),
        stamp=booking.moved_at,  # type: ignore[attr-defined]  # by `agreed`
        status=STATUS.CANCELLED if called_off else STATUS.CONFIRMED,
        summary=_title(booking, hosts=hosts),
        start=days.start,
        end=days.end,
        transparency=TRANSP.TRANSPARENT if is_free else TRANSP.OPAQUE,
        url=address,
        description=_words(booking, days, address),
        location=None if called_off else _where(booking),
    )
    if days.recurs:
        entry.add("rrule", days.recurs)
    return entry


def _hours(
    day: date, starts_at: time | None, ends_at: time | None
) -> tuple[date | datetime, date | datetime]:
    if starts_at is None or ends_at is None:
        return day, day + ONE_DAY
    return _moment(day, starts_at), _moment(day, ends_at)


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=ENGLAND)


def _working_week(slot: Slot) -> list[int]:
    """Monday to Friday; all seven, where the dates begin or end at a weekend."""
    at_weekends = any(day.weekday() >= SATURDAY for day in (slot.starts_on, slot.ends_on))
    return list(range(7 if at_weekends else SATURDAY))


def _weekly_on(weekdays: list[int], *, until: date, first: date | datetime) -> dict[str, Any]:
    last: date = until
    if isinstance(first, datetime):
        # Where the start has an hour, the end of the recurrence is told in UTC.
        last = _moment(until, time(23, 59, 59)).astimezone(UTC)
    return {"freq": "weekly", "byday": [WEEKDAYS[day] for day in weekdays], "until": last}


def _title(booking: Booking, *, hosts: bool) -> str:
    placement = booking.slot.placement
    if hosts:
        return f"{booking.school}: {plural(booking.places, 'student')}, {placement}"
    return f"{placement}, {placement.provider}: {booking}"


def _words(booking: Booking, days: Days, address: str) -> str:
    told = []
    if booking.state == BookingState.CANCELLED:
        told.append("This booking has been cancelled.")
    elif days.is_a_span:
        told.append("Some days between these dates, as agreed between school and host.")
    if booking.year_group:
        told.append(f"Year {booking.year_group}.")
    told.append(f"Everything else is with the booking: {address}")
    return "\n".join(told)


def _where(booking: Booking) -> str | None:
    """Where it is, for both sides know by now; of somebody's home no more than the town."""
    placement = booking.slot.placement
    workplace = placement.workplace
    if placement.takes_part == TakesPart.SCHOOL:
        return str(booking.school)
    if placement.mode == Mode.VIRTUAL:
        return "Online"
    if workplace is None:
        return None
    if workplace.kind == WorkplaceKind.PRIVATE_HOME:
        return workplace.town
    parts = (workplace.name, workplace.address, workplace.town, workplace.postcode)
    return ", ".join(filter(None, parts))


def _host() -> str:
    return urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
