"""The forms of booking. Their rules are the verbs'; here they are only asked and worded."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk, words
from placements.booking_rules import LONGEST_COMMENT, LONGEST_NOTE
from placements.forms import in_groups
from placements.forms.seen import SeenDay, with_answers
from placements.models import Booking, Placement, PriorityRule
from placements.priority import COUNTED_FOR_ANOTHER
from placements.words import HOST_CANCELS, Adjustment, CancelReason, DeclineReason

MOST_PLACES = 1000
NO_NAMES = "Do not name students or say anything that would tell who they are."
# Which question a refusal of the verbs concerns.
CONCERNS = {
    "dates_changed": "places",
    "slot_full": "places",
    "places_reserved": "places",
    "priority_first": "places",
    "priority_students": "priority_students",
    "stale": "priority_students",
    "over_cap": "places",
    "group_too_small": "places",
    "group_too_large": "places",
    "beyond_capacity": "places",
    "as_few_as": "as_few_as",
    "not_suitable_year_group": "year_group",
}


class OnceField(forms.UUIDField):
    """What makes a double click one booking. A token that was tampered with is none."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            return None


class AskForPlaces(govuk.Form):
    once = OnceField(required=False, initial=uuid4)
    starts_on = SeenDay()
    ends_on = SeenDay()
    places = forms.IntegerField(
        label="How many places do you need?", min_value=1, max_value=MOST_PLACES
    )
    priority_students = forms.IntegerField(
        help_text="Only count them. Leave this empty if there are none, or you do not know.",
        min_value=0,
        max_value=MOST_PLACES,
        required=False,
    )
    # The rule that the question above speaks of: a host may choose another meanwhile.
    counted_for = forms.IntegerField(widget=forms.HiddenInput, required=False)
    year_group = forms.TypedChoiceField(
        label="Which year group are they in?",
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
    )
    adjustments = forms.MultipleChoiceField(
        label="Adjustments that would help",
        help_text="Choose any that somebody in the group needs.",
        choices=Adjustment.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label="What the host should know",
        help_text=f"For example how you will travel, or what the group hopes to learn. {NO_NAMES}",
        widget=forms.Textarea,
        max_length=LONGEST_NOTE,
        required=False,
    )

    looks = {
        "places": govuk.Look(
            why="The host keeps this many places for your school. Nobody else can book them.",
            missing="Enter how many places you need",
            width=3,
            inputmode="numeric",
        ),
        "priority_students": govuk.Look(
            why="So many of the places that are kept for them can be yours. The host sees how many"
            " kept places are left, and not who has them.",
            width=3,
            inputmode="numeric",
        ),
        "year_group": govuk.Look(
            why="Some work is only allowed, or only suitable, from a certain age.",
            missing="Choose a year group",
            small=True,
        ),
        "adjustments": govuk.Look(
            why="The host can say at once what they can offer, and prepare it.", small=True
        ),
        "note": govuk.Look(why="It helps the host to say yes, and to plan the days."),
    }

    def __init__(
        self,
        placement: Placement,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        asks_about: PriorityRule | None = None,
    ) -> None:
        rule = str(asks_about.pk) if asks_about else ""
        initial = dict(initial or {})
        counted_for = (initial if data is None else data).get("counted_for") or rule
        self.was_another_question = bool(rule) and counted_for != rule
        if self.was_another_question:
            initial["priority_students"] = ""
            data = data and with_answers(data, counted_for=rule, priority_students="")
        for_them = "places are for"
        if placement.largest_group:
            self.looks = in_groups.looks_of_asking(self.looks)  # type: ignore[misc]  # its own
            for_them = "students are"
        super().__init__(data, initial={**initial, "counted_for": rule})
        if placement.largest_group:
            in_groups.ask(self.fields, placement.largest_group)
        if asks_about:
            about = f"How many of your {for_them} {asks_about}?"
            self.fields["priority_students"].label = about
            if placement.largest_group:
                in_groups.ask_how_many(self.fields, asks_about)
        else:
            del self.fields["priority_students"], self.fields["counted_for"]
        years = self.fields["year_group"]
        assert isinstance(years, forms.TypedChoiceField)  # noqa: S101 -- for the type checker.
        offered = placement.year_groups or words.YEAR_GROUPS
        years.choices = [(year, f"Year {year}") for year in offered]

    def clean_priority_students(self) -> int:
        if self.was_another_question:
            raise ValidationError(COUNTED_FOR_ANOTHER, code="stale")
        return self.cleaned_data["priority_students"] or 0


