"""What is asked of whoever mends an address."""

from accounts import govuk
from accounts.forms.fields import email_field


class CorrectAddress(govuk.Form):
    email = email_field("What is the right address?")

    looks = {
        "email": govuk.Look(
            why="What waits goes there, and so does all that we write to them later.",
            missing="Enter the right address",
            autocomplete="off",
            width=30,
        )
    }
