"""The forms of scarce dates: whom places are kept for, and when booking opens."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms

from accounts import clock, govuk
from accounts.clock import ENGLAND
from placements.forms.listing_practical import ClockField
from placements.models import PriorityRule, Slot
from placements.reserves import EARLIEST
from placements.slots import MOST_PLACES

# A refusal's code to the question beside which it is said.
BESIDE = {
    "rule": "rule",
    "kept": "places",
    "nothing_kept": "places",
    "share": "share",
    "until": "until",
    "early": "early_days",
    "not_open": "rule",
}
OPENING_BESIDE = {"opens_at": "day", "has_opened": "day", "not_open": "day"}


class WhomToPutFirst(forms.ModelChoiceField[PriorityRule]):
    def label_from_instance(self, obj: PriorityRule) -> str:
        """The name stands within sentences, and here it begins one."""
        return f"{obj.name[:1].upper()}{obj.name[1:]}"


class Priority(govuk.Form):
    rule = WhomToPutFirst(
        label="Who has priority?",
        queryset=PriorityRule.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    places = forms.IntegerField(
        label="How many places do you keep for them?",
        min_value=0,
        max_value=MOST_PLACES,
        required=False,
    )
    share = forms.IntegerField(
        label="Or which share of all places do you keep for them?",
        help_text="It is rounded up, to at least 1 place. When you change the number of places, it"
        " stays this share of them.",
        min_value=1,
        max_value=100,
        required=False,
        error_messages=dict.fromkeys(
            ("min_value", "max_value", "invalid"), "Enter a share from 1 to 100 per cent"
        ),
    )
    until = govuk.DateField(
        label="The last day on which they are kept",
        required=False,
        help_text="From the next day anybody can book what is left of them.",
    )
    early_days = forms.IntegerField(
        label="How many days before everybody else may they book?",
        help_text="Leave this empty if they book at the same time.",
        min_value=0,
        max_value=EARLIEST,
        required=False,
    )

    looks = {
        "rule": govuk.Look(
            why="Every school reads it on the listing, with the reason.",
            missing="Choose who has priority",
        ),
        "places": govuk.Look(
            why="Nobody else can book these places until you let them.",
            width=4,
            inputmode="numeric",
        ),
        "share": govuk.Look(
            why="Fill in one of the two: a number, or a share.",
            width=3,
            inputmode="numeric",
            suffix="%",
        ),
        "until": govuk.Look(why="No place stays empty because nobody with priority came."),
        "early_days": govuk.Look(
            why="A school with few links to employers hears of places later than others.",
            width=3,
            inputmode="numeric",
        ),
    }

    def __init__(self, slot: Slot, data: Mapping[str, Any] | None = None) -> None:
        answers = {
            "rule": slot.priority_id,
            "places": None if slot.reserved_share else slot.reserved or None,
            "share": slot.reserved_share,
            "until": slot.reserved_until,
            "early_days": slot.early_days or None,
        }
        super().__init__(data, initial=answers)
        rules = PriorityRule.objects.to_choose_from(clock.today())
        # What was promised here stands, also once its rule is over.
        of_slot = PriorityRule.objects.filter(pk=slot.priority_id or 0)
        choice = self.fields["rule"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 -- for the type checker.
        choice.queryset = rules | of_slot
        if slot.largest_group:
            self.looks = {**self.looks, "rule": _of_groups(rules | of_slot)}  # type: ignore[misc]  # its own

    @property
    def beside(self) -> Mapping[str, str]:
        """Too many are kept where somebody typed how many."""
        return {**BESIDE, "kept": "share"} if self.cleaned_data.get("share") else BESIDE

    def clean_places(self) -> int:
        return self.cleaned_data["places"] or 0

    def clean_early_days(self) -> int:
        return self.cleaned_data["early_days"] or 0


def _of_groups(rules: Iterable[PriorityRule]) -> govuk.Look:
    """With each rule, which groups can have a place that is kept."""
    hints = {
        str(
            rule.pk
        ): f"A group can have one that you keep if {rule.enough_of_a_group} of its students"
        " are those you keep it for."
        for rule in rules
        if rule.counts_students
    }
    return replace(Priority.looks["rule"], choice_hints=hints)


class Opening(govuk.Form):
    day = govuk.DateField(label="The day on which booking opens")
    at = ClockField(label="The time of day", help_text="For example, 10am or 4:30pm.")

    looks = {
        "day": govuk.Look(
            why="Schools read it on the listing, and can be ready.",
            missing="Enter the day on which booking opens",
        ),
        "at": govuk.Look(
            why="Nobody can book before this moment, and everybody from it on.",
            missing="Enter the time at which booking opens",
            width=5,
        ),
    }

    @property
    def moment(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"], ENGLAND)

    @staticmethod
    def answers_of(slot: Slot) -> dict[str, object]:
        return {"day": slot.opening.date(), "at": slot.opening.time()} if slot.opens_at else {}
