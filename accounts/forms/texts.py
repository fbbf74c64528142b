"""Where somebody wants a text the day before a placement."""

from django import forms

from accounts import govuk, texts


class TextMe(govuk.Form):
    number = forms.CharField(
        label="Mobile number",
        help_text="A UK mobile, like 07400 123456. Only a text the day before goes there.",
        max_length=30,
        widget=forms.TelInput,
    )

    looks = {
        "number": govuk.Look(
            why="To reach you where you are when something starts tomorrow.",
            autocomplete="tel",
            width=20,
            missing="Enter a mobile number",
        )
    }

    def clean_number(self) -> str:
        return texts.mobile(self.cleaned_data["number"])
