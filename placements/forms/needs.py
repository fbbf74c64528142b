"""What is asked of a school that tells the hub what it needs."""

from django import forms

from accounts import govuk
from placements.needs import MOST_PLACES


class TellHub(govuk.Form):
    places = forms.IntegerField(
        label="How many places do you need?", min_value=1, max_value=MOST_PLACES
    )

    looks = {
        "places": govuk.Look(
            why="The hub asks employers for as many.",
            missing="Enter how many places you need",
            width=3,
        ),
    }
