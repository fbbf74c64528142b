"""Which mails somebody wants."""

from dataclasses import replace
from typing import Any

from django import forms

from accounts import govuk, preferences


class ChooseMails(govuk.Form):
    wanted = forms.MultipleChoiceField(
        label="Write to me when", required=False, widget=forms.CheckboxSelectMultiple
    )

    says_optional = False
    looks = {
        "wanted": govuk.Look(
            why="Mail that you do not read hides what you need. What you untick is not sent.",
            small=True,
        )
    }

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        kinds = [(one.kind, one.terms) for one in preferences.may_be_stopped() if one.terms]
        self.fields["wanted"].choices = [  # type: ignore[attr-defined]
            (kind, terms.when[0].upper() + terms.when[1:]) for kind, terms in kinds
        ]
        hints = {kind: f"{terms.subject}, for {terms.to}" for kind, terms in kinds}
        # Of what may be stopped by now.
        self.looks = {"wanted": replace(self.looks["wanted"], choice_hints=hints)}  # type: ignore[misc]
