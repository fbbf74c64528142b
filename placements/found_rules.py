"""What is written down of what a student found, and what the rules forbid of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import clock
from placements.words import FoundThrough

# An employer needs time to answer, and a school to do the rest.
SOONEST = timedelta(days=7)
FURTHEST = timedelta(days=400)
LONGEST = timedelta(days=60)
TIME_TO_ANSWER = timedelta(days=14)


@dataclass(frozen=True)
class Written:
    """What a school writes down of it."""

    employer: str
    sector: str
    activities: str
    year_group: int
    first_day: date
    last_day: date
    found_through: str
    why_it_fits: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    starts_at: time | None = None
    ends_at: time | None = None


@dataclass(frozen=True)
class Said:
    """What the employer adds, when it says yes."""

    supervision: str
    risk_band: str
    lone_adult: bool
    insurer: str = ""
    insured_until: date | None = None
    may_be_offered: bool = False


def answer_by(first_day: date) -> datetime:
    """Until when an employer that is asked now may answer."""
    last = min(clock.today() + TIME_TO_ANSWER, first_day - timedelta(days=2))
    return timezone.make_aware(datetime.combine(last, time(17)))


def refuse_odd_days(written: Written) -> None:
    today = clock.today()
    if not today + SOONEST <= written.first_day <= today + FURTHEST:
        raise ValidationError(
            "The first day must be at least a week ahead, and within thirteen months.",
            code="first_day",
        )
    if not written.first_day <= written.last_day <= written.first_day + LONGEST:
        raise ValidationError(
            "The last day must not be before the first, and within two months of it.",
            code="last_day",
        )
    times = written.starts_at, written.ends_at
    if (None in times and times != (None, None)) or (None not in times and times[0] >= times[1]):  # type: ignore[operator]
        raise ValidationError("Give both times, the first before the second.", code="ends_at")


def refuse_empty(written: Written) -> None:
    if written.found_through not in FoundThrough.values:
        raise ValidationError("Choose how the student found it.", code="found_through")
    if not written.why_it_fits.strip():
        raise ValidationError("Say why it fits the student's interest.", code="why_it_fits")
    if not (written.employer.strip() and written.contact_email.strip()):
        raise ValidationError("Name the employer, and where we write to.", code="employer")
