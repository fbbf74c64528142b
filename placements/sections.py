"""The short pages that a listing is written on, and which of them an offer needs.

A talk is written on three pages, a fortnight at a workplace on eleven. A section's code
stays put: a broker's notes hang on it.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models

from placements.models import Placement
from placements.words import SMALL_OFFERS, Mode


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    fields: tuple[str, ...] = ()
    # An optional page is offered on the task list, and passed over by "Save and continue".
    optional: bool = False


KIND = Section("kind", "Kind of opportunity", ("kind", "mode"))
DATES = Section("dates", "Dates and places")

_CONTACT = ("contact_name", "contact_email", "contact_phone", "joining_instructions")
_WHAT = ("title", "summary", "sector")
_WHO = ("audience", "adjustments", "adjustments_notes", "not_suitable_for")
_YEARS = ("year_from", "year_to")

WHAT = Section("what", "What it is", _WHAT)
ACTIVITIES = Section("activities", "What students will do", ("activities",))
LEARNING = Section("learning", "What students will learn", ("objectives", "criteria", "curriculum"))
WHO = Section("who", "Who it is for", (*_YEARS, *_WHO))
WHERE = Section("where", "Where it happens", ("takes_part", "workplace"))
WHEN = Section("when", "Days and hours", ("days", "pattern", "starts_at", "ends_at"))
ONLINE = Section(
    "virtual", "How people meet online", ("two_way_contact", "self_paced", "it_access")
)
ONLINE_ONLY = Section(
    "virtual",
    "How people meet online",
    ("two_way_contact", "self_paced", "takes_part", "it_access"),
)
PRACTICAL = Section(
    "practical",
    "Practical details",
    ("lunch", "dress", "equipment", "travel", "it_access", "confidentiality", "charge"),
    optional=True,
)
PRACTICAL_PARTLY_ONLINE = Section(
    "practical",
    "Practical details",
    ("lunch", "dress", "equipment", "travel", "confidentiality", "charge"),
    optional=True,
)
PRACTICAL_ONLINE = Section(
    "practical", "Practical details", ("equipment", "confidentiality", "charge"), optional=True
)
SAFETY = Section("safety", "Keeping students safe", ("supervision",))
BOOKING = Section(
    "booking",
    "How schools book",
    (
        "confirms_at_once",
        "largest_group",
        "fewest_places_per_school",
        "most_places_per_school",
        "opens_days_before",
        "closes_days_before",
    ),
    optional=True,
)
CONTACT = Section("contact", "Who schools speak to", _CONTACT)

SMALL_WHAT = Section("what", "What you offer", (*_WHAT, "activities", "objectives", *_YEARS))
SMALL_CONTACT = Section(
    "contact",
    "Where, and who schools speak to",
    ("takes_part", "workplace", *_CONTACT[:3]),
)
SMALL_CONTACT_ONLINE = Section(
    "contact",
    "How you meet online, and who schools speak to",
    ("two_way_contact", "takes_part", *_CONTACT[:3]),
)
SMALL_ONLINE = Section(
    "virtual", "How people meet online", ("two_way_contact", "self_paced"), optional=True
)
SMALL_WHO = Section("who", "Students it suits, and adjustments", _WHO, optional=True)
SMALL_LEARNING = Section(
    "learning", "What makes it meaningful", ("criteria", "curriculum"), optional=True
)
SMALL_WHEN = Section("when", "Times of day", ("starts_at", "ends_at"), optional=True)
SMALL_PRACTICAL = Section(
    "practical",
    "Practical details",
    ("equipment", "it_access", "confidentiality", "charge", "joining_instructions"),
    optional=True,
)

_PAGES: dict[bool, dict[str, tuple[Section, ...]]] = {
    True: {
        Mode.IN_PERSON: (SMALL_WHAT, SMALL_CONTACT, DATES),
        Mode.HYBRID: (SMALL_WHAT, SMALL_CONTACT, DATES, SMALL_ONLINE),
        Mode.VIRTUAL: (SMALL_WHAT, SMALL_CONTACT_ONLINE, DATES),
    },
    False: {
        Mode.IN_PERSON: (WHERE, WHEN, DATES, SAFETY, CONTACT, PRACTICAL),
        Mode.HYBRID: (WHERE, ONLINE, WHEN, DATES, SAFETY, CONTACT, PRACTICAL_PARTLY_ONLINE),
        Mode.VIRTUAL: (ONLINE_ONLY, WHEN, DATES, CONTACT, PRACTICAL_ONLINE),
    },
}
_SMALL_EXTRAS = (SMALL_LEARNING, SMALL_WHO, SMALL_WHEN, SMALL_PRACTICAL, BOOKING)
_LARGE_START = (WHAT, ACTIVITIES, LEARNING, WHO)


def sections_for(kind: str, mode: str) -> tuple[Section, ...]:
    """The pages of an offer of that kind and mode, in the order in which they are asked."""
    small = kind in SMALL_OFFERS
    pages = _PAGES[small][mode or Mode.IN_PERSON]
    return (*pages, *_SMALL_EXTRAS) if small else (*_LARGE_START, *pages, BOOKING)


def of(placement: Placement) -> tuple[Section, ...]:
    return sections_for(placement.kind, placement.mode)


def find(placement: Placement, code: str) -> Section | None:
    """The listing's section of that code; nothing where an offer like it has none."""
    return next((page for page in (KIND, *of(placement)) if page.code == code), None)


def holding(placement: Placement, field: str) -> Section:
    """The page on which the listing's provider answers that question."""
    return next((page for page in of(placement) if field in page.fields), KIND)


def titles() -> dict[str, str]:
    """Every code with the title that a note shows when the page itself is gone."""
    pages = (KIND, *_LARGE_START, ONLINE_ONLY, SAFETY, CONTACT, WHERE, WHEN, DATES, PRACTICAL)
    return {page.code: page.title for page in (*pages, BOOKING)}


def field_named(name: str) -> "models.Field[Any, Any]":
    """The column that keeps the answer to a question."""
    field = Placement._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101 -- sections name no reverse relation.
    return field
