"""What is asked about a search that is kept."""

from django import forms

from accounts import govuk
from placements.models import Frequency, SavedSearch

LONGEST_NAME = SavedSearch._meta.get_field("name").max_length


class KeepSearch(govuk.Form):
    name = forms.CharField(
        label="Name of this search",
        max_length=LONGEST_NAME,
        help_text="Only you see it. Do not name students.",
    )
    frequency = forms.ChoiceField(
        label="Hear of new placements",
        choices=Frequency.choices,
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
        help_text="We write only when something new matches, and stop after 90 days unless you renew.",
    )

    looks = {
        "name": govuk.Look(
            why="It tells this search from your others, here and in our emails.",
            missing="Give the search a name",
        ),
        "frequency": govuk.Look(
            why="So that we write as often as is useful to you, and no more.",
            missing="Choose how often you want to hear",
        ),
    }
