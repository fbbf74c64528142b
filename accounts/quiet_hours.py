"""When nothing leaves that can wait: at night, and on days that are no working days in England.

It is decided when a message falls due, by the postman, and not when it is owed. So it holds as
well for what is tried again, or was late because a worker or a mail server was away. What is
planned for a quiet time and would be over before its end is brought forward when it is owed,
to the morning of the last working day before: "tomorrow" for a Monday is said on Friday. Of what
was owed too late even for that, each kind decides by whether it is urgent: some is better said at
night than never. All other expires in the quiet, and nobody is woken for what can wait.

Opening and closing are hours on the clock of England that it has every day of the year, so
the changes of the clocks move neither.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from accounts import clock, working_days
from accounts.clock import ENGLAND

OPENS, CLOSES = time(7), time(19)
MORNING = time(9)
# What is over so soon after the quiet ends might not be sent in time by then.
MARGIN = timedelta(hours=1)


def ends(moment: datetime) -> datetime:
    """When a message may leave that falls due at `moment`: then, or when the quiet is over."""
    here = timezone.localtime(moment, ENGLAND)
    if working_days.is_working_day(here.date()):
        if OPENS <= here.time() < CLOSES:
            return moment
        if here.time() < OPENS:
            return _at(here.date(), OPENS)
    return _at(working_days.after(here.date(), 1), OPENS)


def is_quiet(moment: datetime) -> bool:
    return settings.MAIL_QUIET_HOURS and ends(moment) != moment


def soonest_day() -> date:
    """The day on which what can wait and falls due now leaves."""
    return _day_of(clock.now())


def sent_on(day: date) -> date:
    """The day on which what can wait and falls due on that morning leaves."""
    return _day_of(_at(day, MORNING))


def wait_until() -> datetime | None:
    """Until when a message that is due now has to wait; nothing, if it may leave now."""
    now = clock.now()
    return ends(now) if is_quiet(now) else None


def text_waits_until() -> datetime | None:
    """The same for a text, which wakes nobody, nor where there are no quiet hours for mail."""
    now = clock.now()
    by_day = _after_the_night(now)
    return wait_until() or (by_day if by_day != now else None)


def brought_forward(due_at: datetime, expires_at: datetime | None) -> datetime:
    """When to plan what falls due at `due_at`, so that it is not over before it may leave."""
    if not settings.MAIL_QUIET_HOURS:
        return due_at
    opens = ends(due_at)
    if opens == due_at or not _is_over(expires_at, opens):
        return due_at
    last_day = working_days.before(timezone.localdate(opens, ENGLAND), 1)
    return _at(last_day, MORNING) if clock.now() < _at(last_day, CLOSES) else due_at


def _after_the_night(moment: datetime) -> datetime:
    here = timezone.localtime(moment, ENGLAND)
    if OPENS <= here.time() < CLOSES:
        return moment
    return _at(here.date() + timedelta(days=here.time() >= CLOSES), OPENS)


def _day_of(due_at: datetime) -> date:
    return timezone.localdate(ends(due_at) if settings.MAIL_QUIET_HOURS else due_at, ENGLAND)


def _is_over(expires_at: datetime | None, opens: datetime) -> bool:
    return expires_at is not None and expires_at < opens + MARGIN


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=ENGLAND)
