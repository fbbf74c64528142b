"""The form that lists one placement at many workplaces."""

from django import forms

from accounts import govuk
from placements.states import PlacementState

NOTHING, THE_GOOD = "nothing", "good"


class WhichSites(govuk.Form):
    says_optional = False

    q = forms.CharField(label="Name, town or postcode", max_length=80, required=False)
    state = forms.ChoiceField(
        label="State",
        choices=[
            ("", "Any"),
            *((one.value, one.label) for one in (PlacementState.PUBLISHED, PlacementState.PAUSED)),
        ],
        required=False,
    )

    looks = {
        "q": govuk.Look(
            why="You see the workplaces that have it in their name or place.", width=20
        ),
        "state": govuk.Look(why="You see the workplaces that are in it."),
    }


class AddSites(govuk.Form):
    rows = forms.CharField(
        label="Your list of workplaces",
        help_text="Copy the rows from your spreadsheet, with its headings, and paste them here."
        " Up to 1,000 rows, one for each set of dates at each workplace.",
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
        strip=False,
    )
    wrong = forms.ChoiceField(
        label="What if some rows are wrong?",
        choices=[(NOTHING, "Take none of the rows"), (THE_GOOD, "Take the rows that are right")],
        widget=forms.RadioSelect,
        initial=NOTHING,
    )
    alike = forms.BooleanField(
        label="At all of them the work and its risks are as at the listing's own workplace. "
        "None is somebody's home, and no adult is alone with a student."
    )

    looks = {
        "rows": govuk.Look(
            why="Schools find each workplace by where it is, and book its dates.",
            missing="Paste the rows of your list",
            rows=10,
        ),
        "wrong": govuk.Look(
            why="We show what is wrong, row by row, either way.",
            missing="Choose what to do if some rows are wrong",
            small=True,
        ),
        "alike": govuk.Look(
            why="A broker reads the listing once for all of them. A place that differs is "
            "listed by itself.",
            missing="Confirm that the workplaces are alike",
        ),
    }
