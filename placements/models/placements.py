"""Placement: what is offered. The narrow questions are in placements.models.listed."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from accounts.models import Member, Organisation, Workplace
from accounts.words import RestrictedActivity, Sector
from placements.models.listed import ListedQuerySet
from placements.states import PLACEMENT_MOVES, PlacementState
from placements.words import (
    Adjustment,
    Criterion,
    Kind,
    Mode,
    Pattern,
    TakesPart,
)


class PlacementQuerySet(ListedQuerySet["Placement"]):
    """Who may find, list and keep what, and what of it waits for whom."""


class Placement(models.Model):
    """An opportunity that an employer or provider lists, from a talk to a T Level placement."""

    MOVES = PLACEMENT_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="placements")
    workplace = models.ForeignKey(
        Workplace, on_delete=models.PROTECT, null=True, blank=True, related_name="placements"
    )
    state = models.CharField(max_length=20, choices=PlacementState, default=PlacementState.DRAFT)

    # What it is
    kind = models.CharField(max_length=20, choices=Kind, blank=True)
    mode = models.CharField(max_length=20, choices=Mode, blank=True)
    self_paced = models.BooleanField(default=False)
    takes_part = models.CharField(max_length=20, choices=TakesPart, blank=True)
    title = models.CharField(max_length=100, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    sector = models.CharField(max_length=40, choices=Sector, blank=True)

    # What students do and learn
    activities = models.TextField("what students will do", max_length=4000, blank=True)
    objectives = models.TextField("what students will learn", max_length=2000, blank=True)
    curriculum = models.CharField("links to the curriculum", max_length=500, blank=True)
    # A criterion's code to how it is met, in the provider's words; absent when it is not.
    criteria = models.JSONField(default=dict, blank=True)
    two_way_contact = models.TextField(max_length=1000, blank=True)
    not_suitable_for = models.CharField(max_length=500, blank=True)

    # Who it is for
    year_from = models.PositiveSmallIntegerField(null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(null=True, blank=True)
    audience = models.CharField("who it is for, in words", max_length=500, blank=True)
    adjustments = ArrayField(
        models.CharField(max_length=20, choices=Adjustment), default=list, blank=True
    )
    adjustments_notes = models.TextField(max_length=1000, blank=True)

    # How long, and when in the day
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    pattern = models.CharField(max_length=20, choices=Pattern, blank=True)
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)

    # Practical
    lunch = models.CharField(max_length=200, blank=True)
    dress = models.CharField("what to wear", max_length=300, blank=True)
    equipment = models.CharField(max_length=300, blank=True)
    travel = models.CharField("how to get there", max_length=500, blank=True)
    it_access = models.CharField(max_length=300, blank=True)
    confidentiality = models.CharField(max_length=500, blank=True)
    charge = models.CharField("anything students must pay", max_length=200, blank=True)
    supervision = models.TextField(max_length=1000, blank=True)

    # How booking goes
    confirms_at_once = models.BooleanField(default=False)
    # In days before a slot starts: when asking opens and when it closes.
    opens_days_before = models.PositiveSmallIntegerField(default=365)
    closes_days_before = models.PositiveSmallIntegerField(default=7)
    most_places_per_school = models.PositiveSmallIntegerField(null=True, blank=True)
    # Where each place on a date is for a group: how many students it can be.
    largest_group = models.PositiveSmallIntegerField(null=True, blank=True)
    # A host that makes a day of it wants a group, and not one student from each school.
    fewest_places_per_school = models.PositiveSmallIntegerField(null=True, blank=True)

    # Passed on when a booking is accepted, and not before
    contact_name = models.CharField(max_length=100, blank=True)
    contact_email = models.EmailField(max_length=254, blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    joining_instructions = models.TextField(max_length=2000, blank=True)

    # Where it came from
    written_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies"
    )
    # The listing whose text this one shares at another workplace: see placements.sites.
    text_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        db_index=False,
    )
    # A broker may write on an employer's behalf; the employer then confirms from a link.
    confirmation_asked_of = models.EmailField(max_length=254, blank=True)
    confirmed_by_employer_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    source_reference = models.CharField(max_length=100, blank=True)

    # How far it has come
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    last_confirmed_on = models.DateField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    # Set by a broker who has looked at a private home or a lone adult and decided.
    risk_accepted_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # What ratings and brokers hand down for search to show; see placements.standing
    rating_average = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    rating_count = models.PositiveIntegerField(default=0)
    badges = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    words = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("summary", weight="B", config="english")
        + SearchVector("activities", "objectives", "curriculum", weight="D", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="placement_state_is_known", condition=Q(state__in=PlacementState.values)
            ),
            models.CheckConstraint(
                name="placement_years_are_in_order",
                condition=Q(year_from__isnull=True, year_to__isnull=True)
                | Q(year_from__gte=7, year_to__lte=13, year_from__lte=F("year_to")),
            ),
            models.CheckConstraint(
                name="placement_hours_are_in_order",
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(starts_at__lt=F("ends_at")),
            ),
            models.CheckConstraint(
                name="what_is_published_says_what_it_is",
                condition=~Q(state=PlacementState.PUBLISHED)
                | (
                    ~Q(title="")
                    & Q(kind__in=Kind.values)
                    & Q(mode__in=Mode.values)
                    & Q(sector__in=Sector.values)
                    & Q(year_from__isnull=False)
                    & Q(published_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="what_happens_in_person_happens_somewhere",
                condition=~Q(state=PlacementState.PUBLISHED)
                | Q(mode=Mode.VIRTUAL)
                | Q(workplace__isnull=False),
            ),
            models.CheckConstraint(
                name="what_is_published_says_when_it_was_confirmed",
                condition=~Q(state=PlacementState.PUBLISHED) | Q(last_confirmed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_group_is_of_a_size_and_one_from_each_school",
                condition=Q(largest_group__isnull=True)
                | Q(largest_group__range=(1, 1000), most_places_per_school__isnull=True),
            ),
            models.CheckConstraint(
                name="a_school_may_have_as_many_places_as_it_must",
                condition=Q(fewest_places_per_school__isnull=True)
                | Q(
                    Q(most_places_per_school__isnull=True)
                    | Q(fewest_places_per_school__lte=F("most_places_per_school")),
                    fewest_places_per_school__gte=1,
                ),
            ),
            models.UniqueConstraint(
                fields=["text_of", "workplace"],
                name="a_text_is_offered_once_at_each_workplace",
                condition=Q(text_of__isnull=False) & ~Q(state=PlacementState.WITHDRAWN),
            ),
            models.UniqueConstraint(
                fields=["source", "source_reference"],
                name="one_placement_per_source_and_reference",
                condition=~Q(source_reference=""),
            ),
        ]
        indexes = [
            GinIndex(fields=["words"], name="placement_by_words"),
            # A provider's own page, newest first.
            models.Index(fields=["provider", "-made_at"], name="placement_by_provider"),
            models.Index(
                fields=["text_of"],
                name="placement_by_shared_text",
                condition=Q(text_of__isnull=False),
            ),
            # What is new for a saved search: published between two moments.
            models.Index(
                fields=["published_at"],
                name="placement_by_publication",
                condition=Q(state=PlacementState.PUBLISHED),
            ),
            # What nobody has confirmed for a month: see placements.freshness.
            models.Index(
                fields=["last_confirmed_on"],
                name="placement_by_confirmation",
                condition=Q(state=PlacementState.PUBLISHED),
            ),
            # The desk's queue, oldest first.
            models.Index(
                fields=["submitted_at"],
                name="placement_at_the_desk",
                condition=Q(state=PlacementState.SUBMITTED),
            ),
        ]

    def __str__(self) -> str:
        return self.title or "Untitled listing"

    @property
    def is_virtual(self) -> bool:
        return self.mode == Mode.VIRTUAL

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    @property
    def year_groups(self) -> list[int]:
        if self.year_from is None or self.year_to is None:
            return []
        return list(range(self.year_from, self.year_to + 1))

    @property
    def adjustment_labels(self) -> list[str]:
        return [Adjustment(code).label for code in self.adjustments]

    @property
    def restricted_labels(self) -> list[str]:
        """Work here that law limits for young people."""
        codes = self.workplace.restricted_activities if self.workplace else []
        return [RestrictedActivity(code).label for code in codes]

    @property
    def seven_criteria(self) -> list[tuple[Criterion, bool, str]]:
        """Each of the seven: whether it is met, and how, in the provider's words."""
        met = self.criteria
        return [(one, one.value in met, met.get(one.value, "")) for one in Criterion]

    @property
    def criteria_met(self) -> int:
        return sum(met for _, met, _ in self.seven_criteria)

    @property
    def needs_a_brokers_decision(self) -> bool:
        """A private home, or an adult alone with a student."""
        workplace = self.workplace
        return workplace is not None and workplace.needs_a_brokers_decision
