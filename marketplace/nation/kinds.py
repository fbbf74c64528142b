"""What is offered how often, how long it takes, and for whom."""

from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from accounts.models import WorkplaceKind
from accounts.words import Sector
from placements.words import WORKING_KINDS, Adjustment, Criterion, Kind, Mode, Pattern, TakesPart


class Often:
    """Things with how often each comes up."""

    def __init__(self, weights: dict[Any, float]) -> None:
        self.things = list(weights)
        self.up_to = list(accumulate(weights.values()))

    def one(self, dice: Random) -> Any:
        return dice.choices(self.things, cum_weights=self.up_to)[0]


class Length(NamedTuple):
    """From how many to how many days, how they lie, and the first year group allowed."""

    fewest: int
    most: int
    pattern: Pattern
    first_year: int


MODES = Often({Mode.IN_PERSON: 60, Mode.VIRTUAL: 30, Mode.HYBRID: 10})
KINDS = Often(
    {
        Kind.TALK: 12,
        Kind.MENTORING: 8,
        Kind.VISIT: 14,
        Kind.PROJECT: 8,
        Kind.SHADOWING: 12,
        Kind.SHORT_PLACEMENT: 14,
        Kind.WEEK_PLACEMENT: 24,
        Kind.EXTENDED_PLACEMENT: 4,
        Kind.T_LEVEL: 3,
        Kind.SUPPORTED: 1,
    }
)
LENGTHS = {
    Kind.TALK: Length(1, 1, Pattern.ONE_OFF, 7),
    Kind.MENTORING: Length(1, 1, Pattern.ONE_OFF, 7),
    Kind.VISIT: Length(1, 1, Pattern.ONE_OFF, 7),
    Kind.PROJECT: Length(1, 5, Pattern.BLOCK, 7),
    Kind.SHADOWING: Length(1, 2, Pattern.BLOCK, 7),
    Kind.SHORT_PLACEMENT: Length(1, 4, Pattern.BLOCK, 10),
    Kind.WEEK_PLACEMENT: Length(5, 5, Pattern.BLOCK, 10),
    Kind.EXTENDED_PLACEMENT: Length(10, 15, Pattern.BLOCK, 10),
    Kind.T_LEVEL: Length(45, 60, Pattern.WEEKLY_DAY, 12),
    Kind.SUPPORTED: Length(60, 120, Pattern.SPREAD, 12),
}
SECTORS = Often(
    {
        Sector.HEALTH: 12,
        Sector.DIGITAL: 11,
        Sector.ENGINEERING: 10,
        Sector.BUSINESS: 9,
        Sector.EDUCATION: 9,
        Sector.CREATIVE: 8,
        Sector.CONSTRUCTION: 7,
        Sector.CATERING: 7,
        Sector.LEGAL_FINANCE: 6,
        Sector.SALES: 6,
        Sector.AGRICULTURE: 5,
        Sector.CARE: 4,
        Sector.TRANSPORT: 3,
        Sector.HAIR_BEAUTY: 2,
        Sector.PROTECTIVE: 1,
    }
)
PLACES_OF_WORK = {
    Sector.AGRICULTURE: WorkplaceKind.FARM,
    Sector.CARE: WorkplaceKind.HEALTH,
    Sector.CATERING: WorkplaceKind.SHOP,
    Sector.CONSTRUCTION: WorkplaceKind.SITE,
    Sector.EDUCATION: WorkplaceKind.EDUCATION,
    Sector.ENGINEERING: WorkplaceKind.WORKSHOP,
    Sector.HAIR_BEAUTY: WorkplaceKind.SHOP,
    Sector.HEALTH: WorkplaceKind.HEALTH,
    Sector.SALES: WorkplaceKind.SHOP,
    Sector.TRANSPORT: WorkplaceKind.VEHICLE,
}
YEARS = ((7, 9), (7, 11), (7, 13), (8, 9), (9, 11), (10, 10), (10, 11), (10, 13), (12, 13))
_YEARS_FROM = {first: [years for years in YEARS if years[0] >= first] for first in (7, 10, 12)}
ADJUSTMENTS = {
    Adjustment.STEP_FREE: 0.50,
    Adjustment.ACCESSIBLE_TOILET: 0.42,
    Adjustment.HEARING: 0.10,
    Adjustment.VISUAL: 0.08,
    Adjustment.QUIET: 0.25,
    Adjustment.FLEXIBLE_HOURS: 0.35,
    Adjustment.SUPERVISION: 0.15,
    Adjustment.JOB_COACH: 0.09,
    Adjustment.EASY_READ: 0.07,
    Adjustment.VISIT_BEFORE: 0.30,
}
_NEEDED = (Criterion.PURPOSE, Criterion.OUTCOMES, Criterion.TWO_WAY, Criterion.TASK)
_FURTHER = (Criterion.RANGE_OF_PEOPLE, Criterion.FEEDBACK, Criterion.REFLECTION)


def years(dice: Random, kind: Kind) -> tuple[int, int]:
    return dice.choice(_YEARS_FROM[LENGTHS[kind].first_year])


def adjustments(dice: Random) -> list[str]:
    return [one.value for one, share in ADJUSTMENTS.items() if dice.random() < share]


def criteria(dice: Random) -> list[str]:
    return [*_NEEDED, *dice.sample(_FURTHER, k=dice.randrange(4))]


def takes_part(kind: Kind, mode: Mode) -> TakesPart:
    if mode == Mode.VIRTUAL:
        return TakesPart.HOME if kind in WORKING_KINDS else TakesPart.SCHOOL
    return TakesPart.SCHOOL if kind in (Kind.TALK, Kind.MENTORING) else TakesPart.WORKPLACE
