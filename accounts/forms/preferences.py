"""Which mails somebody wants."""

from typing import Any

from django import forms

from accounts import govuk, preferences


class ChooseMails(govuk.Form):
    wanted = forms.MultipleChoiceField(
        label="Write to me when", required=False, widget=forms.CheckboxSelectMultiple
    )

    says_optional = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        kinds = [(one.kind, one.terms) for one in preferences.may_be_stopped() if one.terms]
        self.fields["wanted"].choices = [  # type: ignore[attr-defined]
            (kind, terms.when[0].upper() + terms.when[1:]) for kind, terms in kinds
        ]
        self.looks = {  # type: ignore[misc]  # of what may be stopped by now
            "wanted": govuk.Look(
                why="Mail that you do not read hides what you need. What you untick is not sent.",
                choice_hints={kind: f"{terms.subject}, for {terms.to}" for kind, terms in kinds},
                small=True,
            )
        }
