"""The forms of a booking's paper: what a host undertakes, and a check of a workplace."""

from typing import Any

from django import forms

from accounts import govuk
from accounts.models import RiskBand
from placements.words import CheckBasis, CheckOutcome


class Undertaking(govuk.Form):
    agrees = forms.BooleanField(label="We agree to all of this, for one year")

    looks = {
        "agrees": govuk.Look(
            why="The school and parents rely on it.", missing="Tick the box if you agree"
        )
    }


class Assess(govuk.Form):
    """What a specialist assessor found."""

    band = forms.ChoiceField(
        label="What kind of risks did you look at?",
        choices=RiskBand.choices,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label="Is it suitable?", choices=CheckOutcome.choices, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label="Conditions",
        help_text="For example tasks that students do not do. Needed if there are any.",
        widget=forms.Textarea,
        max_length=500,
        required=False,
    )
    checked_on = govuk.DateField(label="When was it looked at?")
    valid_until = govuk.DateField(label="Until when is it good?")
    insurance_seen_until = govuk.DateField(
        label="Employers' liability insurance seen, good until", required=False
    )
    pounds = forms.DecimalField(
        label="What it cost", min_value=0, max_value=10_000, decimal_places=2, required=False
    )

    looks = {
        "band": govuk.Look(
            why="A look at everyday risks does not cover machines.",
            missing="Choose what kind of risks you looked at",
            small=True,
        ),
        "outcome": govuk.Look(
            why="A place that is not suitable is shown as unchecked.",
            missing="Choose whether it is suitable",
            small=True,
        ),
        "conditions": govuk.Look(why="Every school that sends students there must know.", rows=3),
        "checked_on": govuk.Look(
            why="The newest check counts.", missing="Enter the day of the check"
        ),
        "valid_until": govuk.Look(
            why="Commonly one year for higher risks, two for less familiar, three for low.",
            missing="Enter until when it is good",
        ),
        "insurance_seen_until": govuk.Look(why="So that nobody has to ask the host again."),
        "pounds": govuk.Look(
            why="Hubs add up what checks cost, and what sharing them saves.",
            prefix="£",
            width=5,
            inputmode="decimal",
        ),
    }

    def verb(self) -> dict[str, Any]:
        """The answers as the verb takes them."""
        told = dict(self.cleaned_data)
        pounds = told.pop("pounds")
        return {**told, "cost_pence": None if pounds is None else int(pounds * 100)}


class RecordCheck(Assess):
    """The same, and how, of whoever writes down what it found or was told."""

    basis = forms.ChoiceField(
        label="How was it looked at?", choices=CheckBasis.choices, widget=forms.RadioSelect
    )
    assessor = forms.CharField(
        label="Who looked, if not your organisation",
        help_text="An organisation, not a person.",
        max_length=120,
        required=False,
    )

    field_order = ("band", "basis", "outcome", "conditions", "assessor")
    looks = {
        **Assess.looks,
        "basis": govuk.Look(
            why="Low risks need a conversation that is noted down; higher ones need more.",
            missing="Choose how it was looked at",
            small=True,
        ),
        "assessor": govuk.Look(why="Other schools see whose word they rely on."),
    }
