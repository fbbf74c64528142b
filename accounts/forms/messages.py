"""What the national team is asked about messages."""

from django import forms

from accounts import govuk
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
