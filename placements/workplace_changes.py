"""What a change to a workplace means for the listings there. Called inside the change.

A broker's yes to a private home or a lone adult was given for the workplace as it was. If
it becomes one, every listing there goes back to its desk, and is seen by no school until
a broker has decided; bookings stand. A workplace that is given up pauses its listings.
"""

from collections.abc import Iterator

from accounts import clock, workplaces
from accounts.models import Member, Workplace
from placements import lifecycle, listing_notices, listing_rules
from placements.models import Placement
from placements.states import APPROVED, PlacementState

RISKY = frozenset({"kind", "lone_adult"})


def follow(workplace: Workplace, changed: frozenset[str], by: Member) -> None:
    if changed & RISKY:
        _decide_anew(workplace, by)
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
