"""Each kind of widget as the component of the design system that it stands for."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from markupsafe import Markup

from accounts.govuk.dates import BOXES, DateWidget, boxes_at_fault, boxes_of
from accounts.govuk.macros import macro
from accounts.govuk.parts import Params, fieldset, look_of, shared, shown


def drawing_of(widget: forms.Widget) -> Callable[[BoundField], Markup]:
    return next((draw for kind, draw in DRAWINGS if isinstance(widget, kind)), input_box)


def input_box(field: BoundField) -> Markup:
    look, widget = look_of(field), field.field.widget
    whole_number = isinstance(widget, forms.NumberInput)
    params = shared(field) | {
        "value": shown(field),
        # A number box of the browser's own loses what it cannot read; a text box keeps it.
        "type": "text" if whole_number else getattr(widget, "input_type", "text"),
        "inputmode": look.inputmode or ("numeric" if whole_number else ""),
        "classes": f"govuk-input--width-{look.width}" if look.width else "",
        "spellcheck": False,
    }
    for affix in ("prefix", "suffix"):
        if text := getattr(look, affix):
            params[affix] = {"text": text}
    return _drawn("input", params)


def password_box(field: BoundField) -> Markup:
    return _drawn("password_input", shared(field))


def text_area(field: BoundField) -> Markup:
    params = shared(field) | {
        "value": shown(field),
        "rows": look_of(field).rows,
        "spellcheck": True,
    }
    longest = getattr(field.field, "max_length", None)
    if longest is None:
        return _drawn("textarea", params)
    return _drawn("character_count", params | {"maxlength": longest, "threshold": 50})


def select_box(field: BoundField) -> Markup:
    return _drawn("select", shared(field) | {"items": list(_options(field, blank="Choose one"))})


def radios(field: BoundField) -> Markup:
    look = look_of(field)
    classes = [f"govuk-radios--{word}" for word in ("inline", "small") if getattr(look, word)]
    return _choices(field, "radios", " ".join(classes))


def checkboxes(field: BoundField) -> Markup:
    return _choices(field, "checkboxes", "govuk-checkboxes--small" if look_of(field).small else "")


def one_checkbox(field: BoundField) -> Markup:
    """A statement to agree with: the label stands beside its box, without a legend."""
    item = {"value": "on", "text": str(field.label), "checked": bool(field.value())}
    params = shared(field) | {"idPrefix": field.auto_id, "items": [item]}
    return _drawn("checkboxes", params)


def date_boxes(field: BoundField) -> Markup:
    wrong = boxes_at_fault(field.errors)
    items = [
        {
            "id": f"{field.auto_id}_{box}",
            "name": f"{field.html_name}_{box}",
            "label": box.title(),
            "value": text,
            "classes": f"govuk-input--width-{4 if box == 'year' else 2}"
            + (" govuk-input--error" if box in wrong else ""),
        }
        for box, text in zip(BOXES, boxes_of(field.value()), strict=True)
    ]
    return _drawn("date_input", shared(field) | {"fieldset": fieldset(field), "items": items})


def file_box(field: BoundField) -> Markup:
    return _drawn("file_upload", shared(field))


def hidden_box(field: BoundField) -> Markup:
    return Markup(field.as_widget())  # noqa: S704 -- Django's own widget escapes its value.


def _choices(field: BoundField, component: str, classes: str) -> Markup:
    params = shared(field) | {
        "idPrefix": field.auto_id,
        "classes": classes,
        "fieldset": fieldset(field),
        "items": [_explained(field, item) for item in _options(field)],
    }
    return _drawn(component, params)


def _explained(field: BoundField, item: Params) -> Params:
    """A choice with its own hint, and with the question that it reveals."""
    look, value = look_of(field), item["value"]
    item["checked"] = item.pop("selected")
    if hint := look.choice_hints.get(value):
        item["hint"] = {"text": hint}
    if revealed := look.reveals.get(value):
        item["conditional"] = {"html": str(field.form[revealed])}
    return item


def _options(field: BoundField, *, blank: str = "") -> Iterator[Params]:
    """The choices; one that says nothing, like Django's row of dashes, is worded or left out."""
    chosen = field.field.widget.format_value(field.value())
    for value, label in _flat(field.field.widget.choices):
        known = "" if value is None else str(value)
        text = str(label) if known or str(label).strip("-") else blank
        if text:
            yield {"value": known, "text": text, "selected": known in chosen}


def _flat(choices: Any) -> Iterator[tuple[object, object]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from cast("list[tuple[object, object]]", label)
        else:
            yield value, label


def _drawn(component: str, params: Params) -> Markup:
    return cast("Markup", macro(component)(params))


DRAWINGS: list[tuple[type[forms.Widget], Callable[[BoundField], Markup]]] = [
    (forms.HiddenInput, hidden_box),
    (DateWidget, date_boxes),
    (forms.PasswordInput, password_box),
    (forms.FileInput, file_box),
    (forms.Textarea, text_area),
    (forms.CheckboxSelectMultiple, checkboxes),
    (forms.SelectMultiple, checkboxes),
    (forms.RadioSelect, radios),
    (forms.Select, select_box),
    (forms.CheckboxInput, one_checkbox),
]
