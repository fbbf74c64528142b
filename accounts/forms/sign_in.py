"""Signing in, and what guards it: password, link, address."""

from accounts import govuk
from accounts.forms.fields import check_strength, email_field, name_field, password_field
from accounts.models import User

WHY_ADDRESS = "It is how we know you, and where we send what you need to act on."
STRENGTH = "At least 12 characters. Three random words make a good one."
NEW_PASSWORD = govuk.Look(
    why="It keeps others out of your organisation's placements and bookings.",
    autocomplete="new-password",
    missing="Enter a new password",
)


class SignIn(govuk.Form):
    email = email_field()
    password = password_field()

    looks = {
        "email": govuk.Look(why=WHY_ADDRESS, autocomplete="username"),
        "password": govuk.Look(why="It shows that it is you.", autocomplete="current-password"),
    }


class AskForLink(govuk.Form):
    email = email_field()

    looks = {
        "email": govuk.Look(
            why="We send a link to it, if it has an account.", autocomplete="username"
        )
    }


class PersonForm(govuk.Form):
    """A form that knows whose it is, to hold a new password against their name."""

    def __init__(self, *args: object, person: User | None = None, **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.person = person


class NewPassword(PersonForm):
    password = password_field("New password")
    password.help_text = STRENGTH

    looks = {"password": NEW_PASSWORD}

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        check_strength(password, self.person)
        return password


class ChangePassword(NewPassword):
    current = password_field("Current password")

    field_order = ["current", "password"]
    looks = {
        "current": govuk.Look(
            why="Nobody else should change it while you are away from your desk.",
            autocomplete="current-password",
        ),
        "password": NEW_PASSWORD,
    }


class ConfirmAddress(PersonForm):
    """The last step of registering: a password for those who want one."""

    password = password_field("Choose a password")
    password.required = False
    password.help_text = (
        f"{STRENGTH} Leave it empty if you would rather be sent a link each time you sign in."
    )

    looks = {"password": NEW_PASSWORD}

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            check_strength(password, self.person)
        return password


class AcceptAsNew(ConfirmAddress):
    """Coming in by invitation without an account yet."""

    name = name_field("Your full name")

    field_order = ["name", "password"]
    looks = {
        "name": govuk.Look(why="Your colleagues see who did what.", autocomplete="name"),
        "password": NEW_PASSWORD,
    }


class ChangeAddress(govuk.Form):
    email = email_field("New email address")

    looks = {
        "email": govuk.Look(
            why="You sign in with it, and we write to it. Your old address stays until you "
            "have confirmed the new one.",
            autocomplete="email",
        )
    }


class ChangeName(govuk.Form):
    name = name_field()

    looks = {"name": govuk.Look(why="Your colleagues see who did what.", autocomplete="name")}


class Reauthenticate(govuk.Form):
    """The password once more, before something that matters."""

    password = password_field()

    looks = {
        "password": govuk.Look(
            why="You are about to change how your account is protected.",
            autocomplete="current-password",
        )
    }


class Button(govuk.Form):
    """A button alone; a refusal needs a form to stand on."""
