"""What a broker should weigh before publishing a listing. None of it stops anything by itself.

Insurance is here and not in the bar: a sole trader may have to take it out first, which a
conversation settles better than a closed door. A private home or a lone adult is here too,
and besides needs the broker's explicit decision (`listing_rules.refuse_unaccepted_risk`).
"""

from collections.abc import Iterator
from datetime import date, time
from typing import NamedTuple

from accounts import clock
from accounts.models import Workplace, WorkplaceKind
from placements.models import Placement
from placements.states import SlotState
from placements.words import WORKING_KINDS

# Outside these hours no child works, unless it is needed to learn the work.
EARLIEST, LATEST = time(7), time(19)


class Caution(NamedTuple):
    """Something for a broker to weigh."""

    code: str
    words: str


def of(placement: Placement) -> list[Caution]:
    workplace = placement.workplace
    of_place = list(_of_place(placement, workplace)) if workplace else []
    return [*of_place, *_of_hours(placement), *_of_charge(placement)]


def _of_place(placement: Placement, workplace: Workplace) -> Iterator[Caution]:
    if workplace.kind == WorkplaceKind.PRIVATE_HOME:
        yield Caution("private_home", "It happens in somebody's home.")
    if workplace.lone_adult:
        yield Caution("lone_adult", "The same adult may be alone with the same student.")
    if workplace.restricted_activities:
        words = "Activities that law limits for young people happen at this workplace."
        yield Caution("restricted_activities", words)
    if placement.kind in WORKING_KINDS and not workplace.crown_indemnity:
        yield from _of_insurance(placement, workplace)


def _of_insurance(placement: Placement, workplace: Workplace) -> Iterator[Caution]:
    if not workplace.insurer:
        yield Caution("no_insurance", "No employers' liability insurance has been named.")
    elif workplace.insured_until is not None and workplace.insured_until < _last_day(placement):
        yield Caution("insurance_ends", "The insurance ends before the last of the dates.")


def _last_day(placement: Placement) -> date:
    last = placement.slots.filter(state=SlotState.OPEN).order_by("-ends_on").first()
    return last.ends_on if last else clock.today()


def _of_hours(placement: Placement) -> Iterator[Caution]:
    early = placement.starts_at is not None and placement.starts_at < EARLIEST
    late = placement.ends_at is not None and placement.ends_at > LATEST
    if early or late:
        yield Caution("unusual_hours", "Students would be there before 7am or after 7pm.")


def _of_charge(placement: Placement) -> Iterator[Caution]:
    if placement.charge:
        yield Caution("charge", "Students or schools are asked to pay for something.")
