"""The forms of dates: adding or changing them, and calling them off."""

from datetime import date
from typing import Any

from django import forms

from accounts import govuk, phrases
from placements.models import Placement, Slot
from placements.slots import LONGEST_NOTE, MOST_PLACES
from placements.words import HOST_CANCELS

# A refusal's code to the question beside which it is said.
BESIDE = {
    "in_the_past": "starts_on",
    "too_far_ahead": "starts_on",
    "closed_already": "starts_on",
    "opens_too_late": "starts_on",
    "opens_after_release": "starts_on",
    "same_dates": "starts_on",
    "has_bookings": "starts_on",
    "ends_before_it_starts": "ends_on",
    "too_long": "ends_on",
    "below_taken": "places",
}


class Dates(govuk.Form):
    starts_on = govuk.DateField(label="First day", help_text="For example, 14 6 2027.")
    ends_on = govuk.DateField(
        label="Last day", required=False, help_text="Leave it empty if it is only one day."
    )
    places = forms.IntegerField(label="Places", min_value=1, max_value=MOST_PLACES)
    note = forms.CharField(
        label="Anything special about these dates",
        max_length=LONGEST_NOTE,
        required=False,
        help_text="For example, afternoons only.",
    )

    looks = {
        "starts_on": govuk.Look(
            why="Schools book particular dates.", missing="Enter the first day"
        ),
        "ends_on": govuk.Look(why="Students are out of school until then."),
        "places": govuk.Look(
            why="We never let more students book than you have places for.",
            missing="Enter the number of places",
            width=4,
        ),
        "note": govuk.Look(why="Schools see it beside the dates."),
    }

    def __init__(self, placement: Placement, data: Any = None, **told: Any) -> None:
        super().__init__(data, **told)
        if placement.largest_group:
            self.fields["places"].label = "Groups"
            self.fields[
                "places"
            ].help_text = f"Each of up to {phrases.plural(placement.largest_group, 'student')}, from one school."

    @property
    def ends(self) -> date:
        last: date = self.cleaned_data["ends_on"] or self.cleaned_data["starts_on"]
        return last

    @staticmethod
    def answers_of(slot: Slot) -> dict[str, object]:
        return {name: getattr(slot, name) for name in ("starts_on", "ends_on", "places", "note")}


class CallOff(govuk.Form):
    reason = forms.ChoiceField(
        label="Why are you cancelling these dates?",
        choices=HOST_CANCELS,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="What would you like to say to the schools?",
        max_length=500,
        required=False,
        widget=forms.Textarea,
    )

    looks = {
        "reason": govuk.Look(why="Schools should know.", missing="Choose a reason"),
        "comment": govuk.Look(why="It helps a school to explain it to its students.", rows=3),
    }
