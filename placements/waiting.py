"""The waiting list of a slot: who joins it, who is next, and what becomes of an offer.

One thing always holds when a transaction commits: no group on a list could use the places
that are free, but in dates that somebody else had locked (`pass_on_elsewhere`). So every verb
that frees or adds places ends with `pass_on`, under the slot's lock that it holds already. An
offer holds its places until its time is up; whoever meets it later than that lets it lapse
first, whether or not the worker was there.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Prefetch, Q

from accounts import clock
from accounts.models import Member, Workplace
from placements import (
    authority,
    booking_rules,
    counter,
    holding,
    lifecycle,
    notices,
    passing,
    priority,
    waiting_rules,
    workplace_days,
)
from placements.models import Booking, Placement, Slot
from placements.models.placements import PlacementQuerySet
from placements.models.slots import SlotQuerySet
from placements.priority import Room
from placements.states import BookingState, SlotState
from placements.waiting_rules import Fit


def take_up(
    booking: Booking, *, by: Member, starts_on: date | None = None, ends_on: date | None = None
) -> Booking:
    """The school says yes to its offer: booked, or the host is asked as for any request.

    To these dates and no others, or to those that `booking` was read with.
    """
    if not authority.may_take_up(by, booking):
        raise PermissionDenied
    # In a transaction of its own: refusing to take it up does not undo that it lapsed.
    settle_if_due(booking.slot)
    seen = booking.slot
    return _take_up(booking, by, starts_on or seen.starts_on, ends_on or seen.ends_on)


def pass_on(slot: Slot) -> None:
    """Offer the places that are free to whoever is next. The caller has locked the slot."""
    _pass_on_here(slot)
    pass_on_elsewhere(slot)


def pass_on_elsewhere(slot: Slot) -> None:
    """What is free of the days that it shares may let somebody go who waits for another listing.

    Nobody is waited for here: most of those who hold one of these slots pass its places on too,
    and where one does not, the worker finds who is overlooked in its next round.
    """
    if slot.shares_days:
        _pass_on_unless_held(workplace_days.elsewhere(slot))


@contextmanager
def passing_on_days_left(
    listings: PlacementQuerySet, changing: Iterable[str], to: Workplace | None = None
) -> Iterator[None]:
    """Where these go elsewhere meanwhile, others who wait there have the days that they leave."""
    goes = workplace_days.WHERE.intersection(changing)
    if goes:
        workplace_days.hold_both(listings, to)
    left = workplace_days.shared_by(listings) if goes else []
    yield
    if left:
        _pass_on_unless_held(workplace_days.waited_for_at(left))


def _pass_on_unless_held(slots: SlotQuerySet) -> None:
    for slot in slots.select_for_update(no_key=True, of=("self",), skip_locked=True):
        _pass_on_here(slot)


def _pass_on_here(slot: Slot) -> None:
    if slot.reserved_until:
        counter.release_if_due(slot.pk)
    if not slot.waiting:
        return
    _end_what_is_out_of_time(slot)
    _end_what_is_too_large(slot)
    slot = holding.as_it_is_now(slot.pk)
    if waiting_rules.takes_offers(slot):
        _offer_in_turn(slot)


def pass_on_all(placement: Placement) -> None:
    """The listing, which the caller has locked, has changed: somebody may be able to go now."""
    for slot in counter.lock_all(placement.slots.filter(state=SlotState.OPEN, waiting__gt=0)):
        slot.placement = placement
        follow_dates(slot)
        pass_on(slot)


def pass_on_each(placements: PlacementQuerySet) -> None:
    """The same for many listings, few of which have a list."""
    listed = Slot.objects.filter(
        placement__in=placements, state=SlotState.OPEN, waiting__gt=0
    ).values("placement")
    found = Placement.objects.filter(pk__in=listed).select_related("provider", "workplace")
    for placement in found.order_by("pk"):
        pass_on_all(placement)


@transaction.atomic
def settle(slot: Slot) -> None:
    counter.lock_in_order(slot)
    pass_on(holding.as_it_is_now(slot.pk))


def settle_if_due(slot: Slot) -> bool:
    """Before anybody asks: an offer that nobody took up in time is not in their way, nor are
    places that were kept until yesterday."""
    is_due = slot.is_due_for_release or (
        slot.waiting > 0 and slot.bookings.out_of_time_at(clock.now()).exists()
    )
    if is_due:
        settle(slot)
    return is_due


def settle_all() -> int:
    """Wherever time, or a change elsewhere, lets somebody go: say in how many slots."""
    out_of_time = Booking.objects.out_of_time_at(clock.now()).values_list("slot", flat=True)
    released = Slot.objects.due_for_release().values_list("pk", flat=True)
    due = {*out_of_time, *released, *(group.slot_id for group in overlooked())}
    slots = list(Slot.objects.filter(pk__in=due).order_by("pk"))
    for slot in slots:
        settle(slot)
    return len(slots)


def overlooked() -> list[Booking]:
    """Groups that could use places that are free. Between two rounds there should be none, but
    where kept places are about to be released."""
    grows = Q(state=BookingState.OFFERED, slot__largest_group__isnull=False)
    listed = Booking.objects.on_list().filter(
        Q(slot__taken__lt=F("slot__places")) | grows,
        slot__state=SlotState.OPEN,
        answer_by__gt=clock.now(),
    )
    slots = Slot.objects.with_days_left().select_related("placement__provider", "priority")
    groups = listed.select_related("school__school").prefetch_related(Prefetch("slot", slots))
    settled = [group for group in groups if not group.slot.is_due_for_release]
    return [group for group in settled if _could_go(group, group.slot)]


def ahead_of(booking: Booking) -> int:
    """How many groups that joined before this one still wait."""
    before = Q(asked_at__lt=booking.asked_at) | Q(asked_at=booking.asked_at, pk__lt=booking.pk)
    return Booking.objects.in_turn().filter(before, slot=booking.slot_id).count()


def pass_on_after(booking: Booking, room: Room) -> None:
    """A group that is smaller than the largest leaves others some of what was kept for it."""
    if room.leaves_more(booking.reserved):
        pass_on(holding.as_it_is_now(booking.slot_id))


@transaction.atomic
def _take_up(booking: Booking, by: Member, starts_on: date, ends_on: date) -> Booking:
    booking = holding.held(booking)
    waiting_rules.refuse_unless_offered(booking)
    booking_rules.refuse_other_dates(booking.slot, starts_on, ends_on)
    if told := booking.replaces:
        booking.note, booking.adjustments = told.note, told.adjustments
        booking.save(update_fields=["note", "adjustments"])
    if booking.slot.placement.confirms_at_once:
        holding.agree(booking, by=by)
        notices.booking_made(booking)
    else:
        booking.answer_by = booking_rules.answer_by(booking.slot)
        booking.save(update_fields=["answer_by"])
        holding.move(booking, BookingState.REQUESTED, by=by)
        notices.booking_requested(booking)
    return booking


def _end_what_is_out_of_time(slot: Slot) -> None:
    late = slot.bookings.out_of_time_at(clock.now()).order_by("answer_by", "pk")
    for booking in holding.locked(late):
        was_offered = booking.state == BookingState.OFFERED
        holding.end(booking, BookingState.LAPSED, by=None)
        tell = notices.waiting_offer_lapsed if was_offered else notices.waiting_over
        tell(booking)


def _end_what_is_too_large(slot: Slot) -> None:
    """The dates have fewer places altogether than a group needs: it would wait in vain."""
    for booking in holding.locked(
        slot.bookings.in_turn().needing_more_than(workplace_days.capacity(slot))
    ):
        holding.end(booking, BookingState.LAPSED, by=None)
        notices.waiting_over(booking)


def _offer_in_turn(slot: Slot) -> None:
    """Whoever joined first is first, also for the rest of what it has been offered a part of."""
    room = priority.room_in(slot)
    passed: list[Booking] = []
    groups = holding.locked(slot.bookings.on_list().order_by("asked_at", "pk"))
    for group in () if _nobody_can_go(room) else groups:
        fit = waiting_rules.fit(group, slot, _with_its_own(room, group))
        if fit.places <= _offered(group):
            passed += [] if _offered(group) else [group]
            continue
        passing.record(passed, slot, room)
        room = _with_its_own(room, group)
        room = room.without(slot.takes(fit.places), fit.reserved, fit.places)
        _offer(group, slot, fit)
        if room.leaves_more(fit.reserved):
            # Whoever comes before may be able to go now.
            return _offer_in_turn(holding.as_it_is_now(slot.pk))
        if _nobody_can_go(room):
            break
    return None


def _nobody_can_go(room: Room) -> bool:
    """Where places are groups, more of a group may come to the place that it was offered."""
    return room.is_none if room.largest is None else room.on_days == 0


def _offered(group: Booking) -> int:
    return group.places if group.state == BookingState.OFFERED else 0


def _could_go(group: Booking, slot: Slot) -> bool:
    fit = waiting_rules.fit(group, slot, _with_its_own(priority.room_in(slot), group))
    may_go = fit.places > _offered(group)
    return may_go and waiting_rules.takes_offers(slot)


def _with_its_own(room: Room, group: Booking) -> Room:
    """What is free, and what a group has been offered already."""
    if not _offered(group):
        return room
    return room.without(-group.units, -group.reserved, -group.places)


def _offer(group: Booking, slot: Slot, fit: Fit) -> None:
    """Its first offer; or more of what it asked for, until the time that it was told."""
    if held := _offered(group):
        counter.hold_more(group, fit.places - held, reserved=fit.reserved - group.reserved)
        group.places, group.reserved = fit.places, fit.reserved
        group.save(update_fields=["places", "reserved"])
        notices.waiting_offer_grown(group)
        return
    group.places, group.reserved = fit.places, fit.reserved
    group.answer_by = waiting_rules.take_up_by(slot)
    holding.move(group, BookingState.OFFERED, by=None)
    group.save(update_fields=["places", "reserved", "answer_by"])
    notices.waiting_offered(group)


def follow_dates(slot: Slot) -> None:
    """A list ends with the days for asking, wherever these have gone, and no offer outlives it."""
    ends = waiting_rules.list_ends(slot)
    slot.bookings.in_turn().exclude(answer_by=ends).update(answer_by=ends)
    offered = slot.bookings.on_list().filter(state=BookingState.OFFERED)
    offered.filter(answer_by__gt=ends).update(answer_by=ends)


def take_back(booking: Booking, *, by: Member, reason: str) -> None:
    """The host has room for fewer: a group that was offered places has its turn again.

    The caller has locked the slot and the booking, and passes on whatever is left.
    """
    counter.give_back(booking, booking.places)
    booking.places = booking.places_asked
    booking.answer_by = waiting_rules.list_ends(booking.slot)
    booking.save(update_fields=["places", "reserved", "answer_by"])
    lifecycle.move(booking, BookingState.WAITING, by=by, reason=reason)
    notices.waiting_offer_taken_back(booking)
