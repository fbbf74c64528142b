"""Booking: a school's places in one slot, from asking for them to having used them."""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.models import Member, Organisation
from placements.models.cohorts import Cohort
from placements.models.slots import Slot
from placements.states import (
    AGREED,
    BOOKING_MOVES,
    CALLED_OFF,
    HOLDS_PLACES,
    IN_TOUCH,
    LIVE,
    ON_LIST,
    BookingState,
)
from placements.words import Adjustment, CancelReason, DeclineReason, LeaveReason

AT_ONCE = timedelta(seconds=5)


class BookingQuerySet(models.QuerySet["Booking"]):
    def holding_places(self) -> Self:
        return self.filter(state__in=HOLDS_PLACES)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def unanswered_at(self, moment: datetime) -> Self:
        return self.filter(state=BookingState.REQUESTED, answer_by__lte=moment)

    def on_list(self) -> Self:
        return self.filter(state__in=ON_LIST)

    def in_turn(self) -> Self:
        """Groups that wait, whoever is next first: in the order in which they joined."""
        return self.filter(state=BookingState.WAITING).order_by("asked_at", "pk")

    def needing_more_than(self, places: int) -> Self:
        """Groups too large for so many, even if they make do with fewer than they asked for."""
        return self.alias(needed=Coalesce("as_few_as", "places_asked")).filter(needed__gt=places)

    def out_of_time_at(self, moment: datetime) -> Self:
        """Groups whose offer has run out, or whose list is over."""
        return self.on_list().filter(answer_by__lte=moment)

    def over_on(self, day: date) -> Self:
        """Agreed, and their last day has passed."""
        return self.filter(state__in=AGREED, slot__ends_on__lt=day)

    def visible_to(self, member: Member) -> Self:
        """Those that one's own school asked for, and those at one's own placements."""
        ours = member.organisation_id
        return self.filter(Q(school=ours) | Q(slot__placement__provider=ours))


