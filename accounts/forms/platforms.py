"""What a lead is asked about a platform that shall act for the organisation."""

import re
from typing import Any
from uuid import uuid4

from django import forms

from accounts import clients, govuk
from accounts.words import Scope

EDITION = re.compile(r"[0-9a-f]{16}")


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


class EditionField(forms.CharField):
    """Which secret was meant. What was tampered with means none in particular."""

    def clean(self, value: Any) -> Any:
        return value if isinstance(value, str) and EDITION.fullmatch(value) else None


class NewSecret(govuk.Form):
    """Which secret the page was about, so that pressing twice makes one new one."""

    replacing = EditionField(widget=forms.HiddenInput, required=False)
    ready = forms.BooleanField(label="I can put the new secret into the platform in time")

    looks = {
        "ready": govuk.Look(
            why="Once the former secret has run out, a platform that still uses it is shut out.",
            missing="Tick the box if you can put the new secret into the platform in time",
        )
    }
