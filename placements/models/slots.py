"""Slot: dates, and a number of places."""

import uuid
from typing import Self

from django.db import models
from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, Q, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, TruncDate

from accounts import clock, phrases
from accounts.models import Member, Standing
from placements.models.keeping import Keeping
from placements.models.placements import Placement
from placements.models.workplace_days import DAYS_LEFT
from placements.states import SLOT_MOVES, BookingState, PlacementState, SlotState

NO_PLACE = 10_000


class SlotQuerySet(models.QuerySet["Slot"]):
    def open(self) -> Self:
        """Neither called off nor past. May be full: see `with_places`."""
        return self.filter(state=SlotState.OPEN, starts_on__gt=clock.today())

    def still_open(self) -> Self:
        """Open slots whose booking has not closed, though it may not have begun."""
        return self.open().filter(closes_on__gte=clock.today())

    def published(self) -> Self:
        """Open slots of what the public may see."""
        return self.open().filter(
            placement__state=PlacementState.PUBLISHED,
            placement__suspended_at__isnull=True,
            placement__provider__standing=Standing.GOOD,
        )

    def with_places(self, at_least: int = 1) -> Self:
        """Free for anybody; as long as a row says that they are kept, kept ones are not. Where
        days are shared, their workplace has room for so many more."""
        kept = F("kept_back") * Coalesce("largest_group", 1)
        has_room = Q(shares_days=False) | Q(days_left__gte=kept + at_least)
        spoken_for = F("taken") + F("kept_back")
        free = Q(places__gte=spoken_for + _taken_by(at_least))
        return self.with_days_left().filter(has_room, free)

    def with_days_left(self) -> Self:
        """Each with what `Slot.left_on_its_days` otherwise asks for one."""
        return self.annotate(days_left=DAYS_LEFT)

    def taking_bookings(self) -> Self:
        """Within the time in which any school may ask."""
        today = clock.today()
        has_opened = Q(opens_at__isnull=True) | Q(opens_at__lte=clock.now())
        return self.open().filter(has_opened, opens_on__lte=today, closes_on__gte=today)

    def due_for_release(self) -> Self:
        """Some places are still kept, and the day until which they were is over."""
        return self.filter(kept_back__gt=0, reserved_until__lt=clock.today())

    def soonest_first(self) -> Self:
        """What is still to come, then what is over, then what was called off."""
        is_over = ExpressionWrapper(Q(ends_on__lt=clock.today()), BooleanField())
        return self.annotate(is_over=is_over).order_by("-state", "is_over", "starts_on", "pk")

    def with_list(self) -> Self:
        """Each with the number of places that groups wait for, an offer apart."""
        waits = Q(bookings__state=BookingState.WAITING)
        wanted = Coalesce(Sum("bookings__places", filter=waits), 0)
        return self.annotate(wanted=wanted, groups=Count("bookings", filter=waits))

    def visible_to(self, member: Member) -> Self:
        """Every open slot of a published listing, and all of one's own."""
        mine = Q(placement__provider=member.organisation_id)
        return self.filter(
            mine
            | Q(
                state=SlotState.OPEN,
                placement__state=PlacementState.PUBLISHED,
                placement__suspended_at__isnull=True,
                placement__provider__standing=Standing.GOOD,
            )
        )


