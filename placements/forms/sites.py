"""The form that lists one placement at many workplaces."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk
from placements import site_files
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
    """A list of workplaces, from a file or pasted; the rows of a file come back in the box."""

    says_optional = False

    file = forms.FileField(
        label="Your list of workplaces, as a file",
        help_text="A spreadsheet (.xlsx) or a CSV file with up to 1,000 rows, one for each set of"
        " dates at each workplace.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        required=False,
    )
    rows = forms.CharField(
        label="Or its rows",
        help_text="Copy them from your spreadsheet, with its headings, and paste them here. If"
        " you choose a file, its rows take the place of these.",
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
        strip=False,
        required=False,
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
        "file": govuk.Look(
            why="Schools find each workplace by where it is, and book its dates.",
        ),
        "rows": govuk.Look(why="Rows that must be put right can be mended here.", rows=10),
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

    def clean(self) -> dict[str, Any]:
        """What was in the file is what was typed: it is shown again, and read like it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if file := cleaned.get("file"):
            try:
                cleaned["rows"] = site_files.rows_in(file)
            except ValidationError as refusal:
                self.add_error("file", refusal)
            else:
                self.data = {**self.data, "rows": cleaned["rows"]}
        elif not self.has_error("file") and not cleaned.get("rows", "").strip():
            self.add_error("rows", "Choose a file, or paste the rows of your list")
        return cleaned
