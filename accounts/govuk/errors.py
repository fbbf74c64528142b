"""The list at the top of a page that was refused: each error, and the way to its field."""

from typing import Any

from django import forms
from django.forms import BaseFormSet

from accounts.govuk.parts import first_id

Fault = dict[str, str]
Faulty = forms.BaseForm | BaseFormSet[Any]


def faults(*forms_shown: Faulty) -> list[Fault]:
    """Every error of the forms and formsets on a page, in the order of the page."""
    return [fault for shown in forms_shown for form in _forms_in(shown) for fault in _of(form)] + [
        {"text": str(error)}
        for shown in forms_shown
        if isinstance(shown, BaseFormSet) and shown.is_bound
        for error in shown.non_form_errors()
    ]


def _forms_in(shown: Faulty) -> list[forms.BaseForm]:
    return list(shown.forms) if isinstance(shown, BaseFormSet) else [shown]


def _of(form: forms.BaseForm) -> list[Fault]:
    if not form.is_bound:
        return []
    fields = form.visible_fields()
    # A refusal that concerns no single field leads to the first one.
    way_in = {"href": f"#{first_id(fields[0])}"} if fields else {}
    return [{"text": str(error)} | way_in for error in form.non_field_errors()] + [
        {"text": str(error), "href": f"#{first_id(field)}"}
        for field in fields
        for error in field.errors
    ]
