"""The minimum bar: what a listing must say before it can be published.

Everything here is a pure question about a listing; nothing is written. What must be
answered depends on the kind and the mode, so that no small offer is turned away:

* every offer says what it is, what students do and learn, for which years, where students
  are while they take part, on which dates, and whom a school speaks to;
* a virtual offer says how students talk to somebody, and how they are answered;
* what happens in person happens at a known workplace;
* from a visit upwards (and for a project) three of the seven criteria must be met: a clear
  purpose, outcomes, and two-way conversation. Working placements set a task as well. The
  other criteria are shown to schools as met or not, and stop nobody;
* working placements start in Year 10 at the earliest, T Level placements and supported
  internships after Year 11.

What a broker should weigh, but which stops nothing by itself, is in `placements.cautions`.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from placements import answers, sections
from placements.models import Placement
from placements.words import SMALL_OFFERS, WORKING_KINDS, Criterion, Kind, Mode, TakesPart

LONGEST_DAY = timedelta(hours=9)

_ALWAYS = (
    "kind",
    "mode",
    "title",
    "summary",
    "sector",
    "activities",
    "objectives",
    "year_from",
    "year_to",
    "takes_part",
    "contact_name",
    "contact_email",
)
_FIRST_YEAR: dict[str, int] = {
    **dict.fromkeys(WORKING_KINDS, 10),
    Kind.T_LEVEL: 12,
    Kind.SUPPORTED: 12,
}
# The fewest and the most days of each kind; a bank holiday may take one away.
_DAYS: dict[str, tuple[int, int]] = {
    Kind.SHADOWING: (1, 2),
    Kind.SHORT_PLACEMENT: (1, 4),
    Kind.WEEK_PLACEMENT: (4, 7),
    Kind.EXTENDED_PLACEMENT: (8, 100),
    Kind.T_LEVEL: (40, 250),
    Kind.SUPPORTED: (30, 250),
}


class Shortcoming(NamedTuple):
    """One thing that keeps a listing from being published."""

    section: str
    field: str
    code: str
    words: str


def needed(placement: Placement) -> set[str]:
    """The fields that must not be empty, for this kind and mode."""
    fields = set(_ALWAYS)
    if placement.mode == Mode.VIRTUAL:
        fields.add("two_way_contact")
    else:
        fields.add("workplace")
    if placement.kind not in SMALL_OFFERS:
        fields |= {"days", "pattern"}
        if placement.mode != Mode.VIRTUAL and placement.takes_part in ("", TakesPart.WORKPLACE):
            fields |= {"starts_at", "ends_at", "supervision"}
    return fields


def criteria_needed(placement: Placement) -> tuple[Criterion, ...]:
    if placement.kind in SMALL_OFFERS:
        return ()
    meaningful = (Criterion.PURPOSE, Criterion.OUTCOMES, Criterion.TWO_WAY)
    return (*meaningful, Criterion.TASK) if placement.kind in WORKING_KINDS else meaningful


def shortcomings(placement: Placement) -> list[Shortcoming]:
    """Everything that is still missing or wrong, in the order of the pages."""
    found = [*apart_from_dates(placement), *_dates(placement)]
    order = [page.code for page in (sections.KIND, *sections.of(placement))]
    return sorted(found, key=lambda shortcoming: order.index(shortcoming.section))


def apart_from_dates(placement: Placement) -> list[Shortcoming]:
    """What the listing itself lacks: it asks the database nothing, so many can be looked at."""
    return [
        *_missing(placement),
        *contradictions(placement),
        *_criteria(placement),
        *_years(placement),
        *_length(placement),
        *_workplace(placement),
    ]


def contradictions(placement: Placement) -> list[Shortcoming]:
    """What cannot both be true, finished or not. These are refused even in a draft."""
    return [
        *_years_order(placement),
        *_hours_order(placement),
        *_windows(placement),
        *_groups(placement),
        *_size_of_groups(placement),
    ]


def _missing(placement: Placement) -> Iterator[Shortcoming]:
    for field in sorted(needed(placement)):
        if getattr(placement, field) in ("", None):
            words = f"{answers.LABELS[field]} is not answered yet"
            yield _short(placement, field, "missing", words)


def _years_order(placement: Placement) -> Iterator[Shortcoming]:
    first, last = placement.year_from, placement.year_to
    if first is not None and last is not None and first > last:
        words = "The last year group must be the same as the first, or after it"
        yield _short(placement, "year_to", "years_not_in_order", words)


def _hours_order(placement: Placement) -> Iterator[Shortcoming]:
    if placement.starts_at is None or placement.ends_at is None:
        return
    if placement.starts_at >= placement.ends_at:
        words = "The day must finish after it starts"
        yield _short(placement, "ends_at", "hours_not_in_order", words)
    elif _hours(placement) > LONGEST_DAY:
        words = "A student's day must be no longer than 9 hours, breaks included"
        yield _short(placement, "ends_at", "day_too_long", words)


def _groups(placement: Placement) -> Iterator[Shortcoming]:
    fewest, most = placement.fewest_places_per_school, placement.most_places_per_school
    if fewest is not None and most is not None and fewest > most:
        words = "The smallest group must be no larger than the most places for one school"
        yield _short(placement, "fewest_places_per_school", "groups_not_in_order", words)


def _size_of_groups(placement: Placement) -> Iterator[Shortcoming]:
    fewest, largest = placement.fewest_places_per_school, placement.largest_group
    if largest is None:
        return
    if fewest is not None and fewest > largest:
        words = "The smallest group must be no larger than the largest"
        yield _short(placement, "fewest_places_per_school", "groups_not_in_order", words)
    if placement.most_places_per_school is not None:
        words = "Leave this empty: where each place is for a group, one school has one group"
        yield _short(placement, "most_places_per_school", "groups_have_no_cap", words)


def _windows(placement: Placement) -> Iterator[Shortcoming]:
    if placement.opens_days_before < placement.closes_days_before:
        words = "Bookings must open before they close"
        yield _short(placement, "closes_days_before", "closes_before_it_opens", words)


def _hours(placement: Placement) -> timedelta:
    day = date(2000, 1, 1)
    assert placement.starts_at is not None  # noqa: S101 -- both callers have looked.
    assert placement.ends_at is not None  # noqa: S101
    return datetime.combine(day, placement.ends_at) - datetime.combine(day, placement.starts_at)


def _criteria(placement: Placement) -> Iterator[Shortcoming]:
    for criterion in criteria_needed(placement):
        if criterion not in placement.criteria:
            words = f"Say how students will have this: {criterion.label[0].lower()}{criterion.label[1:]}"
            yield _short(placement, "criteria", "criterion_not_met", words)


def _years(placement: Placement) -> Iterator[Shortcoming]:
    first_year = _FIRST_YEAR.get(placement.kind, 7)
    if placement.year_from is not None and placement.year_from < first_year:
        words = f"This kind of opportunity is for Year {first_year} and above. Choose a later year group, or offer a visit instead"
        yield _short(placement, "year_from", "too_young", words)


def _length(placement: Placement) -> Iterator[Shortcoming]:
    fewest, most = _DAYS.get(placement.kind, (1, 250))
    if placement.days is not None and not fewest <= placement.days <= most:
        words = f"{placement.get_kind_display()}: the days must be between {fewest} and {most}. Change the days or the kind of opportunity"
        yield _short(placement, "days", "days_do_not_fit_kind", words)


def _workplace(placement: Placement) -> Iterator[Shortcoming]:
    if placement.workplace is not None and not placement.workplace.is_active:
        words = "Choose another workplace: this one is no longer in use"
        yield _short(placement, "workplace", "workplace_retired", words)


def _dates(placement: Placement) -> Iterator[Shortcoming]:
    if not placement.slots.open().exists():
        words = "Add at least one date that is still to come"
        yield Shortcoming(sections.DATES.code, "", "no_dates", words)


def _short(placement: Placement, field: str, code: str, words: str) -> Shortcoming:
    return Shortcoming(sections.holding(placement, field).code, field, code, words)
