"""Enquiry: one question that a school puts to several providers, and what each answers."""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q

from accounts import clock
from accounts.models import Member, Organisation
from placements.models.placements import Placement
from placements.models.slots import Slot
from placements.states import ANSWER_MOVES, ENQUIRY_MOVES, AnswerState, EnquiryState
from placements.words import Adjustment, DeclineReason

WORTH_DECIDING_FOR = timedelta(days=30)


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def open(self) -> Self:
        return self.filter(state=EnquiryState.OPEN)

    def overdue_at(self, moment: datetime) -> Self:
        """Open although their time is up."""
        return self.open().filter(answer_by__lte=moment)

    def visible_to(self, member: Member) -> Self:
        """A school's own. What a provider sees is its own answer, and nobody else's."""
        return self.filter(school=member.organisation_id)

    def with_how_many_answered(self) -> Self:
        return self.annotate(
            asked_of=Count("answers"),
            said_yes=Count("answers", filter=Q(answers__state=AnswerState.YES)),
            said_no=Count("answers", filter=Q(answers__state=AnswerState.NO)),
        )

    def to_decide(self) -> Self:
        """Somebody has said yes, and the school has not said, for a month, that it is done."""
        said_yes = EnquiryAnswer.objects.filter(state=AnswerState.YES)
        lately = self.filter(answer_by__gt=clock.now() - WORTH_DECIDING_FOR)
        return lately.exclude(state=EnquiryState.CLOSED).filter(pk__in=said_yes.values("enquiry"))


class Enquiry(models.Model):
    """What a school asks of several providers at once, and by when they answer."""

    MOVES = ENQUIRY_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="enquiries")
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=EnquiryState, default=EnquiryState.OPEN)
    question = models.TextField(max_length=1000)
    places = models.PositiveSmallIntegerField()
    year_group = models.PositiveSmallIntegerField()
    # The window in which the school wants its dates; empty when any would do.
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    adjustments = ArrayField(
        models.CharField(max_length=20, choices=Adjustment), default=list, blank=True
    )
    asked_at = models.DateTimeField()
    # At this moment whatever is not answered lapses.
    answer_by = models.DateTimeField()
    # One per form shown: a double click or Back-and-send-again asks once.
    once = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(
                name="enquiry_state_is_known", condition=Q(state__in=EnquiryState.values)
            ),
            models.CheckConstraint(name="an_enquiry_asks_something", condition=~Q(question="")),
            models.CheckConstraint(
                name="an_enquiry_is_for_some_places", condition=Q(places__gte=1, places__lte=1000)
            ),
            models.CheckConstraint(
                name="enquiry_year_group_is_known",
                condition=Q(year_group__gte=7, year_group__lte=13),
            ),
            models.CheckConstraint(
                name="the_window_of_an_enquiry_is_in_order",
                condition=Q(first_day__isnull=True, last_day__isnull=True)
                | Q(
                    first_day__isnull=False,
                    last_day__isnull=False,
                    first_day__lte=F("last_day"),
                ),
            ),
            models.CheckConstraint(
                name="an_enquiry_leaves_time_to_answer",
                condition=Q(answer_by__gt=F("asked_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["school", "-asked_at"], name="enquiry_by_school"),
            # What is over when its time is up.
            models.Index(
                fields=["answer_by"],
                name="enquiry_unfinished",
                condition=Q(state=EnquiryState.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"enquiry of {self.school}"

    @property
    def adjustments_in_words(self) -> list[str]:
        return [str(Adjustment(code).label) for code in self.adjustments]

    @property
    def window(self) -> tuple[date, date] | None:
        """The first and the last day that would do; nothing when any would."""
        if self.first_day is None or self.last_day is None:
            return None
        return self.first_day, self.last_day

    def state_in_words(self, state: str) -> str:
        return str(EnquiryState(state).label)

    @property
    def is_open(self) -> bool:
        return self.state == EnquiryState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == EnquiryState.CLOSED


class EnquiryAnswerQuerySet(models.QuerySet["EnquiryAnswer"]):
    def asked_of(self, member: Member) -> Self:
        """What a provider sees; a school sees the answers beside an enquiry of its own."""
        return self.filter(provider=member.organisation_id)

    def unanswered(self) -> Self:
        return self.filter(state=AnswerState.ASKED)


class EnquiryAnswer(models.Model):
    """One provider's part of an enquiry: which of its placements it is about, and its answer."""

    MOVES = ANSWER_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="answers")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="enquiry_answers"
    )
    # What the school was looking at. However many, the provider is asked once.
    placements = models.ManyToManyField(Placement, related_name="+")
    state = models.CharField(max_length=20, choices=AnswerState, default=AnswerState.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Why not: a code of placements.words.
    reason = models.CharField(max_length=30, choices=DeclineReason, blank=True)
    note = models.CharField(max_length=500, blank=True)
    # What they can offer, where they named one.
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EnquiryAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "provider"], name="a_provider_is_asked_once_in_an_enquiry"
            ),
            models.CheckConstraint(
                name="answer_state_is_known", condition=Q(state__in=AnswerState.values)
            ),
            models.CheckConstraint(
                name="what_is_answered_says_when_and_by_whom",
                condition=~Q(state__in=[AnswerState.YES, AnswerState.NO])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_no_says_why",
                condition=~Q(state=AnswerState.NO) | Q(reason__in=DeclineReason.values),
            ),
            models.CheckConstraint(
                name="offered_dates_are_of_an_offered_placement",
                condition=Q(slot__isnull=True) | Q(placement__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "state"], name="answer_by_provider"),
        ]

    def __str__(self) -> str:
        return f"answer of {self.provider}"

    @property
    def can_still_be_given(self) -> bool:
        return self.state == AnswerState.ASKED and self.enquiry.answer_by > clock.now()

    @property
    def offers_dates_to_come(self) -> bool:
        return self.slot is not None and self.slot.is_taking_bookings and not self.slot.is_full
