"""What the rules of enquiries forbid, each with its code. Nothing here locks or writes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts import clock, outbox
from accounts.models import Organisation, Standing
from accounts.words import YEAR_GROUPS
from placements.booking_rules import refuse_too_long
from placements.models import EnquiryAnswer, Placement, Slot
from placements.models.shortlists import MOST
from placements.states import AnswerState
from placements.words import Adjustment

# At most as many as stand side by side.
MOST_ASKED = MOST
TIME_TO_ANSWER = timedelta(days=7)
# Unanswered questions of one school at one provider, so that no inbox is flooded.
MOST_OPEN_AT_A_PROVIDER = 2
LONGEST_QUESTION = 1000
LONGEST_NOTE = 500
MOST_PLACES = 1000


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a school wants to know, and for whom it asks."""

    words: str
    places: int
    year_group: int
    first_day: date | None
    last_day: date | None
    adjustments: Collection[str]
    once: UUID


def refuse_malformed(question: Question) -> None:
    if not question.words:
        raise ValidationError("Write your question.", code="no_question")
    refuse_too_long(question.words, at_most=LONGEST_QUESTION)
    if not 1 <= question.places <= MOST_PLACES:
        raise ValidationError("Ask for at least 1 place.", code="no_places")
    if question.year_group not in YEAR_GROUPS:
        raise ValidationError("Choose a year group.", code="not_suitable_year_group")
    if set(question.adjustments) - set(Adjustment.values):
        raise ValidationError("Choose adjustments from the list.", code="invalid")
    _refuse_impossible_window(question.first_day, question.last_day)


def refuse_unless_askable(wanted: Collection[UUID], found: Collection[Placement]) -> None:
    if not wanted:
        raise ValidationError("Choose at least one placement.", code="nothing_chosen")
    if len(wanted) > MOST_ASKED:
        raise ValidationError(
            "Ask about %(most)d placements or fewer.",
            code="too_many",
            params={"most": MOST_ASKED},
        )
    if len(found) < len(wanted):
        raise ValidationError(
            "One of these placements is not offered any more. Take it off and ask again.",
            code="not_published",
        )


def refuse_where_nobody_answers(providers: Iterable[Organisation]) -> None:
    asked = list(providers)
    people = outbox.working_for_each(one.pk for one in asked)
    for provider in asked:
        if not people.get(provider.pk):
            raise ValidationError(
                "Nobody at %(provider)s can answer here yet. Ask your Careers Hub instead.",
                code="nobody_to_answer",
                params={"provider": provider.name},
            )


def refuse_flood(providers: Iterable[Organisation], school: Organisation) -> None:
    for provider in providers:
        unanswered = EnquiryAnswer.objects.unanswered().filter(
            provider=provider, enquiry__school=school
        )
        if unanswered.count() >= MOST_OPEN_AT_A_PROVIDER:
            raise ValidationError(
                "%(provider)s has not answered %(open)d questions of your school yet."
                " Wait for an answer, or close one of them.",
                code="too_many_open",
                params={"provider": provider.name, "open": MOST_OPEN_AT_A_PROVIDER},
            )


def refuse_unless_unanswered(answer: EnquiryAnswer) -> None:
    if answer.state in (AnswerState.YES, AnswerState.NO):
        raise ValidationError("This question has been answered already.", code="already_answered")
    if answer.state == AnswerState.WITHDRAWN:
        raise ValidationError("The school has closed this question.", code="ended")
    if not answer.can_still_be_given:
        raise ValidationError("The time to answer this question has passed.", code="lapsed")


def refuse_unless_relied_on(answer: EnquiryAnswer) -> None:
    """Nothing new begins between two sides while one of them is looked into."""
    if any(one.standing != Standing.GOOD for one in (answer.provider, answer.enquiry.school)):
        raise ValidationError(
            "Questions here are suspended while a concern is looked into.", code="suspended"
        )


def refuse_unless_theirs(
    answer: EnquiryAnswer, placement: Placement | None, slot: Slot | None
) -> None:
    """What a provider offers is its own, public, and (if dates) still to be had."""
    own = Placement.objects.published().filter(provider=answer.provider_id)
    if placement and not own.filter(pk=placement.pk).exists():
        raise ValidationError("Choose one of your own published placements.", code="not_published")
    if slot and (placement is None or slot.placement_id != placement.pk):
        raise ValidationError("Choose dates of that placement.", code="invalid")
    if slot and not Slot.objects.open().with_places().filter(pk=slot.pk).exists():
        raise ValidationError("Those dates have no places any more.", code="not_open")


def _refuse_impossible_window(first_day: date | None, last_day: date | None) -> None:
    if (first_day is None) != (last_day is None):
        raise ValidationError("Give both the first and the last day, or neither.", code="window")
    if first_day is None or last_day is None:
        return
    if last_day < first_day:
        raise ValidationError("The last day must not be before the first.", code="window")
    if last_day <= clock.today():
        raise ValidationError("The dates must be in the future.", code="window")
    if first_day < clock.today():
        raise ValidationError("The first day must be today or later.", code="first_day")
