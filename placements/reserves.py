"""The verbs of scarce dates: keep some places for those with fewer chances, let them ask before
others, and announce the moment at which booking opens.

A host does so with its own dates, and the hub of the area with those of local listings.
Locks are taken in one order everywhere: placement, then slot, then booking.
"""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import clock, phrases
from accounts.models import Member
from placements import authority, counter, listing_rules, priority, slots, waiting
from placements.models import PriorityRule, Slot
from placements.models.keeping import places_of
from placements.states import SlotState

EARLIEST = 60
DECIDED = ("priority", "priority_by", "early_days", "reserved_until", "reserved_share")


@transaction.atomic
def prioritise(
    slot: Slot,
    *,
    rule: PriorityRule,
    places: int,
    until: date | None,
    early_days: int,
    by: Member,
    share: int | None = None,
) -> Slot:
    """Keep so many places, or such a share of all, until the end of a day for those whom the rule
    names, let them ask so many days before others, or both. What is booked of them already stays
    theirs."""
    slot = _locked(slot, by)
    if share is not None:
        _refuse_share(share, places)
        places = _places_of(share, slot)
    keeps = bool(places or share)
    _refuse_unknown(rule, slot)
    _refuse_nothing(places, early_days, keeps=keeps)
    _refuse_other_rule(slot, rule)
    _refuse_places(slot, places)
    if keeps:
        _refuse_day(slot, until, early_days)
    _refuse_early(slot, early_days)
    if rule.pk != slot.priority_id:
        _forget_counts(slot)
    slot.priority, slot.priority_by = rule, by
    slot.early_days = early_days
    if not places:
        # Before the day goes: no place is kept without one.
        counter.keep(slot, 0)
    slot.reserved_until, slot.reserved_share = (until, share) if keeps else (None, None)
    slot.save(update_fields=DECIDED)
    if places:
        counter.keep(slot, places)
    waiting.pass_on(slot)
    return slot


@transaction.atomic
def let_everybody(slot: Slot, *, by: Member) -> Slot:
    """Keep nothing any more. What is booked of the kept places stays booked."""
    slot = _locked(slot, by)
    slot.early_days = 0
    counter.keep(slot, 0)
    slot.reserved_share = None
    # What is booked of them is for all once it is given back.
    slot.reserved_until = clock.today() - timedelta(days=1)
    if not slot.reserved:
        slot.priority = slot.priority_by = slot.reserved_until = None
        _forget_counts(slot)
    slot.save(update_fields=DECIDED)
    waiting.pass_on(slot)
    return slot


@transaction.atomic
def announce(slot: Slot, *, opens_at: datetime | None, by: Member) -> Slot:
    """Say when booking opens; nothing means as many days before as the listing says."""
    if not authority.may_write_listing(by, slot.placement):
        raise PermissionDenied
    slot = _locked(slot, by)
    if opens_at == slot.opens_at:
        return slot
    slot.opens_at = opens_at
    _refuse_moment(slot)
    slots.open_and_close(slot, slot.placement)
    slot.save(update_fields=["opens_at", "opens_on"])
    return slot


def booked_of_kept(slot: Slot) -> int:
    """How many of the places that were set aside are booked by those they are for."""
    return slot.reserved - slot.kept_back


def _places_of(share: int, slot: Slot) -> int:
    """A share that stays as it was may be more than can be kept by now: `counter.follow_share`."""
    places = places_of(share, slot.places)
    if share != slot.reserved_share:
        return places
    return min(max(places, booked_of_kept(slot)), _most_to_keep(slot))


def _most_to_keep(slot: Slot) -> int:
    """What is kept already may stay so, also where days that are shared have filled up since."""
    return booked_of_kept(slot) + max(slot.kept_back, priority.room_in(slot).may_be_kept)


def _forget_counts(slot: Slot) -> None:
    """What groups that wait said of their students was an answer to another question."""
    slot.bookings.on_list().filter(priority_students__gt=0).update(priority_students=0)


def _locked(slot: Slot, by: Member) -> Slot:
    if not authority.may_prioritise(by, slot.placement):
        raise PermissionDenied
    placement = listing_rules.locked(slot.placement)
    slots.refuse_closed(placement)
    found = counter.lock(slot.pk)
    if found.is_due_for_release:
        counter.release_if_due(found.pk)
        found.refresh_from_db(fields=["reserved", "kept_back"])
    found.placement = placement
    if found.state != SlotState.OPEN or found.closes_on <= clock.today():
        raise ValidationError("Booking has closed for these dates.", code="not_open")
    return found


