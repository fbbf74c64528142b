"""The fields that several of these forms ask for, so that each is asked one way."""

import re

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

LONGEST_EMAIL = 254
# What somebody types here is repeated in mail to others: it must not be able to lead them
# anywhere.
LEADS_SOMEWHERE = re.compile(r"://|www\.|@", re.IGNORECASE)


def no_addresses(words: str) -> None:
    if LEADS_SOMEWHERE.search(words):
        raise ValidationError("Enter words only, without a web or email address", code="address")


def email_field(label: str = "Email address") -> forms.EmailField:
    return forms.EmailField(label=label, max_length=LONGEST_EMAIL)


def name_field(label: str = "Full name") -> forms.CharField:
    return forms.CharField(label=label, max_length=100, validators=[no_addresses])


def job_title_field() -> forms.CharField:
    return forms.CharField(label="Job title", max_length=100, validators=[no_addresses])


def password_field(label: str = "Password") -> forms.CharField:
    return forms.CharField(label=label, widget=forms.PasswordInput, strip=False, max_length=256)


def check_strength(password: str, person: User | None) -> None:
    """Say what is weak about a password, in words of ours."""
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise ValidationError(weak.messages, code="password_weak") from weak
