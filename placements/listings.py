"""The verbs of whoever lists: start, copy, write, send in, pause, resume, withdraw.

Each locks the listing it changes. What a broker has approved stays up while changes to
it wait in a revision (`placements.revisions`); whatever changes nothing that was approved
applies at once. What a broker wrote for an employer is confirmed by the employer first
(`placements.confirmation`).
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member, Organisation, Workplace
from placements import (
    authority,
    badges,
    booking_rules,
    confirmation,
    consents,
    counter,
    lifecycle,
    listing_notices,
    listing_rules,
    revisions,
    shared_text,
    slots,
    waiting,
    workplace_days,
)
from placements.listing_rules import FREE, locked
from placements.models import Booking, Placement
from placements.sections import Section
from placements.states import APPROVED, BEING_WRITTEN, PlacementState
from placements.words import SMALL_OFFERS, CancelReason, Mode, TakesPart

# What one listing passes on to its copy: everything its provider wrote.
COPIED = (
    *("workplace", "kind", "mode", "self_paced", "takes_part", "title", "summary", "sector"),
    *("activities", "objectives", "curriculum", "criteria", "two_way_contact"),
    *("not_suitable_for", "year_from", "year_to", "audience", "adjustments"),
    *("adjustments_notes", "days", "pattern", "starts_at", "ends_at", "lunch", "dress"),
    *("equipment", "travel", "it_access", "confidentiality", "charge", "supervision"),
    *("confirms_at_once", "opens_days_before", "closes_days_before", "most_places_per_school"),
    *("largest_group", "fewest_places_per_school"),
    *("contact_name", "contact_email", "contact_phone", "joining_instructions"),
)


@transaction.atomic
def start(
    *,
    by: Member,
    kind: str,
    mode: str,
    on_behalf_of: Organisation | None = None,
    confirm_with: str = "",
) -> Placement:
    """A new draft, with what is known already filled in.

    A broker who writes for an employer names the address that will confirm it.
    """
    provider = _provider_for(by, on_behalf_of)
    placement = Placement(provider=provider, written_by=by, kind=kind, mode=mode)
    listing_rules.refuse_malformed(placement, {"kind": kind, "mode": mode})
    placement.takes_part = _usual_place(kind, mode)
    placement.badges = badges.held_by(provider)
    if mode != Mode.VIRTUAL:
        placement.workplace = _only_workplace(provider)
    if on_behalf_of is None:
        placement.contact_name = by.user.name
        placement.contact_email = by.user.email
        placement.contact_phone = by.phone
    else:
        placement.confirmation_asked_of = confirm_with or confirmation.usual_address(provider)
    placement.save(force_insert=True)
    lifecycle.begin(placement, by=by)
    return placement


@transaction.atomic
def copy(placement: Placement, *, by: Member) -> Placement:
    """A draft with everything but the dates."""
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    fresh = Placement(provider=placement.provider, written_by=by, copied_from=placement)
    fresh.badges = badges.held_by(placement.provider)
    for name in COPIED:
        setattr(fresh, name, getattr(placement, name))
    if by.organisation_id != placement.provider_id:
        fresh.confirmation_asked_of = placement.confirmation_asked_of
    fresh.save(force_insert=True)
    lifecycle.begin(fresh, by=by)
    return fresh


@transaction.atomic
def write(
    placement: Placement, section: Section, values: Mapping[str, Any], *, by: Member
) -> Placement:
    """Answer the questions of one page, as far as `values` answers them."""
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    if to := values.get("workplace"):
        workplace_days.hold_number(to)
    placement = locked(placement)
    listing_rules.refuse_unless_writable(placement)
    _refuse_values(placement, section, values)
    if placement.state in BEING_WRITTEN:
        return _set(placement, values, by)
    revisions.propose(placement, {n: v for n, v in values.items() if n not in FREE}, by=by)
    return _set(placement, {n: v for n, v in values.items() if n in FREE}, by)


@transaction.atomic
def submit(placement: Placement, *, by: Member) -> Placement:
    """Send a finished listing to its desk; the notes of the last reading are settled."""
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    placement = locked(placement)
    listing_rules.refuse_sent_in_already(placement)
    listing_rules.refuse_below_bar(placement)
    confirmation.refuse_unaddressed(placement, by)
    placement.submitted_at = clock.now()
    if by.organisation_id == placement.provider_id:
        placement.confirmed_by_employer_at = placement.submitted_at
    placement.save(update_fields=["submitted_at", "confirmed_by_employer_at"])
    lifecycle.move(placement, PlacementState.SUBMITTED, by=by)
    placement.review_notes.filter(settled_at=None).update(settled_at=clock.now())
    listing_notices.submitted(placement)
    return placement


@transaction.atomic
def pause(placement: Placement, *, by: Member) -> Placement:
    """Take it out of sight for a while. Bookings stand; nobody can ask for places."""
    return _moved(placement, PlacementState.PAUSED, by)


@transaction.atomic
def resume(placement: Placement, *, by: Member) -> Placement:
    """Show it again. There must still be dates to come."""
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    placement = locked(placement)
    if placement.state not in (PlacementState.PAUSED, PlacementState.EXPIRED):
        raise ValidationError("Only what is paused or expired can go back up.", code="not_paused")
    listing_rules.refuse_below_bar(placement)
    listing_rules.refuse_unaccepted_risk(placement)
    lifecycle.move(placement, PlacementState.PUBLISHED, by=by)
    waiting.pass_on_all(placement)
    return _confirmed_today(placement)


@transaction.atomic
def still_right(placement: Placement, *, by: Member) -> Placement:
    """Somebody has looked, and it is all still true."""
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    placement = locked(placement)
    if placement.state not in APPROVED:
        raise ValidationError("This listing has not been published yet.", code="not_published")
    return _confirmed_today(placement)


@transaction.atomic
def withdraw(placement: Placement, *, by: Member, reason: str = "", comment: str = "") -> int:
    """Take it down for good, and call off its dates; say how many bookings that ended. Where there
    are any, their schools are told why."""
    placement = _moved(placement, PlacementState.WITHDRAWN, by, reason=reason, comment=comment)
    revisions.drop(placement)
    coming = counter.lock_all(placement.slots.open())
    if reason or Booking.objects.live().filter(slot__in=coming).exists():
        booking_rules.refuse_unless_due(reason, comment, CancelReason)
    return sum(
        slots.call_off(slot, reason=reason or CancelReason.BUSINESS, comment=comment, by=by)
        for slot in coming
    )


def expire_past() -> int:
    """Take down what has no dates to come any more; say how many. Safe to repeat."""
    expired = 0
    for placement in Placement.objects.without_dates_to_come().only("pk").order_by("pk"):
        expired += _expire(placement)
    return expired


@transaction.atomic
def _expire(placement: Placement) -> bool:
    placement = locked(placement)
    if not Placement.objects.without_dates_to_come().filter(pk=placement.pk).exists():
        return False
    lifecycle.move(placement, PlacementState.EXPIRED, by=None)
    listing_notices.expired(placement)
    return True


def _provider_for(by: Member, on_behalf_of: Organisation | None) -> Organisation:
    if on_behalf_of is None:
        if not authority.may_list(by):
            raise PermissionDenied
        return by.organisation
    if not authority.may_list_for_others(by):
        raise PermissionDenied
    if not on_behalf_of.lists_placements:
        raise ValidationError("Choose an employer or provider.", code="not_an_employer")
    return on_behalf_of


def _usual_place(kind: str, mode: str) -> str:
    """Where students are, where there is an answer that is nearly always right."""
    if mode == Mode.VIRTUAL:
        return ""
    return TakesPart.SCHOOL if kind in SMALL_OFFERS else TakesPart.WORKPLACE


def _only_workplace(provider: Organisation) -> Workplace | None:
    active = list(provider.workplaces.active()[:2])
    return active[0] if len(active) == 1 else None


def _refuse_values(placement: Placement, section: Section, values: Mapping[str, Any]) -> None:
    listing_rules.refuse_other_questions(section, values)
    listing_rules.refuse_new_kind(placement, section)
    listing_rules.refuse_virtual_with_sites(placement, values)
    listing_rules.refuse_other_workplace(placement, values)
    listing_rules.refuse_malformed(placement, values)
    listing_rules.refuse_unknown_criteria(values)
    proposed = revisions.as_proposed(placement)
    for name, value in values.items():
        setattr(proposed, name, value)
    listing_rules.refuse_contradiction(proposed)


def _set(placement: Placement, values: Mapping[str, Any], by: Member) -> Placement:
    """Write the fields, and take back what rested on them."""
    retold = [n for n, v in values.items() if v != getattr(placement, n)]
    for name, value in values.items():
        setattr(placement, name, value)
    changed = [*values, "changed_at"]
    if workplace_days.WHERE.intersection(values):
        workplace_days.refuse_unless_welcome(placement)
    if "workplace" in values:
        placement.risk_accepted_by = None
        changed.append("risk_accepted_by")
    if by.organisation_id != placement.provider_id and placement.state in BEING_WRITTEN:
        placement.confirmed_by_employer_at = None
        changed.append("confirmed_by_employer_at")
    itself = Placement.objects.filter(pk=placement.pk)
    with waiting.passing_on_days_left(itself, values, to=placement.workplace):
        placement.save(update_fields=changed)
    # Words that no broker has read stay off the sites, which are up; publishing passes them on.
    if placement.state in APPROVED:
        shared_text.pass_on(placement, values)
    slots.keep_in_step(placement)
    if consents.TOLD_TO_PARENTS.intersection(retold):
        consents.ask_anew(Booking.objects.filter(slot__placement=placement))
    return placement


def _moved(
    placement: Placement, to: PlacementState, by: Member, reason: str = "", comment: str = ""
) -> Placement:
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    placement = locked(placement)
    lifecycle.move(placement, to, by=by, reason=reason, comment=comment)
    return placement


def _confirmed_today(placement: Placement) -> Placement:
    placement.last_confirmed_on = clock.today()
    placement.save(update_fields=["last_confirmed_on"])
    return placement
