"""The form on which an employer says yes or no to what a broker wrote for them."""

from django import forms
from django.core.exceptions import ValidationError

from accounts import govuk
from placements.confirmation import LONGEST_COMMENT


class IsItRight(govuk.Form):
    answer = forms.ChoiceField(
        label="Is everything here right, and may schools see it?",
        choices=[("yes", "Yes, publish it"), ("no", "No, something must change")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="If something must change, what is it?",
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea,
    )

    looks = {
        "answer": govuk.Look(
            why="Nothing is published in your name without you.",
            missing="Choose yes or no",
            size="m",
        ),
        "words": govuk.Look(why="Whoever wrote it for you puts it right.", rows=3),
    }

    @property
    def is_right(self) -> bool:
        return bool(self.cleaned_data["answer"] == "yes")

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"].strip()
        if self.cleaned_data.get("answer") == "no" and not words:
            raise ValidationError("Enter what must change", code="required")
        return words