class Slot(Keeping):
    """Some dates of a placement with a number of places, which are never oversold."""

    MOVES = SLOT_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The index below begins with it; one more is one more to plan with, in every search.
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, related_name="slots", db_index=False
    )
    ends_on = models.DateField()
    places = models.PositiveSmallIntegerField()
    # Where each place is for a group, and not for one student: how many students it can be.
    largest_group = models.PositiveSmallIntegerField(null=True, blank=True)
    # Kept by placements.counter alone, under the constraints below; and how many students the
    # groups are that have booked, where places are groups.
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    in_groups = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # How many groups are on its waiting list, those with an offer included. Nobody books
    # past a list, so this stands where taking places looks: in the row that it locks.
    waiting = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # Its workplace takes only so many a day, over all its listings: it is booked in turn, under
    # locks, and never by one statement alone.
    shares_days = models.BooleanField(default=False, db_default=False, editable=False)
    note = models.CharField(max_length=200, blank=True)
    # What the employer's own list calls it, where it came from one: see placements.sites.
    reference = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "ends_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_slot_is_never_oversold", condition=Q(taken__lte=F("places"))
            ),
            models.CheckConstraint(
                name="no_group_is_larger_than_the_largest",
                condition=Q(largest_group__isnull=True, in_groups=0)
                | Q(
                    largest_group__range=(1, 1000),
                    in_groups__gte=F("taken"),
                    in_groups__lte=Cast(F("taken"), models.IntegerField()) * F("largest_group"),
                ),
            ),
            models.CheckConstraint(
                name="a_kept_place_is_given_to_nobody_else",
                condition=Q(places__gte=F("taken") + F("kept_back"), kept_back__lte=F("reserved")),
            ),
            models.CheckConstraint(
                name="places_are_kept_for_somebody_until_a_day",
                condition=Q(reserved=0) | Q(priority__isnull=False, reserved_until__isnull=False),
            ),
            models.CheckConstraint(
                name="a_share_of_places_is_per_cent",
                condition=Q(reserved_share__isnull=True) | Q(reserved_share__range=(1, 100)),
            ),
            models.CheckConstraint(
                name="booking_opens_early_for_somebody",
                condition=Q(early_days=0) | Q(priority__isnull=False),
            ),
            models.CheckConstraint(
                name="booking_opens_at_its_moment_on_its_day",
                condition=Q(opens_at__isnull=True) | Q(opens_on=TruncDate("opens_at")),
            ),
            models.CheckConstraint(
                name="a_slot_has_places", condition=Q(places__gte=1, places__lte=1000)
            ),
            models.CheckConstraint(
                name="a_slot_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="a_slot_opens_before_it_closes",
                condition=Q(opens_on__lte=F("closes_on"), closes_on__lte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="slot_state_is_known", condition=Q(state__in=SlotState.values)
            ),
            models.CheckConstraint(
                name="a_cancelled_slot_holds_nobody",
                condition=~Q(state=SlotState.CANCELLED) | Q(taken=0, waiting=0),
            ),
        ]
        indexes = [
            # "Next dates of this listing", and search by dates.
            models.Index(fields=["placement", "starts_on"], name="slot_by_placement_and_start"),
            models.Index(fields=["starts_on", "ends_on"], name="slot_by_dates"),
            # Where kept places are let go when their day is over.
            models.Index(
                fields=["reserved_until"],
                name="slot_keeping_places",
                condition=Q(kept_back__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"

    @property
    def places_left(self) -> int:
        """Free for whichever school asks; where places are groups, for so many of its students."""
        free = self._unbooked
        if self.largest_group is not None:
            free = self.largest_group if free > 0 else 0
        if (most := self.left_on_its_days) is None:
            return free
        # A group for which a place is kept may be as large as any.
        return min(free, max(0, most - self.kept_now * (self.largest_group or 1)))

    @property
    def groups_left(self) -> int | None:
        """How many groups may still come, where places are groups."""
        if self.largest_group is None:
            return None
        return self._unbooked if self.places_left else 0

    @property
    def counted_in(self) -> str:
        return "students" if self.largest_group is None else "groups"

    @property
    def what_is_left(self) -> str:
        """6 places; 2 groups of up to 30."""
        if self.groups_left is None:
            return phrases.plural(self.places_left, "place")
        left = phrases.plural(self.groups_left, "group")
        return f"{left} of up to {self.places_left}" if self.groups_left else left

    @property
    def what_there_is(self) -> str:
        up_to = f" of up to {self.largest_group}" if self.largest_group else ""
        return f"{self.counted(self.places)}{up_to}"

    @property
    def most_for_one(self) -> int:
        """How many students a school could bring if no other did."""
        return self.largest_group or self.places

    @property
    def students(self) -> int:
        """How many are booked, however places are counted."""
        return self.taken if self.largest_group is None else self.in_groups

    @property
    def _unbooked(self) -> int:
        return self.places - self.taken - self.kept_now

    def takes(self, students: int) -> int:
        """How many of its places so many students of one school take."""
        return students if self.largest_group is None else min(1, students)

    def places_for(self, students: int) -> str:
        """6 places; a place for a group of 24 students."""
        if self.largest_group is None:
            return phrases.plural(students, "place")
        return f"a place for a group of {phrases.plural(students, 'student')}"

    def counted(self, places: int) -> str:
        """So many of its places, in words."""
        return phrases.plural(places, "group" if self.largest_group else "place")

    @property
    def left_on_its_days(self) -> int | None:
        """How many more students its workplace can have on each of its days, where it says so."""
        if not self.shares_days:
            return None
        told: int | None
        if "days_left" in vars(self):
            told = vars(self)["days_left"]
        else:
            asked = Slot.objects.filter(pk=self.pk).annotate(left=DAYS_LEFT)
            told = asked.values_list("left", flat=True).get()
        return told

    @property
    def is_full(self) -> bool:
        return self.places_left <= 0

    @property
    def is_past(self) -> bool:
        return self.ends_on < clock.today()

    @property
    def why_kept(self) -> str:
        """4 of the places are kept until 3 May 2027 for students eligible for pupil premium."""
        if not self.kept_now or self.reserved_until is None:
            return ""
        are = "is" if self.kept_now == 1 else "are"
        until = phrases.long_date(self.reserved_until)
        kept = f"{self.kept_now} of the places {are} kept until {until} for {self.priority}."
        rule = self.priority
        if self.largest_group is None or rule is None or not rule.counts_students:
            return kept
        return f"{kept} A group can have one if {rule.enough_of_a_group} of its students are such."


def _taken_by(students: int) -> Case | Value:
    """How many places of a slot so many students take: one, where places are groups."""
    if students == 1:
        return Value(1)
    return Case(
        When(largest_group__isnull=True, then=Value(students)),
        When(largest_group__gte=students, then=Value(1)),
        default=Value(NO_PLACE),
        output_field=models.IntegerField(),
    )