class JoinList(AskForPlaces):
    """Asking for places, or else to wait for them as a group."""

    as_few_as = forms.IntegerField(
        label="The fewest places that would still do",
        help_text="Leave this empty if your group needs all of its places.",
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
    )

    looks = {
        **AskForPlaces.looks,
        "places": govuk.Look(
            why="You are only offered places that are enough for your group.",
            missing="Enter how many places you need",
            width=3,
            inputmode="numeric",
        ),
        "as_few_as": govuk.Look(
            why="If some of the group may go without the others, it can be sooner.",
            width=3,
            inputmode="numeric",
        ),
    }
    field_order = ["once", "places", "as_few_as", "priority_students"]


class Accept(govuk.Form):
    places = forms.IntegerField(
        label="How many places do you accept?", min_value=1, max_value=MOST_PLACES
    )

    looks = {
        "places": govuk.Look(
            why="You may take some of the group. The other places are free for other schools.",
            missing="Enter how many places you accept",
            width=3,
            inputmode="numeric",
        )
    }

    def __init__(self, booking: Booking, data: Mapping[str, Any] | None = None) -> None:
        if booking.slot.largest_group:
            self.looks = in_groups.looks_of_accepting(self.looks)  # type: ignore[misc]  # its own
        super().__init__(data, initial={"places": booking.places}, prefix="accept")
        if booking.slot.largest_group:
            in_groups.accept(self.fields)
        self.fields["places"].help_text = f"They asked for {booking.places}."


class GiveBack(govuk.Form):
    places = forms.IntegerField(
        label="How many places will you not fill?", min_value=1, max_value=MOST_PLACES
    )

    looks = {
        "places": govuk.Look(
            why="Other students can have them. The host plans for those who come.",
            missing="Enter how many places you will not fill",
            width=3,
            inputmode="numeric",
        )
    }

    def __init__(self, booking: Booking, data: Mapping[str, Any] | None = None) -> None:
        if booking.slot.largest_group:
            self.looks = in_groups.looks_of_coming_with_fewer(self.looks)  # type: ignore[misc]  # its own
        super().__init__(data)
        self.fields["places"].help_text = f"You have {booking}."
        if booking.slot.largest_group:
            in_groups.come_with_fewer(self.fields, booking)


class Reasoned(govuk.Form):
    """A coded reason, and words for what a code cannot say."""

    reason = forms.ChoiceField(label="Why?", widget=forms.RadioSelect)
    comment = forms.CharField(
        label="Anything they should know",
        help_text=f"Needed if you chose “Another reason”. {NO_NAMES}",
        widget=forms.Textarea,
        max_length=LONGEST_COMMENT,
        required=False,
    )


class Decline(Reasoned):
    looks = {
        "reason": govuk.Look(
            why="The school learns whether asking for other dates or fewer places would help.",
            missing="Choose why you decline",
            small=True,
        ),
        "comment": govuk.Look(why="A kind word keeps the school coming back.", rows=3),
    }

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="decline")
        self.fields["reason"].choices = DeclineReason.choices  # type: ignore[attr-defined]  # a choice field


class Cancel(Reasoned):
    looks = {
        "reason": govuk.Look(
            why="The other side needs to know, and hubs learn what makes plans fail.",
            missing="Choose a reason",
            small=True,
        ),
        "comment": govuk.Look(why="It helps the other side to plan again.", rows=3),
    }

    def __init__(self, data: Mapping[str, Any] | None = None, *, by_school: bool = True) -> None:
        super().__init__(data)
        reasons = CancelReason.choices if by_school else HOST_CANCELS
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]  # a choice field


class Note(govuk.Form):
    words = forms.CharField(
        label="Your question or answer",
        help_text=NO_NAMES,
        widget=forms.Textarea,
        max_length=LONGEST_NOTE,
    )

    looks = {
        "words": govuk.Look(
            why="It stays with the booking, and the other side is told that you wrote.",
            missing="Write your question or answer",
            rows=3,
        )
    }


def put_back(
    form: forms.Form,
    refusal: ValidationError,
    *,
    invalid: str | None = None,
    concerns: Mapping[str, str] = CONCERNS,
) -> None:
    """Show a refusal beside the question it concerns; `invalid` says which that code means."""
    beside = {**concerns, "invalid": invalid}
    for error in refusal.error_list:
        name = beside.get(error.code or "")
        form.add_error(name if name in form.fields else None, error)
