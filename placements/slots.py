"""The verbs of dates: add, change, remove, cancel.

Dates and places are the provider's own affair, before and after a broker has approved the
listing. Locks are taken in one order everywhere: placement, then slot, then booking.
"""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import Member
from placements import (
    authority,
    booking_rules,
    bookings,
    counter,
    counting,
    holding,
    lifecycle,
    listing_rules,
    waiting,
    workplace_days,
)
from placements.models import Placement, Slot
from placements.states import APPROVED, BEING_WRITTEN, PlacementState, SlotState
from placements.words import CancelReason

MOST_PLACES = 1000
FURTHEST = timedelta(days=2 * 366)
LONGEST = timedelta(days=366)
LONGEST_NOTE = 200
# What follows the dates, and the listing's rule.
DAYS_FOR_ASKING = ("opens_on", "closes_on", "opens_at", "reserved_until")
# What follows the number of places.
COUNTED = ("places", "reserved", "kept_back")
TAKES_DATES = (*BEING_WRITTEN, PlacementState.SUBMITTED, *APPROVED)


@transaction.atomic
def add(
    placement: Placement, *, starts_on: date, ends_on: date, places: int, by: Member, note: str = ""
) -> Slot:
    """Offer the listing on these dates."""
    if not authority.may_write_listing(by, placement):
        raise PermissionDenied
    placement = listing_rules.locked(placement)
    refuse_closed(placement)
    slot = Slot(
        placement=placement,
        places=places,
        largest_group=placement.largest_group,
        note=note.strip(),
    )
    _put_on(slot, starts_on, ends_on)
    _refuse_malformed(slot)
    slot.save(force_insert=True)
    lifecycle.begin(slot, by=by)
    return slot


@transaction.atomic
def change(
    slot: Slot,
    *,
    by: Member,
    starts_on: date | None = None,
    ends_on: date | None = None,
    places: int | None = None,
    note: str | None = None,
) -> Slot:
    """Change the dates, the places or the note; what is not given stays."""
    slot = locked(slot, by)
    _refuse_called_off(slot)
    dates = (starts_on or slot.starts_on, ends_on or slot.ends_on)
    if dates != (slot.starts_on, slot.ends_on):
        _refuse_booked(slot)
        _put_on(slot, *dates)
    slot.places = slot.places if places is None else places
    counter.follow_share(slot)
    slot.note = slot.note if note is None else note.strip()
    _refuse_malformed(slot)
    _refuse_below_taken(slot)
    slot.save(update_fields=["starts_on", "ends_on", *DAYS_FOR_ASKING, *COUNTED, "note"])
    waiting.pass_on(slot)
    return slot


@transaction.atomic
def remove(slot: Slot, *, by: Member) -> None:
    """Rub out dates that no school has ever asked for, while the listing is being written."""
    slot = locked(slot, by)
    if slot.placement.state not in BEING_WRITTEN or slot.bookings.exists():
        raise ValidationError("These dates can only be cancelled.", code="cancel_instead")
    slot.delete()


@transaction.atomic
def cancel(slot: Slot, *, reason: str, comment: str, by: Member) -> int:
    """Call off the dates and every booking of them; say how many bookings that ended."""
    booking_rules.refuse_unless_due(reason, comment, CancelReason)
    slot = locked(slot, by)
    if slot.is_past:
        raise ValidationError("These dates have passed already.", code="already_past")
    return call_off(slot, reason=reason, comment=comment, by=by)


def call_off(slot: Slot, *, reason: str, comment: str, by: Member) -> int:
    """Cancel dates whose placement and own row the caller has locked."""
    lifecycle.refuse_unless_listed(slot, slot.MOVES, SlotState.CANCELLED)
    ended = bookings.cancel_all(slot, reason=reason, comment=comment, by=by)
    slot.refresh_from_db(fields=["taken", "waiting"])
    lifecycle.move(slot, SlotState.CANCELLED, by=by, reason=reason, comment=comment)
    waiting.pass_on_elsewhere(slot)
    return ended


def keep_in_step(placement: Placement) -> None:
    """Let the days for asking, and what a place is, follow the listing on every date to come."""
    counting.follow(Placement.objects.filter(pk=placement.pk), placement.largest_group)
    for slot in counter.lock_all(placement.slots.open()):
        before, announced = (slot.opens_on, slot.closes_on), slot.opens_at
        open_and_close(slot, placement)
        if (slot.opens_on, slot.closes_on) != before:
            listing_rules.refuse_broken_promise(slot, announced)
            slot.save(update_fields=DAYS_FOR_ASKING)
    waiting.pass_on_all(placement)


def offer(slot: Slot, places: int) -> None:
    """So many places, on dates that the caller has locked; whoever waits is offered what is free.

    Of places that are kept for some, and that nobody has booked, no more than there is room for.
    """
    slot.refresh_from_db(fields=["taken", "reserved", "kept_back"])
    slot.places = places
    counter.follow_share(slot)
    if (over := slot.taken + slot.kept_back - places) > 0:
        counter.keep(slot, slot.reserved - over)
    slot.save(update_fields=COUNTED)
    waiting.pass_on(holding.as_it_is_now(slot.pk))


