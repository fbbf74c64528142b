"""What we ask about a place of work, once, for every listing that happens there."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError

from accounts import clock, govuk, workplaces
from accounts.models import RiskBand, Workplace, WorkplaceKind
from accounts.words import RestrictedActivity

HINTS = {
    WorkplaceKind.PRIVATE_HOME.value: "A broker of your Careers Hub decides about every "
    "placement in somebody's home before schools see it",
}
MOST_A_DAY = 1000
LONGEST_POLICY = timedelta(days=3653)
ALONE = [
    ("no", "No, others are about, or supervisors change"),
    ("yes", "Yes, the same adult is often alone with the same student"),
]


class DescribeWorkplace(govuk.ModelForm[Workplace]):
    lone_adult = forms.TypedChoiceField(
        label="Will one adult be alone with a student?",
        choices=ALONE,
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    restricted_activities = forms.MultipleChoiceField(
        label="Does any of this happen there?",
        choices=RestrictedActivity.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    insured_until = govuk.DateField(label="Insured until", required=False)
    most_a_day = forms.IntegerField(
        label="How many students can you have there on one day?",
        help_text="Over everything that you offer there. Leave this empty if each set of dates"
        " has its own number, and none is in the way of another.",
        min_value=1,
        max_value=MOST_A_DAY,
        required=False,
    )

    class Meta:
        model = Workplace
        fields = (
            "name",
            "kind",
            "address",
            "town",
            "postcode",
            "lone_adult",
            "risk_band",
            "restricted_activities",
            "insurer",
            "insured_until",
            "crown_indemnity",
            "first_aid",
            "access_notes",
            "most_a_day",
        )
        widgets = {
            "kind": forms.RadioSelect,
            "risk_band": forms.RadioSelect,
            "first_aid": forms.Textarea,
            "access_notes": forms.Textarea,
        }
        labels = {
            "name": "What you call this place",
            "kind": "What kind of place is it?",
            "address": "Building and street",
            "town": "Town or city",
            "risk_band": "How risky is the work there?",
            "insurer": "Employers' liability insurer",
            "crown_indemnity": "We are covered by Crown indemnity instead of insurance",
            "first_aid": "First aid and fire arrangements",
            "access_notes": "Getting in and moving about",
        }
        help_texts = {
            "name": "Such as Main bakery, or Telford office",
            "access_notes": "Steps, lifts, toilets, noise, light: whatever a student who "
            "needs adjustments would want to know",
        }

    looks = {
        "name": govuk.Look(why="So that you can tell your workplaces apart."),
        "kind": govuk.Look(
            why="Schools check a home, a site and an office differently.",
            missing="Select what kind of place it is",
            choice_hints=HINTS,
        ),
        "address": govuk.Look(
            why="Students must find it. Schools see it only once you have accepted a booking.",
            autocomplete="street-address",
        ),
        "town": govuk.Look(
            why="Everybody sees the town, and nothing nearer.",
            autocomplete="address-level2",
            width=20,
        ),
        "postcode": govuk.Look(
            why="It puts the place on the map, so that schools near it find it.",
            autocomplete="postal-code",
            width=10,
        ),
        "lone_adult": govuk.Look(
            why="To keep students safe. If it is so, a broker decides about each placement "
            "here before schools see it, and the school may ask for a check.",
            missing="Select whether one adult will be alone with a student",
        ),
        "risk_band": govuk.Look(
            why="It says how much a school must find out before it sends anybody.",
            missing="Select how risky the work is",
        ),
        "restricted_activities": govuk.Look(
            why="Law keeps young people from some work, or limits it by age. A broker looks at "
            "it with you; it does not rule your workplace out.",
        ),
        "insurer": govuk.Look(
            why="Schools must know that students are covered while they are with you.",
        ),
        "insured_until": govuk.Look(why="So that we can ask again when it has run out."),
        "crown_indemnity": govuk.Look(why="Some public bodies do not buy insurance."),
        "first_aid": govuk.Look(why="Schools are asked about it by parents.", rows=3),
        "access_notes": govuk.Look(
            why="Every student should be able to tell whether this is a place for them.", rows=3
        ),
        "most_a_day": govuk.Look(
            why="Two listings at one place could otherwise fill the same day twice. Nobody books"
            " more than this, whatever the listing.",
            width=4,
            inputmode="numeric",
        ),
    }

    def __init__(self, *args: object, **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.fields["kind"].choices = WorkplaceKind.choices  # type: ignore[attr-defined]
        self.fields["risk_band"].choices = RiskBand.choices  # type: ignore[attr-defined]
        if not self.instance._state.adding:  # noqa: SLF001 -- Django's way to tell a new row.
            self.initial["lone_adult"] = "yes" if self.instance.lone_adult else "no"

    def clean_postcode(self) -> str:
        """Beside its own field, what the verb would refuse for the whole."""
        asked = Workplace(postcode=self.cleaned_data["postcode"])
        workplaces.place(asked)
        return asked.postcode

    def clean_insured_until(self) -> object:
        """A new date is one that a policy can have; what was kept before may have run out."""
        until, today = self.cleaned_data["insured_until"], clock.today()
        if until is None or until == self.instance.insured_until:
            return until
        if not today <= until <= today + LONGEST_POLICY:
            raise ValidationError(
                "Insured until must be a day from today on, and within ten years",
                code="not_a_policy",
            )
        return until
