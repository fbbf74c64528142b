"""The answers of a listing in words, as its own pages, the desk and mail show them."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from accounts import phrases
from accounts.models import Workplace
from accounts.words import RestrictedActivity, Sector
from placements.models import Placement
from placements.words import (
    Adjustment,
    Criterion,
    Kind,
    Mode,
    Pattern,
    TakesPart,
)

# What each question is called where the whole question would be too long.
LABELS: dict[str, str] = {
    "kind": "Kind of opportunity",
    "mode": "In person or virtual",
    "title": "Title",
    "summary": "Summary",
    "sector": "Sector",
    "activities": "What students will do",
    "objectives": "What students will learn",
    "criteria": "What makes it meaningful",
    "curriculum": "Links to the curriculum",
    "year_from": "First year group",
    "year_to": "Last year group",
    "audience": "Who it is for",
    "adjustments": "Adjustments you can make",
    "adjustments_notes": "More about adjustments",
    "not_suitable_for": "Who it does not suit",
    "takes_part": "Where students are",
    "workplace": "Workplace",
    "days": "Number of days",
    "pattern": "How the days are spread",
    "starts_at": "Start of the day",
    "ends_at": "End of the day",
    "two_way_contact": "How students talk with you",
    "self_paced": "Students work at their own pace",
    "it_access": "Computers and logins",
    "lunch": "Lunch",
    "dress": "What to wear",
    "equipment": "What to bring",
    "travel": "Getting there",
    "confidentiality": "Confidentiality",
    "charge": "Anything to pay",
    "supervision": "Who looks after students",
    "confirms_at_once": "Bookings are accepted at once",
    "largest_group": "Places for groups",
    "fewest_places_per_school": "Smallest group from one school",
    "most_places_per_school": "Most places for one school",
    "opens_days_before": "Booking opens",
    "closes_days_before": "Booking closes",
    "contact_name": "Contact name",
    "contact_email": "Contact email",
    "contact_phone": "Contact telephone",
    "joining_instructions": "Joining instructions",
}
_CODES: dict[str, Mapping[str, str]] = {
    "kind": dict(Kind.choices),
    "mode": dict(Mode.choices),
    "sector": dict(Sector.choices),
    "takes_part": dict(TakesPart.choices),
    "pattern": dict(Pattern.choices),
}
_YEARS = ("year_from", "year_to")
_WINDOWS = ("opens_days_before", "closes_days_before")


def given(placement: Placement, field: str) -> str:
    """What the listing answers to the question, or nothing."""
    return in_words(field, getattr(placement, field))


def in_words(field: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if field in _CODES:
        return _CODES[field].get(value, "")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if field in _YEARS:
        return f"Year {value}"
    if field == "largest_group":
        return f"Each for a group of up to {phrases.plural(value, 'student')}"
    if field in _WINDOWS:
        return f"{phrases.plural(value, 'day')} before the start"
    return _of_several(field, value)


def of_workplace(workplace: Workplace) -> list[tuple[str, str]]:
    """What a school is told about where students would be."""
    restricted = dict(RestrictedActivity.choices)
    activities = (restricted.get(code, code) for code in workplace.restricted_activities)
    return [
        ("Kind of workplace", workplace.get_kind_display()),
        ("Everyday risk", workplace.get_risk_band_display()),
        ("One adult may be alone with one student", "Yes" if workplace.lone_adult else "No"),
        ("Activities that law limits", "\n".join(activities)),
        ("First aid", workplace.first_aid),
        ("Access", workplace.access_notes),
    ]


def _of_several(field: str, value: Any) -> str:
    if isinstance(value, time):
        return phrases.clock_time(value)
    if field == "criteria":
        return "\n".join(_criterion(one, value[one]) for one in Criterion if one in value)
    if field == "adjustments":
        return "\n".join(dict(Adjustment.choices).get(code, code) for code in value)
    return str(value)


def _criterion(criterion: Criterion, how: str) -> str:
    return f"{criterion.label}: {how}" if how else criterion.label
