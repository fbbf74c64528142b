"""Who may have places that are kept for some, and ask before others. Nothing here writes.

Priority is a student's and not an area's: of a group those places count whose students are
of the kind that the slot's rule names, and all of them where the school register says that
every student of the school does. Whatever a rule says when it is chosen for a slot stays a
promise there, also once its last day is over.
"""

from typing import NamedTuple

from accounts import phrases
from accounts.models import Organisation
from placements.models import PriorityRule, Slot
from placements.words import Chances


class Room(NamedTuple):
    """The places of a slot that are free: for anybody, and kept for those whom its rule names."""

    anybody: int
    kept: int

    def for_group(self, named: int) -> int:
        """How many a group could have, of which so many places count under the rule."""
        return self.anybody + min(self.kept, named)

    def of_kept(self, places: int, named: int) -> int:
        """How many of its places come from the kept ones: as many as may."""
        return min(self.kept, named, places)

    def without(self, places: int, reserved: int) -> "Room":
        return Room(self.anybody - (places - reserved), self.kept - reserved)


def room_in(slot: Slot) -> Room:
    return Room(slot.places_left, slot.kept_now)


def named(slot: Slot, school: Organisation, *, places: int, students: int) -> int:
    """For how many of `places` a group counts under the slot's rule."""
    rule = slot.priority
    if rule is None:
        return 0
    if names_all_of(rule, school):
        return places
    return min(students, places) if rule.counts_students else 0


def may_be_named(slot: Slot, school: Organisation) -> bool:
    """Whether a group of this school could count under the slot's rule."""
    rule = slot.priority
    return rule is not None and (rule.counts_students or names_all_of(rule, school))


def asks_how_many(slot: Slot, school: Organisation) -> bool:
    """Whether the school has to say of how many of its students the rule speaks."""
    rule = slot.priority
    is_of_use = slot.kept_now > 0 or not slot.is_open_to_all
    return (
        is_of_use and rule is not None and rule.counts_students and not names_all_of(rule, school)
    )


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


def why_kept(slot: Slot) -> str:
    """4 of the places are kept until 3 May 2027 for students eligible for pupil premium."""
    if not slot.kept_now or slot.reserved_until is None:
        return ""
    are = "is" if slot.kept_now == 1 else "are"
    until = phrases.long_date(slot.reserved_until)
    return f"{slot.kept_now} of the places {are} kept until {until} for {slot.priority}."


def when_it_opens(slot: Slot) -> str:
    """Booking opens on Monday 4 January 2027 at 10am."""
    return f"Booking opens on {_said(slot, early=False)}."


def who_comes_early(slot: Slot) -> str:
    """From Monday 28 December 2026 at 10am it is open for schools in the countryside."""
    if not slot.early_days or slot.is_open_to_all:
        return ""
    opens = "It is open now" if slot.is_open_early else f"It opens on {_said(slot, early=True)}"
    return f"{opens} for {slot.priority}."


def _said(slot: Slot, *, early: bool) -> str:
    at = slot.first_opening if early else slot.opening
    time = f" at {phrases.clock_time(at)}" if slot.opens_at else ""
    return f"{phrases.week_date(at)}{time}"
