"""What a lead is asked about a platform that shall act for the organisation."""

from uuid import uuid4

from django import forms

from accounts import clients, govuk
from accounts.words import Scope


class Connect(govuk.Form):
    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    name = forms.CharField(label="What is the platform called?", max_length=clients.LONGEST_NAME)
    scopes = forms.MultipleChoiceField(
        label="What may it do for your organisation?",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    looks = {
        "name": govuk.Look(
            why="Schools, employers and your colleagues see it beside what the platform does.",
            missing="Enter what the platform is called",
            width=20,
        ),
        "scopes": govuk.Look(
            why="It can do nothing else. Ask its maker what it needs, and choose no more.",
            missing="Choose what the platform may do",
        ),
    }


class NewSecret(govuk.Form):
    """Which secret the page was about, so that pressing twice makes one new one."""

    replacing = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
