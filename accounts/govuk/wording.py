"""Errors that still make sense in the summary at the top, away from their question.

Django's own words ("This field is required") are replaced by words that name the
question; an error that a form worded for itself is left alone.
"""

from django import forms

from accounts.govuk.looks import Look

_CHOSEN = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)
_EMAIL_SHAPE = "Enter an email address in the correct format, like name@example.com"


def word_errors(field: forms.Field, *, label: str, look: Look) -> None:
    """Put our words in the place of Django's, for this one copy of the field."""
    for code, words in _words(field, label).items():
        if field.error_messages.get(code) == _djangos_own(field, code):
            field.error_messages[code] = words
    if look.missing:
        field.error_messages["required"] = look.missing


def _djangos_own(field: forms.Field, code: str) -> object:
    """Django's words for the code, as inherited; None where it leaves them to a validator."""
    for kind in type(field).__mro__:
        if kind.__module__.startswith("django.") and code in vars(kind).get(
            "default_error_messages", {}
        ):
            return vars(kind)["default_error_messages"][code]
    return None


def _words(field: forms.Field, label: str) -> dict[str, str]:
    name = f"Your answer to “{label}”" if label.endswith("?") else label
    words = {
        "required": _required(field, label),
        "max_length": f"{name} must be %(limit_value)d characters or fewer",
        "min_length": f"{name} must be %(limit_value)d characters or more",
        "max_value": f"{name} must be %(limit_value)s or less",
        "min_value": f"{name} must be %(limit_value)s or more",
        "null_characters_not_allowed": f"{name} must not include hidden characters",
        "invalid_choice": f"Choose one of the answers offered for “{label}”",
    }
    if isinstance(field, forms.EmailField):
        words["invalid"] = _EMAIL_SHAPE
    elif isinstance(field, forms.IntegerField | forms.DecimalField):
        words["invalid"] = f"{name} must be a number, like 6"
    return words


def _required(field: forms.Field, label: str) -> str:
    if label.endswith("?"):
        return f"Answer “{label}”"
    if type(field.widget) is forms.CheckboxInput:
        return f"Tick the box to confirm: {label}"
    verb = "Select" if isinstance(field.widget, _CHOSEN) else "Enter"
    # An abbreviation at the start (URN, VAT) stays in capitals.
    lowered = label if label[:2].isupper() else label[:1].lower() + label[1:]
    return f"{verb} {lowered}"
