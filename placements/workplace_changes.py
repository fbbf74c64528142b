"""What a change to a workplace means for the listings there. Called inside the change.

A broker's yes to a private home or a lone adult was given for the workplace as it was. If
it becomes one, every listing there goes back to its desk, and is seen by no school until
a broker has decided; bookings stand. Parents agreed to the place as it was: of what they
were told, a change makes the school ask them again. How many students it can have on a day is
counted anew (`placements.workplace_limits`). A workplace that is given up pauses its listings.
"""

from collections.abc import Iterator

from accounts import clock, workplaces
from accounts.models import Member, Workplace
from placements import (
    consents,
    lifecycle,
    listing_notices,
    listing_rules,
    paperwork,
    workplace_limits,
)
from placements.models import Booking, Placement
from placements.states import APPROVED, PlacementState

RISKY = frozenset({"kind", "lone_adult"})
OF_PAPERS = RISKY | {"risk_band", "insurer", "insured_until", "crown_indemnity"}
TOLD_TO_PARENTS = RISKY | {"address", "town", "postcode", "risk_band", "restricted_activities"}


def follow(workplace: Workplace, changed: frozenset[str], by: Member) -> None:
    if changed & RISKY:
        _decide_anew(workplace, by)
    if changed & TOLD_TO_PARENTS:
        consents.ask_anew(Booking.objects.filter(slot__placement__workplace=workplace))
    if changed & OF_PAPERS:
        paperwork.settle_all(Booking.objects.filter(slot__placement__workplace=workplace))
    if "most_a_day" in changed:
        workplace_limits.follow(workplace)
    if "is_active" in changed and not workplace.is_active:
        _pause(workplace, by)


def begin() -> None:
    """Hear of every change to a workplace. Called at start-up."""
    workplaces.watch(follow)


def _decide_anew(workplace: Workplace, by: Member) -> None:
    for placement in _listings_at(workplace):
        placement.risk_accepted_by = None
        placement.save(update_fields=["risk_accepted_by"])
        if workplace.needs_a_brokers_decision and placement.state in APPROVED:
            _back_to_the_desk(placement, by)


def _back_to_the_desk(placement: Placement, by: Member) -> None:
    placement.submitted_at = clock.now()
    placement.save(update_fields=["submitted_at"])
    lifecycle.move(placement, PlacementState.SUBMITTED, by=by, reason="workplace")
    listing_notices.held(placement)


def _pause(workplace: Workplace, by: Member) -> None:
    for placement in _listings_at(workplace):
        if placement.state == PlacementState.PUBLISHED:
            lifecycle.move(placement, PlacementState.PAUSED, by=by, reason="workplace")


def _listings_at(workplace: Workplace) -> Iterator[Placement]:
    """Each locked, always in the same order, and knowing the workplace as it is now."""
    for placement in Placement.objects.filter(workplace=workplace).only("pk").order_by("pk"):
        locked = listing_rules.locked(placement)
        locked.workplace = workplace
        yield locked
