"""The forms of changing what schools have booked: fewer places, and other dates."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Self
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk, phrases
from placements import lowering
from placements.forms.listing_dates import Dates
from placements.models import Booking, Slot
from placements.slots import MOST_PLACES
from placements.states import BookingState
from placements.words import HOST_CANCELS

PREFIX = "keep-"
A_SHARE = govuk.Look(width=3, inputmode="numeric", missing="Enter how many places it keeps")
OF_A_GROUP = replace(A_SHARE, missing="Enter how many students it keeps")
# A refusal's code to the question beside which it is said.
BESIDE_MOVED = {
    "ends_before_it_starts": "ends_on",
    "too_long": "ends_on",
}


class WhyChanged(govuk.Form):
    reason = forms.ChoiceField(label="Why?", choices=HOST_CANCELS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label="What would you like to say to the schools?",
        help_text="Needed if you chose “Another reason”.",
        max_length=500,
        required=False,
        widget=forms.Textarea,
    )

    looks = {
        "reason": govuk.Look(
            why="Schools explain it to students who were looking forward to coming.",
            missing="Choose a reason",
            small=True,
        ),
        "comment": govuk.Look(why="A kind word keeps schools coming back.", rows=3),
    }


class FewerPlaces(WhyChanged):
    """How many places there are room for, and how many each booking keeps of its own: where
    places are groups, how many groups, and how many students of each."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    places = forms.IntegerField(
        label="How many places do you have room for?", min_value=1, max_value=MOST_PLACES
    )

    looks = {
        **WhyChanged.looks,
        "places": govuk.Look(
            why="Schools book no more than that from now on.",
            missing="Enter how many you have room for",
            width=4,
            inputmode="numeric",
        ),
    }

    def __init__(
        self,
        slot: Slot,
        held: Iterable[Booking],
        data: Mapping[str, Any] | None = None,
        *,
        places: str = "",
    ) -> None:
        held = list(held)
        mark = lowering.mark(held)
        super().__init__(data, initial={"places": places, "seen": mark})
        in_groups = slot.largest_group is not None
        students = " students" if in_groups else ""
        if in_groups:
            self.fields["places"].label = "How many groups do you have room for?"
            self.fields["places"].help_text = f"At most {slot.places}."
        self.bookings = {f"{PREFIX}{booking.pk}": booking for booking in held}
        for name, booking in self.bookings.items():
            self.fields[name] = forms.IntegerField(
                label=f"How many{students} does {booking.school} keep?",
                help_text=_about(booking, in_groups=in_groups),
                min_value=0,
                max_value=booking.places,
                initial=booking.places,
            )
        share = OF_A_GROUP if in_groups else A_SHARE
        self.looks = {**self.looks, **dict.fromkeys(self.bookings, share)}  # type: ignore[misc]  # alike
        # Errors are told in the order of the questions.
        self.order_fields(["seen", "places", *self.bookings])
        self.mark = mark

    @classmethod
    def again(cls, slot: Slot, held: Iterable[Booking], typed: Mapping[str, Any]) -> Self:
        """As it was typed, over bookings that are not those that the host had before them."""
        held = list(held)
        form = cls(slot, held, places=str(typed.get("places", "")))
        form.initial.update({name: typed.get(name, "") for name in ("reason", "comment")})
        form.initial.update(_shares_of(held, typed))
        return form

    @property
    def booked(self) -> int:
        return sum(booking.units for booking in self.bookings.values())

    @property
    def has_requests(self) -> bool:
        return any(one.state == BookingState.REQUESTED for one in self.bookings.values())

    @property
    def shares(self) -> list[Any]:
        return [self[name] for name in self.bookings]

    @property
    def keep(self) -> dict[UUID, int]:
        return {booking.pk: self.cleaned_data[name] for name, booking in self.bookings.items()}

    def put_back(self, refusal: ValidationError) -> None:
        """Beside the booking it concerns, or beside the number of places."""
        if hasattr(refusal, "error_dict"):
            for pk, errors in refusal.error_dict.items():
                self.add_error(f"{PREFIX}{pk}", errors)
            return
        for error in refusal.error_list:
            self.add_error("comment" if error.code == "invalid" else "places", error)


class MoveDates(WhyChanged):
    starts_on = Dates.base_fields["starts_on"]
    ends_on = Dates.base_fields["ends_on"]

    looks = {
        **WhyChanged.looks,
        "starts_on": govuk.Look(
            why="Schools are asked whether they can come then.", missing="Enter the first day"
        ),
        "ends_on": Dates.looks["ends_on"],
    }
    field_order = ["starts_on", "ends_on", "reason", "comment"]

    def put_back(self, refusal: ValidationError) -> None:
        for error in refusal.error_list:
            beside = {**BESIDE_MOVED, "invalid": "comment"}.get(error.code or "", "starts_on")
            self.add_error(beside, error)


def _shares_of(held: Iterable[Booking], data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed for those that are still there, where it can still be."""
    typed = {f"{PREFIX}{one.pk}": (one, str(data.get(f"{PREFIX}{one.pk}", ""))) for one in held}
    return {
        name: said if said.isdecimal() and int(said) <= booking.places else booking.places
        for name, (booking, said) in typed.items()
    }


def _about(booking: Booking, *, in_groups: bool) -> str:
    counted = phrases.plural(booking.places, "student" if in_groups else "place")
    year = f". Year {booking.year_group}" if booking.year_group else ""
    frees = ", which frees its group" if in_groups else ""
    return (
        f"Now {counted}, {booking.get_state_display().lower()}{year}."
        f" Enter 0 if it cannot come{frees}."
    )
