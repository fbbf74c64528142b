"""What the national team is asked about messages."""

from django import forms

from accounts import govuk, wording_rules
from accounts.forms.fields import email_field


class FindByAddress(govuk.Form):
    email = email_field("Whose mail are you looking for?")

    looks = {
        "email": govuk.Look(
            why="Somebody who waits for a mail wants to know what became of it.",
            missing="Enter the address that the mail was for",
            width=30,
        )
    }


class LetBe(govuk.Form):
    reason = forms.CharField(label="Why is it not sent any more?", max_length=300)

    looks = {
        "reason": govuk.Look(
            why="Colleagues who look for this mail read it. Name no student.",
            missing="Enter why it is not sent any more",
        )
    }


FOR_COLLEAGUES = "Colleagues who read the earlier versions understand what was meant."


class PutWords(govuk.Form):
    text = forms.CharField(
        label="What the message says",
        max_length=wording_rules.LONGEST,
        widget=forms.Textarea,
        strip=False,
    )
    because = forms.CharField(label="Why is it changed?", max_length=300)
    # The version that the text was when the page was opened.
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    looks = {
        "text": govuk.Look(
            why="Everybody who is sent this message reads these words.",
            missing="Enter what the message says",
            rows=20,
        ),
        "because": govuk.Look(
            why=FOR_COLLEAGUES,
            missing="Enter why it is changed",
        ),
    }


class PutBack(govuk.Form):
    because = forms.CharField(label="Why is the original sent again?", max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    looks = {
        "because": govuk.Look(
            why=FOR_COLLEAGUES,
            missing="Enter why the original is sent again",
        )
    }
