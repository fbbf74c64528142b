"""The forms of enquiries: what a school asks, and a provider's yes. A no is `booking.Decline`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django import forms

from accounts import govuk, words
from accounts.phrases import date_range
from placements.enquiry_rules import LONGEST_NOTE, LONGEST_QUESTION, MOST_PLACES
from placements.forms.booking import NO_NAMES, OnceField
from placements.models import EnquiryAnswer, Placement, Slot
from placements.words import Adjustment

DATES_OFFERED = 6
NOTHING_IN_PARTICULAR = "any"
# Which question a refusal of the verbs concerns.
CONCERNS = {
    "nothing_chosen": "placements",
    "too_many": "placements",
    "not_published": "placements",
    "nobody_to_answer": "placements",
    "too_many_open": "placements",
    "no_question": "question",
    "no_places": "places",
    "not_suitable_year_group": "year_group",
    "first_day": "first_day",
    "window": "last_day",
}


class Offer(NamedTuple):
    """Something that a provider may say would suit."""

    label: str
    placement: Placement
    slot: Slot | None


class AskProviders(govuk.Form):
    once = OnceField(required=False, initial=uuid4)
    placements = forms.TypedMultipleChoiceField(
        label="Which placements are you asking about?",
        help_text="Each provider is asked once, also about several of its placements.",
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
    )
    question = forms.CharField(
        label="Your question",
        help_text=NO_NAMES,
        widget=forms.Textarea,
        max_length=LONGEST_QUESTION,
    )
    places = forms.IntegerField(
        label="How many places are you looking for?", min_value=1, max_value=MOST_PLACES
    )
    year_group = forms.TypedChoiceField(
        label="Which year group are they in?",
        widget=forms.RadioSelect,
        coerce=int,
        choices=[(year, f"Year {year}") for year in words.YEAR_GROUPS],
    )
    first_day = govuk.DateField(label="First day that would do", required=False)
    last_day = govuk.DateField(label="Last day that would do", required=False)
    adjustments = forms.MultipleChoiceField(
        label="Adjustments that would help",
        help_text="Choose any that somebody in the group needs.",
        choices=Adjustment.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    looks = {
        "placements": govuk.Look(
            why="You need not ask everybody you compare.",
            missing="Choose at least one placement",
            small=True,
        ),
        "question": govuk.Look(
            why="It is what each provider reads first. They all get the same words.",
            missing="Write your question",
        ),
        "places": govuk.Look(
            why="Nothing is booked by asking, but they need to know how large the group is.",
            missing="Enter how many places you are looking for",
            width=3,
            inputmode="numeric",
        ),
        "year_group": govuk.Look(
            why="Some work is only allowed, or only suitable, from a certain age.",
            missing="Choose a year group",
            small=True,
        ),
        "first_day": govuk.Look(why="They look at their dates from this day on."),
        "last_day": govuk.Look(why="They look at their dates until this day."),
        "adjustments": govuk.Look(
            why="They can say at once what they can offer, and prepare it.", small=True
        ),
    }

    def __init__(
        self,
        offered: Iterable[Placement],
        data: Mapping[str, Any] | None = None,
        *,
        year_group: int | None = None,
    ) -> None:
        shown = list(offered)
        super().__init__(
            data, initial={"placements": [one.pk for one in shown], "year_group": year_group}
        )
        asked = self.fields["placements"]
        assert isinstance(asked, forms.TypedMultipleChoiceField)  # noqa: S101 -- for the type checker.
        asked.choices = [(str(one.pk), f"{one.title} ({one.provider.name})") for one in shown]


class SayYes(govuk.Form):
    offer = forms.ChoiceField(label="What would suit them?", widget=forms.RadioSelect)
    note = forms.CharField(
        label="Your answer in words",
        help_text=NO_NAMES,
        widget=forms.Textarea,
        max_length=LONGEST_NOTE,
        required=False,
    )

    looks = {
        "offer": govuk.Look(
            why="The school is led straight to it, and books it from there.",
            missing="Choose what would suit them, or that they look for themselves",
            small=True,
        ),
        "note": govuk.Look(why="The school reads the answers side by side.", rows=3),
    }

    def __init__(self, answer: EnquiryAnswer, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="yes", initial={"offer": NOTHING_IN_PARTICULAR})
        self.offers = dict(_offers(answer))
        self.fields["offer"].choices = [  # type: ignore[attr-defined]  # a choice field
            *((value, offer.label) for value, offer in self.offers.items()),
            (NOTHING_IN_PARTICULAR, "Nothing in particular: they look at our dates themselves"),
        ]

    @property
    def said(self) -> dict[str, Any]:
        """What the verb wants to know."""
        chosen = self.offers.get(self.cleaned_data["offer"])
        return {
            "note": self.cleaned_data["note"],
            "placement": chosen.placement if chosen else None,
            "slot": chosen.slot if chosen else None,
        }


def _offers(answer: EnquiryAnswer) -> Iterator[tuple[str, Offer]]:
    """Each placement that was asked about and is still up, and its next dates with places."""
    asked = answer.placements.filter(pk__in=Placement.objects.published().values("pk"))
    shown = list(asked.order_by("title", "pk"))
    dates = _dates_of(shown, answer.enquiry.window)
    for placement in shown:
        for slot in dates[placement.pk][:DATES_OFFERED]:
            when = date_range(slot.starts_on, slot.ends_on)
            yield str(slot.pk), Offer(f"{placement.title}, {when}", placement, slot)
        label = f"{placement.title}, dates to be agreed"
        yield str(placement.pk), Offer(label, placement, None)


def _dates_of(
    placements: list[Placement], window: tuple[date, date] | None
) -> Mapping[UUID, list[Slot]]:
    slots = Slot.objects.still_open().with_places().filter(placement__in=placements)
    if window:
        slots = slots.filter(starts_on__lte=window[1], ends_on__gte=window[0])
    dates: dict[UUID, list[Slot]] = defaultdict(list)
    for slot in slots.order_by("starts_on", "ends_on", "pk"):
        dates[slot.placement_id].append(slot)
    return dates
