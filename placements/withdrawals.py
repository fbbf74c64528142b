"""Many listings taken down for good: decided at once, and called off date by date.

What is left to do is read from the dates that are still open beneath a listing that is
withdrawn, and who called them off, and why, from that listing's history: a worker that dies
loses nothing, and two do nothing twice. Schools are told, and owed replacements, as ever.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts import clock
from accounts.models import Member, Organisation, Standing
from placements import authority, booking_rules, counter, lifecycle, listing_rules, revisions, slots
from placements.models import Booking, Placement, PlacementMove, Slot
from placements.models.bookings import BookingQuerySet
from placements.models.placements import PlacementQuerySet
from placements.models.slots import SlotQuerySet
from placements.states import CLOSED, OPEN_REVISION, PlacementState, SlotState
from placements.words import CancelReason

# While somebody waits for the page, and in each round of the worker.
AT_ONCE = 20
A_ROUND = 500


@transaction.atomic
def everywhere(placement: Placement, *, reason: str, comment: str, by: Member) -> int:
    """Withdraw a listing and each of its sites; say how many."""
    if by.organisation_id != placement.provider_id or not authority.may_list(by):
        raise PermissionDenied
    listing_rules.locked(placement)
    return _take_down(whole(placement), reason, comment, by)


@transaction.atomic
def of_provider(provider: Organisation, *, reason: str, comment: str, by: Member) -> int:
    """Withdraw all that it lists. Who may decide that is the business of `brokers`."""
    return _take_down(Placement.objects.filter(provider=provider), reason, comment, by)


def go_on(*, of: PlacementQuerySet | None = None, at_most: int = A_ROUND) -> int:
    """Call off the next of the dates that are left, the soonest first; say how many."""
    dates = left() if of is None else left().filter(placement__in=of)
    due = list(dates.order_by("starts_on", "pk")[:at_most])
    return sum(_call_off(slot) for slot in due)


def left() -> SlotQuerySet:
    """Dates that are still open though their listing is withdrawn.

    Those that have begun go on; but not where nobody may rely on the provider any more.
    """
    today = clock.today()
    unreliable = Q(
        _for_good(), ends_on__gte=today, placement__provider__standing=Standing.SUSPENDED
    )
    by_somebody = PlacementMove.objects.filter(
        placement=OuterRef("pk"), went_to=PlacementState.WITHDRAWN, by__isnull=False
    )
    withdrawn = Placement.objects.filter(Exists(by_somebody), state=PlacementState.WITHDRAWN)
    coming = Slot.objects.filter(state=SlotState.OPEN, placement__in=withdrawn)
    return coming.filter(Q(starts_on__gt=today) | unreliable)


def _for_good(placement: str = "placement") -> Exists:
    """Withdrawn by a desk, or since the provider was suspended. What a provider had withdrawn of
    itself before that runs out as it was meant to: a suspension alone calls nothing off."""
    by_a_desk = Q(by__isnull=False) & ~Q(by__organisation=F("placement__provider"))
    since = Q(at__gte=F("placement__provider__suspended_at"))
    moves = PlacementMove.objects.filter(
        placement=OuterRef(placement), went_to=PlacementState.WITHDRAWN
    )
    return Exists(moves.filter(by_a_desk | since))


def whole(placement: Placement) -> PlacementQuerySet:
    """A listing with its sites."""
    return Placement.objects.filter(Q(pk=placement.pk) | Q(text_of=placement))


def at_stake(listings: PlacementQuerySet) -> BookingQuerySet:
    """What schools would lose if these were withdrawn, or have yet to be told of."""
    coming = Q(slot__starts_on__gt=clock.today())
    running = Q(
        slot__ends_on__gte=clock.today(), slot__placement__provider__standing=Standing.SUSPENDED
    )
    runs_out = Q(slot__placement__state=PlacementState.WITHDRAWN) & ~Q(_for_good("slot__placement"))
    return Booking.objects.live().filter(
        coming | (running & ~runs_out), slot__placement__in=listings
    )


def _take_down(listings: PlacementQuerySet, reason: str, comment: str, by: Member) -> int:
    booking_rules.refuse_unless_due(reason, comment, CancelReason)
    standing = listings.exclude(state__in=CLOSED).order_by("pk")
    held = list(standing.select_for_update(no_key=True, of=("self",)))
    lifecycle.move_all(held, PlacementState.WITHDRAWN, by=by, reason=reason, comment=comment)
    for placement in listings.filter(revisions__state__in=OPEN_REVISION):
        revisions.drop(placement)
    return len(held)


@transaction.atomic
def _call_off(slot: Slot) -> bool:
    placement = listing_rules.locked(slot.placement)
    held = counter.lock(slot.pk)
    if held.state != SlotState.OPEN:
        return False
    held.placement = placement
    moves = placement.moves.select_related("by__organisation")
    last = moves.filter(went_to=PlacementState.WITHDRAWN, by__isnull=False).latest("at", "pk")
    assert last.by is not None  # noqa: S101 -- it was asked for.
    reason = last.reason or CancelReason.BUSINESS
    slots.call_off(held, reason=reason, comment=last.comment, by=last.by)
    return True
