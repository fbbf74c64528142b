"""Who belongs here, and as what; and for which organisation one acts."""

from django import forms

from accounts import govuk
from accounts.forms.fields import email_field
from accounts.models import Member, Role

ROLES = [(role.value, role.label.partition(":")[0]) for role in Role]
ROLE_HINTS = {role.value: role.label.partition(": ")[2].capitalize() for role in Role}
ROLE_LOOK = govuk.Look(
    why="It decides what they may do here.",
    missing="Select a role",
    choice_hints=ROLE_HINTS,
)


class Invite(govuk.Form):
    email = email_field()
    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)

    looks = {
        "email": govuk.Look(why="The invitation works for this address only.", autocomplete="off"),
        "role": ROLE_LOOK,
    }


class ChangeRole(govuk.Form):
    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)

    looks = {"role": ROLE_LOOK}


class Switch(govuk.Form):
    """One's own memberships, and nobody else's."""

    member = forms.ChoiceField(
        label="Which organisation do you want to act for?", widget=forms.RadioSelect
    )

    looks = {
        "member": govuk.Look(
            why="You see and do things in the name of one organisation at a time.",
            missing="Select an organisation",
            heading=True,
            size="l",
        )
    }

    def __init__(self, *args: object, members: list[Member], **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.fields["member"].choices = [  # type: ignore[attr-defined]
            (str(member.pk), str(member.organisation)) for member in members
        ]
