"""What is done to a listing and to each of its sites in one act.

Whatever a site could not do by itself it does not do here either; it stays as it is.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts import clock
from accounts.models import Member
from placements import authority, bar, lifecycle, listing_rules, waiting
from placements.models import Placement, Slot
from placements.models.placements import PlacementQuerySet
from placements.states import PlacementState


@transaction.atomic
def pause(placement: Placement, *, by: Member) -> int:
    held = list(_whole(placement, by, PlacementState.PUBLISHED))
    lifecycle.move_all(held, PlacementState.PAUSED, by=by)
    return len(held)


@transaction.atomic
def resume(placement: Placement, *, by: Member) -> int:
    """Show again whatever could be shown by itself; what could not stays paused."""
    return show(_whole(placement, by, PlacementState.PAUSED), by=by)


def show(held: PlacementQuerySet, *, by: Member) -> int:
    """Publish those that could be resumed one by one. The caller has locked the listing."""
    coming = Exists(Slot.objects.open().filter(placement=OuterRef("pk")))
    with_dates = held.filter(coming).select_related("provider", "workplace")
    shown = [site for site in with_dates if _may_be_shown(site)]
    lifecycle.move_all(shown, PlacementState.PUBLISHED, by=by)
    up_again = Placement.objects.filter(pk__in=[site.pk for site in shown])
    up_again.update(last_confirmed_on=clock.today())
    waiting.pass_on_each(up_again)
    return len(shown)


def _whole(placement: Placement, by: Member, *states: PlacementState) -> PlacementQuerySet:
    if by.organisation_id != placement.provider_id or not authority.may_list(by):
        raise PermissionDenied
    listing_rules.locked(placement)
    whole = Placement.objects.filter(Q(pk=placement.pk) | Q(text_of=placement), state__in=states)
    return whole.order_by("pk").select_for_update(no_key=True, of=("self",))


def _may_be_shown(site: Placement) -> bool:
    is_accepted = site.risk_accepted_by_id is not None or not site.needs_a_brokers_decision
    return is_accepted and not bar.apart_from_dates(site)