class Booking(models.Model):
    """A school's N places in one slot."""

    MOVES = BOOKING_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bookings")
    places = models.PositiveSmallIntegerField()
    # What the school first asked for, when the provider accepted only some.
    places_asked = models.PositiveSmallIntegerField()
    # For how many of them the students are of the kind that the slot's rule names. A count,
    # and never who they are.
    priority_students = models.PositiveSmallIntegerField(default=0, db_default=0)
    # How many of its places came from those that were kept for such students or schools.
    reserved = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # With how few places a waiting group would make do; nothing means all or none.
    as_few_as = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=BookingState, default=BookingState.REQUESTED)
    year_group = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField("what the host should know", max_length=1000, blank=True)
    adjustments = ArrayField(
        models.CharField(max_length=20, choices=Adjustment), default=list, blank=True
    )
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # Unanswered at this moment, it lapses; for a group that waits, the end of the list.
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    # Why it ended, where a reason is due: a code of placements.words, and words.
    reason = models.CharField(max_length=30, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    ended_by_school = models.BooleanField(null=True, blank=True)
    # It had been agreed, and whoever ended it gave less notice than `placements.lateness` asks.
    called_off_late = models.BooleanField(default=False, db_default=False, editable=False)
    # The cohort for which it was made together with others.
    cohort = models.ForeignKey(
        Cohort,
        on_delete=models.PROTECT,
        related_name="bookings",
        null=True,
        blank=True,
        db_index=False,
    )
    # A host has let this school down: we owe it other places to hold, if there are any.
    replacement_owed = models.BooleanField(default=False, db_default=False, editable=False)
    # These places were held for the school in place of those; only ever once.
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replacement",
    )
    # When its checklist was last gone through; nothing means that it is the next one's turn.
    papers_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    # One per form shown: a double click or Back-and-send-again books once.
    once = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "school"],
                name="one_live_booking_per_school_and_slot",
                condition=Q(state__in=LIVE),
            ),
            models.CheckConstraint(
                name="booking_state_is_known", condition=Q(state__in=BookingState.values)
            ),
            models.CheckConstraint(
                name="a_booking_has_places",
                condition=Q(places__gte=1, places__lte=1000, places_asked__gte=1),
            ),
            models.CheckConstraint(
                name="kept_places_are_some_of_its_places",
                condition=Q(reserved__lte=F("places"), priority_students__lte=F("places_asked")),
            ),
            models.CheckConstraint(
                name="a_group_makes_do_with_some_of_what_it_asked_for",
                condition=Q(as_few_as__isnull=True)
                | Q(as_few_as__gte=1, as_few_as__lte=F("places_asked")),
            ),
            models.CheckConstraint(
                name="a_group_waits_for_all_that_it_asked_for",
                condition=~Q(state=BookingState.WAITING) | Q(places=F("places_asked")),
            ),
            models.CheckConstraint(
                name="an_offer_is_of_use_to_its_group",
                condition=~Q(state=BookingState.OFFERED)
                | Q(places__gte=Coalesce(F("as_few_as"), F("places_asked"))),
            ),
            models.CheckConstraint(
                name="booking_year_group_is_known",
                condition=Q(year_group__isnull=True) | Q(year_group__gte=7, year_group__lte=13),
            ),
        ]
        indexes = [
            models.Index(fields=["school", "-asked_at"], name="booking_by_school"),
            models.Index(
                fields=["cohort"],
                name="booking_by_cohort",
                condition=Q(cohort__isnull=False),
            ),
            # What lapses when nobody answers.
            models.Index(
                fields=["answer_by"],
                name="booking_unanswered",
                condition=Q(state=BookingState.REQUESTED),
            ),
            models.Index(
                fields=["id"],
                name="booking_owed_replacement",
                condition=Q(replacement_owed=True),
            ),
            # Whose checklist nobody has gone through for longest.
            models.Index(
                F("papers_read_at").asc(nulls_first=True),
                name="booking_unread_papers",
                condition=Q(state__in=AGREED),
            ),
            # Who is next for the places of a slot.
            models.Index(
                fields=["slot", "asked_at"],
                name="booking_waiting_list",
                condition=Q(state__in=ON_LIST),
            ),
        ]

    def __str__(self) -> str:
        return self.slot.places_for(self.places)

    @property
    def why(self) -> str:
        """The reason it ended, in words."""
        said = [*CancelReason.choices, *DeclineReason.choices, *LeaveReason.choices]
        return str(dict(said).get(self.reason, ""))

    @property
    def adjustments_in_words(self) -> list[str]:
        return [str(Adjustment(code).label) for code in self.adjustments]

    def state_in_words(self, state: str) -> str:
        return str(BookingState(state).label)

    @property
    def is_in_touch(self) -> bool:
        return self.state in IN_TOUCH

    @property
    def units(self) -> int:
        """How many of its slot's places it takes: one, where these are for groups."""
        return self.slot.takes(self.places)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def was_let_down(self) -> bool:
        """It did not go ahead for what the host said or changed, or because nobody answered."""
        return self.state in CALLED_OFF and (
            not self.ended_by_school or self.reason == LeaveReason.CHANGED
        )

    @property
    def was_accepted_at_once(self) -> bool:
        """By the listing's own rule: nobody answers within seconds."""
        answered = self.answered_at
        return self.state in AGREED and bool(answered and answered - self.asked_at < AT_ONCE)

    @property
    def is_unanswered(self) -> bool:
        """Its host has let the time to answer pass."""
        return self.state == BookingState.REQUESTED and self.answer_by <= clock.now()

    @property
    def is_on_list(self) -> bool:
        return self.state in ON_LIST

    @property
    def least(self) -> int:
        """The fewest places that are of use to this group."""
        return self.as_few_as or self.places_asked

    @property
    def is_under_way(self) -> bool:
        return (
            self.state in (BookingState.ACCEPTED, BookingState.CONFIRMED)
            and self.slot.starts_on <= clock.today() <= self.slot.ends_on
        )


class BookingNote(models.Model):
    """A question or an answer between the two sides; stays with the booking."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"note {self.pk}"
