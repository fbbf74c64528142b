"""The questions about what an opportunity is, and whom it is for."""

from typing import Any

from django import forms

from accounts import govuk
from accounts.words import YEAR_GROUPS, Sector
from placements.words import Adjustment, Criterion

_YEARS = [("", ""), *((year, f"Year {year}") for year in YEAR_GROUPS)]
LONGEST_HOW = 300


def _how(example: str) -> forms.CharField:
    return forms.CharField(
        label="How?",
        help_text=example,
        max_length=LONGEST_HOW,
        required=False,
        widget=forms.Textarea,
    )


def _year(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=_YEARS, coerce=int, empty_value=None)


class WhatItIs(govuk.Form):
    title = forms.CharField(
        label="Title",
        max_length=100,
        help_text="For example, A week in a working bakery.",
    )
    summary = forms.CharField(
        label="Say in one or two sentences what it is and why it is worth doing",
        max_length=300,
        widget=forms.Textarea,
    )
    sector = forms.ChoiceField(
        label="Which kind of work will students find out about?",
        choices=[("", ""), *Sector.choices],
        help_text="Choose by what students will do, not by what your organisation sells.",
    )
    activities = forms.CharField(
        label="What will students do?",
        max_length=4000,
        widget=forms.Textarea,
        help_text="Day by day if it is longer than a day. Plain words are best.",
    )
    objectives = forms.CharField(
        label="What will students know, or be able to do, afterwards?",
        max_length=2000,
        widget=forms.Textarea,
        help_text="Two or three things are enough.",
    )
    criteria = forms.MultipleChoiceField(
        label="Which of these will students have?",
        choices=Criterion.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Tick those that you can promise. Schools see which ones are met.",
    )
    how_purpose = _how(
        "For example, we meet on the first morning to agree what each student wants."
    )
    how_outcomes = _how("For example, Year 10 practise talking to customers.")
    how_two_way = _how("For example, lunch with the team, and questions every afternoon.")
    how_range_of_people = _how("For example, an apprentice, a manager and the accountant.")
    how_task = _how("For example, they plan a new product and cost it.")
    how_feedback = _how("For example, two managers tell each group what they would buy.")
    how_reflection = _how("For example, half an hour together on the last afternoon.")
    curriculum = forms.CharField(
        label="Which school subjects does it connect with?", max_length=500, required=False
    )
    year_from = _year("Youngest year group")
    year_to = _year("Oldest year group")
    audience = forms.CharField(
        label="Is it meant for particular students?",
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text="For example, students who have not had a placement before.",
    )
    adjustments = forms.MultipleChoiceField(
        label="Which adjustments can you make?",
        choices=Adjustment.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    adjustments_notes = forms.CharField(
        label="What else should schools know about access?",
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text="Your Careers Hub can help you with adjustments, if you are not sure.",
    )
    not_suitable_for = forms.CharField(
        label="Is there anyone it does not suit?",
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text="For example, it is very noisy, or there is much to read on a screen.",
    )

    looks = {
        "title": govuk.Look(
            why="It is what schools see first in a list.",
            missing="Enter a title",
        ),
        "summary": govuk.Look(
            why="Schools read it under the title, to see whether to open the listing.",
            missing="Enter a summary",
            rows=3,
        ),
        "sector": govuk.Look(
            why="Schools search by it, and students should see different kinds of work.",
            missing="Choose the kind of work",
        ),
        "activities": govuk.Look(
            why="A good experience shows what the work is really like. Schools decide by this.",
            missing="Enter what students will do",
            rows=8,
        ),
        "objectives": govuk.Look(
            why="An experience with a clear aim teaches more, and schools must know it beforehand.",
            missing="Enter what students will learn",
        ),
        "criteria": govuk.Look(
            why="National guidance names these seven as what makes an experience meaningful.",
            missing="Tick what students will have",
            reveals={criterion.value: f"how_{criterion.value}" for criterion in Criterion},
        ),
        **{
            f"how_{criterion.value}": govuk.Look(
                why="Schools read your words beneath the tick.", rows=2
            )
            for criterion in Criterion
        },
        "curriculum": govuk.Look(why="Teachers can prepare students, and follow it up in lessons."),
        "year_from": govuk.Look(
            why="The law lets students work from Year 10. Visits and talks can be for younger ones.",
            missing="Choose the youngest year group",
        ),
        "year_to": govuk.Look(
            why="Schools search by year group.",
            missing="Choose the oldest year group",
        ),
        "audience": govuk.Look(
            why="So that it reaches the students whom you want to help.", rows=2
        ),
        "adjustments": govuk.Look(
            why="Schools search for what a student needs. You choose what you can do; nobody expects all.",
        ),
        "adjustments_notes": govuk.Look(
            why="A few honest words let a student with needs decide to come.", rows=3
        ),
        "not_suitable_for": govuk.Look(
            why="It saves a student a wasted day, and you a cancelled booking.", rows=2
        ),
    }

    def criteria_met(self) -> dict[str, str]:
        """Each criterion that was ticked, with how it is met."""
        answers: dict[str, Any] = self.cleaned_data
        return {code: answers.get(f"how_{code}", "") for code in answers.get("criteria", [])}
