"""What a desk is asked when it decides."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk
from brokers import concerns, decisions
from placements.models import Placement
from placements.sections import Section
from placements.words import HOST_CANCELS, ListingRefusal

LONGEST_NOTE = 1000
LONGEST_COMMENT = 500


def because_field(*, label: str = "Why do you decide this?") -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea, max_length=decisions.LONGEST_WORDS)


BECAUSE = govuk.Look(
    why="It is kept with the decision. The desk and the national team can read it;"
    " the provider cannot.",
    missing="Say why you decide this",
    rows=3,
)


class Deciding(govuk.Form):
    """Asks why only where the decision is another desk's, or always where a verb says so."""

    because = because_field()

    looks = {"because": BECAUSE}

    def __init__(self, *args: Any, must_say_why: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not must_say_why:
            del self.fields["because"]

    @property
    def reason(self) -> str:
        words: str = self.cleaned_data.get("because", "")
        return words


class Publish(Deciding):
    """Publishing, or approving changes."""

    accepts = forms.BooleanField(label="I have looked into this and accept the risk", required=True)
    risk_words = forms.CharField(
        label="What did you find, and what did you agree?",
        widget=forms.Textarea,
        max_length=decisions.LONGEST_WORDS,
    )

    looks = {
        "because": BECAUSE,
        "accepts": govuk.Look(
            why="Students would be in somebody's home, or alone with one adult.",
            missing="Tick the box if you accept the risk, or send the listing back",
        ),
        "risk_words": govuk.Look(
            why="Whoever asks later must be able to see how the decision was made.",
            missing="Say what you found and what you agreed",
            rows=4,
        ),
    }
    field_order = ("accepts", "risk_words", "because")

    def __init__(self, *args: Any, risky: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not risky:
            del self.fields["accepts"], self.fields["risk_words"]

    @property
    def accepting_risk(self) -> str:
        words: str = self.cleaned_data.get("risk_words", "")
        return words


class SendBack(Deciding):
    """A box for a note beside each section of the listing."""

    def __init__(self, *args: Any, sections: list[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        for section in sections:
            self.fields[section.code] = forms.CharField(
                label=f"Note on “{section.title}”",
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=LONGEST_NOTE,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(self.notes_in(cleaned).values()):
            raise ValidationError("Write a note beside at least one section", code="no_notes")
        return cleaned

    @property
    def notes(self) -> dict[str, str]:
        return self.notes_in(self.cleaned_data)

    def notes_in(self, cleaned: dict[str, Any]) -> dict[str, str]:
        codes = (section.code for section in self.sections)
        return {code: cleaned[code] for code in codes if cleaned.get(code)}


class Decline(Deciding):
    reason_code = forms.ChoiceField(
        label="Why is it declined?", choices=ListingRefusal.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label="What should the provider know?",
        widget=forms.Textarea,
        max_length=LONGEST_COMMENT,
        required=False,
    )

    looks = {
        "because": BECAUSE,
        "reason_code": govuk.Look(
            why="The provider is told the reason, and the national team counts them.",
            missing="Choose why it is declined",
        ),
        "comment": govuk.Look(why="The provider reads this beside the reason.", rows=3),
    }
    field_order = ("reason_code", "comment", "because")


class CallOff(Deciding):
    """Calling off all that an organisation has promised."""

    reason_code = forms.ChoiceField(
        label="What are the schools told?", choices=HOST_CANCELS, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label="Anything else the schools should know",
        help_text="Needed if you chose “Another reason”.",
        widget=forms.Textarea,
        max_length=LONGEST_COMMENT,
        required=False,
    )

    looks = {
        "because": BECAUSE,
        "reason_code": govuk.Look(
            why="Each school reads it on its booking.", missing="Choose what the schools are told"
        ),
        "comment": govuk.Look(why="It helps them to plan again.", rows=3),
    }
    field_order = ("reason_code", "comment", "because")


class CloseConcern(govuk.Form):
    outcome = forms.CharField(
        label="What came of it?", widget=forms.Textarea, max_length=concerns.LONGEST_OUTCOME
    )

    looks = {
        "outcome": govuk.Look(
            why="Whoever reads the next concern about them must know how this one ended.",
            missing="Say what came of it",
        )
    }


def is_risky(placement: Placement) -> bool:
    """Whether publishing it takes a broker's own words."""
    return placement.needs_a_brokers_decision and placement.risk_accepted_by_id is None
