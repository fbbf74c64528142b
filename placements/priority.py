"""Who may have places that are kept for some, and ask before others. Nothing here writes.

Priority is a student's and not an area's: of a group those places count whose students are
of the kind that the slot's rule names, and all of them where the school register says that
every student of the school does. Whatever a rule says when it is chosen for a slot stays a
promise there, also once its last day is over.
"""

from math import ceil
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import DateField, ExpressionWrapper, F, Q

from accounts import clock, phrases
from accounts.models import Organisation
from placements import workplace_days
from placements.models import PriorityRule, Slot
from placements.models.slots import SlotQuerySet
from placements.words import Chances

# The refusals of a group for which too few places are free: others it could have, or wait.
TOO_FEW = ("slot_full", "places_reserved")

COUNTED_FOR_ANOTHER = (
    "These dates have just been given to others first. Read the question again, and count anew."
)


class Room(NamedTuple):
    """The places of a slot that are free: for anybody, and kept for those whom its rule names."""

    anybody: int
    kept: int
    # Where places are groups: how many students the largest can be, and how many there is room
    # for on days that are shared, those of kept places included.
    largest: int | None = None
    on_days: int | None = None

    @property
    def is_none(self) -> bool:
        return not self.students(self.anybody + self.kept, of_kept=self.kept)

    @property
    def may_be_kept(self) -> int:
        """How many places there are to keep: no more groups than there is room for."""
        free = self.anybody + self.kept
        if self.largest is None or self.on_days is None:
            return free
        return min(free, ceil(self.on_days / self.largest))

    def for_group(self, named: int) -> int:
        """How many a group could have, of which so many places count under the rule."""
        return self.anybody + min(self.kept, named)

    def of_kept(self, places: int, named: int) -> int:
        """How many of its places come from the kept ones: as many as may."""
        return min(self.kept, named, places)

    def students(self, places: int, *, of_kept: int = 0) -> int:
        """How many students one school may bring, if it may have so many of the places.

        Each group for which a place is kept may be as large as any: others leave it that room.
        """
        if self.largest is None:
            return places
        if places <= 0:
            return 0
        if self.on_days is None:
            return self.largest
        kept_free = 0 if of_kept else self.kept * self.largest
        return max(0, min(self.largest, self.on_days - kept_free))

    def for_students(self, named: int) -> int:
        return self.students(self.for_group(named), of_kept=min(self.kept, named))

    def leaves_more(self, reserved: int) -> bool:
        """Whether others may find more room, once so many kept places have gone to a group."""
        return reserved > 0 and self.on_days is not None

    def without(self, places: int, reserved: int, students: int = 0) -> "Room":
        return self._replace(
            anybody=self.anybody - (places - reserved),
            kept=self.kept - reserved,
            on_days=None if self.on_days is None else self.on_days - students,
        )


def room_in(slot: Slot) -> Room:
    free, most = slot.places - slot.taken, slot.left_on_its_days
    if slot.largest_group is not None:
        kept = slot.kept_now
        return Room(free - kept, kept, largest=slot.largest_group, on_days=most)
    if most is not None:
        free = min(free, most)
    return Room(max(0, free - slot.kept_now), min(slot.kept_now, free))


def named(slot: Slot, school: Organisation, *, places: int, students: int) -> int:
    """For how many of the places that a group takes it counts under the slot's rule.

    Where places are groups, it has one for all of its students: as many of them as the rule
    says must be such.
    """
    rule = slot.priority
    if rule is None:
        return 0
    if names_all_of(rule, school):
        return slot.takes(places)
    if not rule.counts_students:
        return 0
    if slot.largest_group is None:
        return min(students, places)
    return int(rule.speaks_of_group(places, such=students))


def may_be_named(slot: Slot, school: Organisation) -> bool:
    """Whether a group of this school could count under the slot's rule."""
    rule = slot.priority
    return rule is not None and _may_name(rule, school)


