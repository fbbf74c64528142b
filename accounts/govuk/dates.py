"""A date asked for in three boxes: day, month and year.

The boxes are called `<name>_day`, `<name>_month` and `<name>_year`. A whole date
under the plain name (`?from=2027-06-14`) is understood as well, so that an address
made by hand or by the API's users fills the boxes.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.datastructures import MultiValueDict

BOXES = ("day", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Typed(NamedTuple):
    """What stood in the three boxes, whatever it was."""

    day: str
    month: str
    year: str


def boxes_of(value: object) -> Typed:
    """What to show in the boxes for a date, for what was typed, or for nothing."""
    if isinstance(value, Typed):
        return value
    if isinstance(value, date):
        return Typed(str(value.day), str(value.month), str(value.year))
    if isinstance(value, str) and len(parts := value.strip().split("-")) == len(BOXES):
        year, month, day = (part.removeprefix("0") for part in parts)
        return Typed(day, month, year)
    return Typed("", "", "")


class DateWidget(forms.Widget):
    """Reads the three boxes; the page draws them through the bound field."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> Typed:
        if whole := data.get(name):
            # What is no date at all is kept in the first box, to be seen and mended.
            return boxes_of(whole) if any(boxes_of(whole)) else Typed(str(whole), "", "")
        return Typed(*(str(data.get(f"{name}_{box}") or "").strip() for box in BOXES))

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> bool:
        return not any(key in data for key in (name, *(f"{name}_{box}" for box in BOXES)))

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return f"{id_}_day"


def _month_number(typed: str) -> int:
    start = typed.lower()[:3]
    return _MONTHS.index(start) + 1 if start in _MONTHS else int(typed)


def _year_number(typed: str) -> int:
    if len(typed) != len("2027"):
        raise ValueError(typed)
    return int(typed)


class DateField(forms.Field):
    """A real date, or an error that names the boxes that are wrong."""

    widget = DateWidget

    def to_python(self, value: object) -> date | None:
        if isinstance(value, date):
            return value
        typed = boxes_of(value)
        if not any(typed):
            return None
        missing = [box for box, text in zip(BOXES, typed, strict=True) if not text]
        if missing:
            raise ValidationError(
                f"{self.name_in_errors} must include a {' and '.join(missing)}",
                code="date_incomplete",
                params={"boxes": missing},
            )
        return self._real_date(typed)

    def _real_date(self, typed: Typed) -> date:
        try:
            return date(_year_number(typed.year), _month_number(typed.month), int(typed.day))
        except (ValueError, OverflowError) as fault:
            raise ValidationError(
                f"{self.name_in_errors} must be a real date, like 14 6 2027",
                code="date_not_real",
                params={"boxes": list(BOXES)},
            ) from fault

    @property
    def name_in_errors(self) -> str:
        return str(self.label or "The date").rstrip("?")

    def has_changed(self, initial: object, data: object) -> bool:
        return boxes_of(initial) != boxes_of(data)


def boxes_at_fault(errors: ErrorList) -> list[str]:
    """The boxes that the errors concern; all of them where an error does not say."""
    for error in errors.as_data():
        return list((error.params or {}).get("boxes", BOXES))
    return []
