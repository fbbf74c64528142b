"""The dates that a page showed, which its form sends back: nobody says yes to others unseen."""

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from placements.models import Slot


class SeenDay(forms.DateField):
    """A day of the dates that a page showed, for it to send back. What is none was not seen."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            return None


class SeenDates(forms.Form):
    """What comes with a button that says yes to dates."""

    starts_on = SeenDay()
    ends_on = SeenDay()


def seen(data: Mapping[str, Any]) -> dict[str, date | None]:
    form = SeenDates(data)
    form.is_valid()
    return form.cleaned_data


def days_of(slot: Slot) -> dict[str, date]:
    """What a page shows of its dates, and hides in its form."""
    return {"starts_on": slot.starts_on, "ends_on": slot.ends_on}


def with_answers(data: Mapping[str, Any], **answers: str) -> Mapping[str, Any]:
    """What was sent, with other answers to some questions."""
    changed: Any = copy(data)
    for name, answer in answers.items():
        changed[name] = answer
    return cast(Mapping[str, Any], changed)
