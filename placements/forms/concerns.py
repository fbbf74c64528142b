"""Reporting a concern."""

from django import forms

from accounts import govuk
from placements import concerns
from placements.words import ConcernKind


class ReportConcern(govuk.Form):
    kind = forms.ChoiceField(
        label="What is it about?", choices=ConcernKind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What happened?",
        widget=forms.Textarea,
        max_length=concerns.LONGEST,
        help_text="Do not name students: say “a Year 10 student”.",
    )

    looks = {
        "kind": govuk.Look(
            why="A concern about harm goes to named safeguarding leads and to nobody else.",
            missing="Choose what it is about",
        ),
        "words": govuk.Look(
            why="Whoever looks into it starts from your words. They are never made public.",
            missing="Say what happened",
            rows=8,
        ),
    }