def within_reach(slots: SlotQuerySet, school: Organisation) -> SlotQuerySet:
    """Of these dates those on which a school could have a place today, be it one that is kept, or
    that may be asked for early, by a rule under which its students could count."""
    rules = [rule for rule in PriorityRule.objects.all() if _may_name(rule, school)]
    has_room = Q(shares_days=False) | Q(days_left__gte=1)
    first_day = ExpressionWrapper(F("opens_on") - F("early_days"), DateField())
    for_some = (
        slots.still_open()
        .annotate(first_day=first_day)
        .with_days_left()
        .filter(has_room, priority__in=rules, first_day__lte=clock.today(), places__gt=F("taken"))
    )
    for_all = slots.taking_bookings().with_places()
    return slots.filter(Q(pk__in=for_all.values("pk")) | Q(pk__in=for_some.values("pk")))


def question_about(slot: Slot, school: Organisation) -> PriorityRule | None:
    """Of whom the school has to say how many they are, if that would make a difference."""
    rule = slot.priority
    if rule is None or not rule.counts_students or names_all_of(rule, school):
        return None
    keeps = slot.reserved > 0 and slot.keeps_places
    return rule if keeps or not slot.is_open_to_all else None


def _may_name(rule: PriorityRule, school: Organisation) -> bool:
    return rule.counts_students or names_all_of(rule, school)


def gives_all(slot: Slot, school: Organisation) -> bool:
    """Whether the kept places are for every student of this school."""
    rule = slot.priority
    return slot.kept_now > 0 and rule is not None and names_all_of(rule, school)


def names_all_of(rule: PriorityRule, school: Organisation) -> bool:
    """Whether the register of schools says that the rule speaks of every student there."""
    known = school.school
    if known is None:
        return False
    if rule.criterion == Chances.PUPIL_PREMIUM:
        share = known.free_school_meals_percent
        return rule.threshold is not None and share is not None and share >= rule.threshold
    if rule.criterion == Chances.SEND:
        return known.is_special
    if rule.criterion == Chances.RURAL:
        return known.is_rural
    return known.authority in rule.authorities


def refuse_other_rule(slot: Slot, counted_for: int | None) -> None:
    """Students were counted for one rule, and the slot has another by now."""
    if counted_for is not None and slot.priority_id not in (None, counted_for):
        raise ValidationError(COUNTED_FOR_ANOTHER, code="stale")


def refuse_too_few(slot: Slot, places: int, named: int = 0) -> None:
    if places > room_in(slot).for_students(named):
        raise _too_few(slot, places, named)


def _too_few(slot: Slot, places: int, named: int) -> ValidationError:
    """Too few are free for this group; where others are kept, for whom and how long."""
    room = room_in(slot)
    left = room.for_students(named)
    if not room.kept or room.is_none:
        return _full(slot, left)
    if left:
        of_these = phrases.plural(left, "student" if slot.largest_group else "place")
        words = f"Only {of_these} on these dates can be yours now. {slot.why_kept}"
    elif slot.largest_group:
        words = f"{slot.why_kept} There is no room for a group that is not such."
    else:
        words = f"Every place on these dates that is for all schools is taken. {slot.why_kept}"
    would_do = places <= room.students(room.anybody + room.kept, of_kept=room.kept)
    return ValidationError(words, code="places_reserved" if would_do else "slot_full")


def _full(slot: Slot, left: int) -> ValidationError:
    day = workplace_days.fullest(slot) if slot.shares_days else None
    unbooked = slot.places - slot.taken
    if day and day.left < (slot.largest_group if slot.largest_group and unbooked else unbooked):
        return ValidationError(
            workplace_days.why_full(day), code="slot_full", params={"places_left": left}
        )
    words = {0: "Every place on these dates is taken.", 1: "Only 1 place is left on these dates."}
    return ValidationError(
        words.get(left, "Only %(places_left)d places are left on these dates."),
        code="slot_full",
        params={"places_left": left},
    )
