"""What counts as experience of work, as published for schools, employers and hubs alike."""

from typing import NamedTuple

from placements.words import SMALL_OFFERS, WORKING_KINDS, Kind

FIRST_YEAR_GROUP, FIRST_WORKING_YEAR_GROUP = 7, 10
MEETING = "A meeting with an employer"
WORKPLACE = "Experience of a workplace"
OF_THE_COURSE = "Experience of a workplace, as part of a course"


class Counted(NamedTuple):
    """A kind of experience, the youngest who may do it, and what it counts as."""

    label: str
    from_year: int
    counts_as: str


def kinds() -> list[Counted]:
    """The whole ladder, from its smallest rung."""
    return [Counted(str(kind.label), _from_year(kind), _counts_as(kind)) for kind in Kind]


def _from_year(kind: Kind) -> int:
    return FIRST_WORKING_YEAR_GROUP if kind in WORKING_KINDS else FIRST_YEAR_GROUP


def _counts_as(kind: Kind) -> str:
    if kind in SMALL_OFFERS or kind == Kind.PROJECT:
        return MEETING
    if kind in (Kind.T_LEVEL, Kind.SUPPORTED):
        return OF_THE_COURSE
    if kind == Kind.VISIT:
        return f"{WORKPLACE}, if it meets all seven points; otherwise a meeting"
    return WORKPLACE
