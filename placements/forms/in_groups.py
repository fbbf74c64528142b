"""How the questions of booking read where each place is for a group, and not for one student."""

from collections.abc import Mapping
from dataclasses import replace

from django.forms import Field

from accounts import govuk
from placements.models import Booking, PriorityRule

OF_A_GROUP = "The host plans for those who come. No other group can come in place of the rest."
ONE_FOR_A_GROUP = "The host plans for so many. Your group has a place to itself, whatever its size."
KEPT_FOR_A_GROUP = (
    "A place that is kept for them can be your group's. The host sees how many kept places are"
    " left, and not who has them."
)

Looks = Mapping[str, govuk.Look]
Fields = Mapping[str, Field]


def looks_of_asking(looks: Looks) -> dict[str, govuk.Look]:
    missing = "Enter how many students are in your group"
    places = replace(looks["places"], why=ONE_FOR_A_GROUP, missing=missing)
    named = replace(looks["priority_students"], why=KEPT_FOR_A_GROUP)
    return {**looks, "places": places, "priority_students": named}


def ask(fields: Fields, largest: int) -> None:
    fields["places"].label = "How many students are in your group?"
    fields["places"].help_text = f"At most {largest}."
    if fewest := fields.get("as_few_as"):
        fewest.label = "The fewest students who would still come"
        fewest.help_text = "Leave this empty if your group only comes as a whole."


def ask_how_many(fields: Fields, rule: PriorityRule) -> None:
    enough = f"If {rule.enough_of_a_group} of your group are such, it goes first."
    fields["priority_students"].help_text = f"Only count them. {enough}"


def looks_of_accepting(looks: Looks) -> dict[str, govuk.Look]:
    missing = "Enter how many students you accept"
    return {"places": replace(looks["places"], why=OF_A_GROUP, missing=missing)}


def accept(fields: Fields) -> None:
    fields["places"].label = "How many students do you accept?"


def looks_of_coming_with_fewer(looks: Looks) -> dict[str, govuk.Look]:
    missing = "Enter how many students will not come"
    return {"places": replace(looks["places"], why=OF_A_GROUP, missing=missing)}


def come_with_fewer(fields: Fields, booking: Booking) -> None:
    fields["places"].label = "How many students will not come?"
    fields["places"].help_text = f"Your group is of {booking.places}."
