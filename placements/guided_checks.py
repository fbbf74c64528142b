"""A check in a talk with the host, for somebody who is no specialist.

Six questions, each with an answer that is no worry. Where all are, and the host says that
the risks are everyday ones, the talk is the check. Any worry is the hub's: it is asked to
look, and told which.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction

from accounts import clock, phrases
from accounts.models import Member, RiskBand, Workplace
from placements import check_requests, checks
from placements.models import CheckRequest, Placement, WorkplaceCheck
from placements.words import CheckBasis, CheckOutcome

GOOD_FOR = timedelta(days=365)
HUB_ANSWERS_IN = timedelta(days=14)
# Each question with the answer that is no worry, and what the hub is told of any other.
QUESTIONS: dict[str, tuple[bool, str]] = {
    "spoke": (True, "Nobody has spoken with the host about what students will do"),
    "watched": (True, "It is not clear who looks after students all day"),
    "shown": (True, "Students are not shown on the first day what is dangerous, and where to go"),
    "helped": (True, "It is not clear who helps in an accident or a fire"),
    "dangers": (
        False,
        "There are machines, vehicles, chemicals, animals, heights or building work",
    ),
    "alone": (False, "It is in a home, or one adult may be alone with one student"),
}


def worries(workplace: Workplace, answers: Mapping[str, bool]) -> list[str]:
    found = [words for name, (good, words) in QUESTIONS.items() if answers[name] != good]
    if workplace.risk_band != RiskBand.LOW:
        found.append("The host says that the risks are not everyday ones")
    if workplace.needs_a_brokers_decision:
        found.append("The host says that it is a home, or that one adult may be alone")
    return found


@transaction.atomic
def talk_through(
    placement: Placement,
    answers: Mapping[str, bool],
    *,
    by: Member,
    insurance_seen_until: date | None = None,
) -> WorkplaceCheck | CheckRequest:
    """Write the talk down as a check, or ask the hub, if there is anything to worry about."""
    checks.refuse_strangers(placement, by)
    checks.refuse_odd_insurance(insurance_seen_until, clock.today())
    assert placement.workplace is not None  # noqa: S101 -- whoever may know of it has seen one.
    if found := worries(placement.workplace, answers):
        if insurance_seen_until:
            seen = phrases.long_date(insurance_seen_until)
            found.append(f"The insurance certificate was seen, and is good until {seen}")
        until = clock.today() + HUB_ANSWERS_IN
        return check_requests.ask_desk(placement, wanted_by=until, by=by, note="\n".join(found))
    return checks.record(
        placement,
        by=by,
        band=RiskBand.LOW,
        basis=CheckBasis.CONVERSATION,
        outcome=CheckOutcome.SUITABLE,
        checked_on=clock.today(),
        valid_until=clock.today() + GOOD_FOR,
        insurance_seen_until=insurance_seen_until,
    )
