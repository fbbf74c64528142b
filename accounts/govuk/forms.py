"""The forms that every page starts from. They differ from Django's only in how they look."""

from collections.abc import Mapping
from typing import ClassVar, TypeVar, cast

from django import forms
from django.db.models import Model

from accounts.govuk.bound import GovukBoundField
from accounts.govuk.looks import Look

Row = TypeVar("Row", bound=Model)


class Form(forms.Form):
    """`looks` explains each field; a page of filters sets `says_optional` to False."""

    bound_field_class = GovukBoundField
    use_required_attribute = False
    says_optional: ClassVar[bool] = True
    looks: ClassVar[Mapping[str, Look]] = {}


class ModelForm(forms.ModelForm[Row]):
    """The same for a form that is made from a model."""

    bound_field_class = GovukBoundField
    use_required_attribute = False
    says_optional: ClassVar[bool] = True
    looks: ClassVar[Mapping[str, Look]] = {}


def questions(form: forms.BaseForm) -> list[GovukBoundField]:
    """The visible fields in order, but for those that a choice of another one reveals."""
    looks: Mapping[str, Look] = getattr(form, "looks", {})
    revealed = {name for look in looks.values() for name in look.reveals.values()}
    fields = cast("list[GovukBoundField]", form.visible_fields())
    return [field for field in fields if field.name not in revealed]