def _refuse_share(share: int, places: int) -> None:
    if places:
        raise ValidationError(
            "Enter a number of places or a share of them, not both.", code="share"
        )
    if not 1 <= share <= 100:
        raise ValidationError("A share is between 1 and 100 per cent.", code="share")


def _refuse_unknown(rule: PriorityRule, slot: Slot) -> None:
    """A rule may be chosen while it is in force; what was promised by it stands."""
    in_force = PriorityRule.objects.to_choose_from(clock.today())
    if rule.pk != slot.priority_id and not in_force.filter(pk=rule.pk).exists():
        raise ValidationError("Choose whom it is for from the list.", code="rule")


def _refuse_nothing(places: int, early_days: int, *, keeps: bool) -> None:
    if places < 0 or not 0 <= early_days <= EARLIEST:
        raise ValidationError(
            "Let them ask at most %(most)d days earlier.", code="early", params={"most": EARLIEST}
        )
    if not keeps and not early_days:
        raise ValidationError(
            "Keep at least 1 place for them, or let them ask earlier.", code="nothing_kept"
        )


def _refuse_other_rule(slot: Slot, rule: PriorityRule) -> None:
    if rule.pk == slot.priority_id:
        return
    if booked_of_kept(slot):
        raise ValidationError(
            "Some of these places are booked already, as kept for %(whom)s. They stay for them.",
            code="rule",
            params={"whom": slot.priority},
        )
    if slot.priority_id and slot.bookings.on_list().filter(priority_students__gt=0).exists():
        raise ValidationError(
            "Groups that wait have counted their students, as %(whom)s. Give nobody priority"
            " first: their counts are then forgotten, and they wait like all others.",
            code="rule",
            params={"whom": slot.priority},
        )


def _refuse_places(slot: Slot, places: int) -> None:
    booked, most = booked_of_kept(slot), _most_to_keep(slot)
    if places < booked:
        words = f"{slot.counted(booked)} of those that were kept are booked already."
        raise ValidationError(words, code="kept")
    if places > most:
        raise ValidationError(_why_no_more(slot, most), code="kept")


def _why_no_more(slot: Slot, most: int) -> str:
    if most < booked_of_kept(slot) + slot.places - slot.taken:
        if not most:
            return "The workplace is full on these days, so no place can be kept."
        can = f"Only {slot.counted(most)} can be kept"
        return f"{can}: the workplace has room for no more on these days."
    if not most:
        return "Every place is booked, so none can be kept."
    return f"Only {slot.counted(most)} can be kept: the others are booked."


def _refuse_day(slot: Slot, until: date | None, early_days: int) -> None:
    if until is None:
        raise ValidationError("Enter the last day on which they are kept.", code="until")
    if not clock.today() <= until < slot.closes_on:
        raise ValidationError(
            "Everybody must have time to ask for what is left: the day must be today or later, and"
            " before %(closes)s, when booking closes.",
            code="until",
            params={"closes": phrases.long_date(slot.closes_on)},
        )
    opens = (slot.opening - timedelta(days=early_days)).date()
    if until < opens:
        raise ValidationError(
            "They must have time to book what you keep for them: the day must be %(opens)s, when"
            " booking opens for them, or later.",
            code="until",
            params={"opens": phrases.long_date(opens)},
        )


def _refuse_early(slot: Slot, early_days: int) -> None:
    if early_days > slot.early_days and slot.is_open_to_all:
        raise ValidationError(
            "Booking is open to everybody already, so nobody can come earlier.", code="early"
        )


def _refuse_moment(slot: Slot) -> None:
    if slot.bookings.live().exists():
        raise ValidationError(
            "Schools have booked these dates, or wait for them, so booking has opened.",
            code="has_opened",
        )
    if slot.opens_at is None:
        return
    if slot.opens_at <= clock.now():
        raise ValidationError("Booking must open later than now.", code="opens_at")
    if slot.opening.date() > slot.closes_on:
        raise ValidationError(
            "Booking must open before it closes on %(closes)s.",
            code="opens_at",
            params={"closes": phrases.long_date(slot.closes_on)},
        )
    if slot.kept_now and slot.reserved_until and slot.first_opening.date() > slot.reserved_until:
        raise ValidationError(
            "Places are kept until %(until)s for %(whom)s. Booking must open for them by then, or"
            " keep the places longer first.",
            code="opens_at",
            params={"until": phrases.long_date(slot.reserved_until), "whom": slot.priority},
        )
