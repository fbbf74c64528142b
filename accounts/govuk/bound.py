"""A field on a page: Django's bound field, which here draws its whole question."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from accounts.govuk.drawings import drawing_of
from accounts.govuk.parts import look_of
from accounts.govuk.unseen import refuse_unseen
from accounts.govuk.wording import word_errors


class GovukBoundField(BoundField):
    """Words its errors, and refuses what nobody sees, before its form is checked."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        word_errors(field, label=str(self.label), look=look_of(self))
        if isinstance(field, forms.CharField):
            field.validators.append(refuse_unseen)

    @property
    def data(self) -> Any:
        """What was typed, a new line counting as one character as it did on the page."""
        typed = super().data
        return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed

    def as_govuk(self) -> SafeString:
        """The whole question: label, hint, why we ask, error and what was typed."""
        return SafeString(drawing_of(self.field.widget)(self))

    __str__ = __html__ = as_govuk