def move_booked(slot: Slot, starts_on: date, ends_on: date) -> None:
    """Other dates for what schools have booked, whether or not there is time for more to ask.

    Nothing else may change on them, so what is kept is kept as many days longer as they go later.
    """
    workplace_days.refuse_unless_room(slot, starts_on, ends_on)
    announced = slot.opens_at
    if slot.reserved_until and slot.keeps_places and starts_on > slot.starts_on:
        slot.reserved_until += starts_on - slot.starts_on
    slot.starts_on, slot.ends_on = starts_on, ends_on
    _refuse_dates(slot)
    open_and_close(slot, slot.placement)
    listing_rules.refuse_broken_promise(slot, announced)
    slot.redated_at = clock.now()
    slot.save(update_fields=["starts_on", "ends_on", "redated_at", *DAYS_FOR_ASKING])


def refuse_unless_to_come(slot: Slot) -> None:
    _refuse_called_off(slot)
    if slot.starts_on <= clock.today():
        raise ValidationError("These dates have begun already.", code="already_begun")


def locked(slot: Slot, by: Member) -> Slot:
    """The dates as they are now, with their listing's row locked and then their own."""
    if not authority.may_write_listing(by, slot.placement):
        raise PermissionDenied
    placement = listing_rules.locked(slot.placement)
    refuse_closed(placement)
    counter.release_if_due(slot.pk)
    found = counter.lock(slot.pk)
    found.placement = placement
    return found


def _put_on(slot: Slot, starts_on: date, ends_on: date) -> None:
    slot.starts_on, slot.ends_on = starts_on, ends_on
    _refuse_dates(slot)
    announced = slot.opens_at
    open_and_close(slot, slot.placement)
    listing_rules.refuse_broken_promise(slot, announced)
    if slot.closes_on < clock.today():
        raise ValidationError(
            "Bookings for these dates would have closed already, %(days)d days before they start."
            " Choose later dates, or let schools book until nearer the day.",
            code="closed_already",
            params={"days": slot.placement.closes_days_before},
        )


def open_and_close(slot: Slot, placement: Placement) -> None:
    """By the listing's rule, but on the announced day where there is one that is early enough."""
    slot.closes_on = slot.starts_on - timedelta(days=placement.closes_days_before)
    if slot.opens_at and slot.opening.date() > slot.closes_on:
        slot.opens_at = None
    by_rule = slot.starts_on - timedelta(days=placement.opens_days_before)
    slot.opens_on = slot.opening.date() if slot.opens_at else by_rule
    if slot.reserved_until and slot.reserved_until >= slot.closes_on:
        slot.reserved_until = slot.closes_on - timedelta(days=1)


def _refuse_called_off(slot: Slot) -> None:
    if slot.state != SlotState.OPEN:
        raise ValidationError("These dates have been called off.", code="slot_cancelled")


def refuse_closed(placement: Placement) -> None:
    if placement.state not in TAKES_DATES:
        raise ValidationError(
            "This listing is closed. Copy it to offer it again.", code="listing_closed"
        )


def _refuse_dates(slot: Slot) -> None:
    if slot.ends_on < slot.starts_on:
        raise ValidationError(
            "The last day must be the same as the first, or after it.", code="ends_before_it_starts"
        )
    if slot.starts_on <= clock.today():
        raise ValidationError("The first day must be after today.", code="in_the_past")
    if slot.starts_on > clock.today() + FURTHEST:
        raise ValidationError("The first day must be within two years.", code="too_far_ahead")
    if slot.ends_on - slot.starts_on > LONGEST:
        raise ValidationError("The dates must be within one year of each other.", code="too_long")
    _refuse_same_dates(slot)


def _refuse_same_dates(slot: Slot) -> None:
    others = slot.placement.slots.filter(state=SlotState.OPEN).exclude(pk=slot.pk)
    if others.filter(starts_on=slot.starts_on, ends_on=slot.ends_on).exists():
        raise ValidationError(
            "You offer these dates already. Change the number of places there.", code="same_dates"
        )


def refuse_wrong_places(places: int) -> None:
    if not 1 <= places <= MOST_PLACES:
        raise ValidationError(
            "Places must be between 1 and %(most)d.", code="invalid", params={"most": MOST_PLACES}
        )


def _refuse_malformed(slot: Slot) -> None:
    refuse_wrong_places(slot.places)
    if len(slot.note) > LONGEST_NOTE:
        raise ValidationError("Write 200 characters or fewer.", code="invalid")


def _refuse_booked(slot: Slot) -> None:
    if slot.bookings.live().exists():
        raise ValidationError(
            "Schools have booked these dates, or wait for them."
            " Move the dates, and each of these schools is asked.",
            code="has_bookings",
        )


def _refuse_below_taken(slot: Slot) -> None:
    if slot.places < slot.taken:
        raise ValidationError(
            "Schools have booked %(taken)d of these places already."
            " Enter %(taken)d or more, or choose which bookings cannot come.",
            code="below_taken",
            params={"taken": slot.taken},
        )
    if slot.reserved_share and slot.places < slot.taken + slot.kept_back:
        # Of more places more would be kept, so no number is named that is refused next.
        raise ValidationError(
            "Schools have booked %(taken)d of these places, and a share of %(share)d per cent is"
            " kept for %(whom)s. Enter more places, or keep a smaller share.",
            code="below_taken",
            params={"taken": slot.taken, "share": slot.reserved_share, "whom": slot.priority},
        )
    if slot.places < slot.taken + slot.kept_back:
        raise ValidationError(
            "Schools have booked %(taken)d of these places, and %(kept)d are kept for %(whom)s."
            " Enter %(least)d or more, or keep fewer.",
            code="below_taken",
            params={
                "taken": slot.taken,
                "kept": slot.kept_back,
                "whom": slot.priority,
                "least": slot.taken + slot.kept_back,
            },
        )
