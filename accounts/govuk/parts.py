"""What every question is made of: its label or legend, its hint and why we ask, its error."""

from collections.abc import Mapping
from typing import Any

from django.forms.boundfield import BoundField
from markupsafe import Markup

from accounts.govuk.dates import BOXES, DateWidget, boxes_at_fault
from accounts.govuk.looks import PLAIN, Look

Params = dict[str, Any]


def look_of(field: BoundField) -> Look:
    looks: Mapping[str, Look] = getattr(field.form, "looks", {})
    return looks.get(field.name, PLAIN)


def first_id(field: BoundField) -> str:
    """The element that an error about this field should take the person to."""
    if isinstance(field.field.widget, DateWidget):
        boxes = boxes_at_fault(field.errors) or BOXES
        return f"{field.auto_id}_{boxes[0]}"
    return str(field.auto_id)


def text_of(field: BoundField) -> str:
    optional = not field.field.required and getattr(field.form, "says_optional", True)
    return f"{field.label} (optional)" if optional else str(field.label)


def label(field: BoundField) -> Params:
    look = look_of(field)
    classes = f"govuk-label--{look.size}"
    return {"text": text_of(field), "classes": classes, "isPageHeading": look.heading}


def fieldset(field: BoundField) -> Params:
    look = look_of(field)
    classes = f"govuk-fieldset__legend--{look.size}"
    legend = {"text": text_of(field), "classes": classes, "isPageHeading": look.heading}
    return {"legend": legend}


def hint(field: BoundField) -> Params | None:
    lines: list[Markup] = []
    if field.help_text:
        lines.append(Markup('<span class="app-hint__line">{}</span>').format(field.help_text))
    if why := look_of(field).why:
        lines.append(Markup('<span class="app-why"><b>Why we ask:</b> {}</span>').format(why))
    return {"html": Markup(" ").join(lines)} if lines else None


def error(field: BoundField) -> Params | None:
    return {"text": " ".join(str(error) for error in field.errors)} if field.errors else None


def shared(field: BoundField) -> Params:
    shared = {
        "id": field.auto_id,
        "name": field.html_name,
        "label": label(field),
        "hint": hint(field),
        "errorMessage": error(field),
        "disabled": field.field.disabled,
        "autocomplete": look_of(field).autocomplete,
    }
    return {key: value for key, value in shared.items() if value not in (None, "", False)}


def shown(field: BoundField) -> str:
    shown = field.field.widget.format_value(field.value())
    return "" if shown is None else str(shown)
