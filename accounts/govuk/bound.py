"""A field on a page: from Django's bound field to the design system's macro."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from markupsafe import Markup

from accounts.govuk.dates import BOXES, DateWidget, boxes_at_fault, boxes_of
from accounts.govuk.looks import PLAIN, Look
from accounts.govuk.macros import macro
from accounts.govuk.wording import word_errors

Params = dict[str, Any]


class GovukBoundField(BoundField):
    """Knows its look, and draws itself with everything that belongs to it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        word_errors(field, label=str(self.label), look=self.look)

    @property
    def look(self) -> Look:
        looks: Mapping[str, Look] = getattr(self.form, "looks", {})
        return looks.get(self.name, PLAIN)

    @property
    def data(self) -> Any:
        """What was typed, a new line counting as one character as it did on the page."""
        typed = super().data
        return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed

    @property
    def first_id(self) -> str:
        """The element that an error about this field should take the person to."""
        if isinstance(self.field.widget, DateWidget):
            boxes = boxes_at_fault(self.errors) or BOXES
            return f"{self.auto_id}_{boxes[0]}"
        return str(self.auto_id)

    def as_govuk(self) -> Markup:
        """The whole question: label, hint, why we ask, error and what was typed."""
        return drawing_of(self.field.widget)(self)

    __html__ = as_govuk

    def __str__(self) -> str:
        return self.as_govuk()


def drawing_of(widget: forms.Widget) -> Callable[[GovukBoundField], Markup]:
    return next((draw for kind, draw in DRAWINGS if isinstance(widget, kind)), input_box)


def text_of(field: GovukBoundField) -> str:
    optional = not field.field.required and getattr(field.form, "says_optional", True)
    return f"{field.label} (optional)" if optional else str(field.label)


def _label(field: GovukBoundField) -> Params:
    look = field.look
    classes = f"govuk-label--{look.size}"
    return {"text": text_of(field), "classes": classes, "isPageHeading": look.heading}


def _fieldset(field: GovukBoundField) -> Params:
    look = field.look
    classes = f"govuk-fieldset__legend--{look.size}"
    legend = {"text": text_of(field), "classes": classes, "isPageHeading": look.heading}
    return {"legend": legend}


def _hint(field: GovukBoundField) -> Params | None:
    lines: list[Markup] = []
    if field.help_text:
        lines.append(Markup('<span class="app-hint__line">{}</span>').format(field.help_text))
    if why := field.look.why:
        lines.append(Markup('<span class="app-why"><b>Why we ask:</b> {}</span>').format(why))
    return {"html": Markup(" ").join(lines)} if lines else None


def _error(field: GovukBoundField) -> Params | None:
    return {"text": " ".join(str(error) for error in field.errors)} if field.errors else None


def _shared(field: GovukBoundField) -> Params:
    shared = {
        "id": field.auto_id,
        "name": field.html_name,
        "label": _label(field),
        "hint": _hint(field),
        "errorMessage": _error(field),
        "disabled": field.field.disabled,
        "autocomplete": field.look.autocomplete,
    }
    return {key: value for key, value in shared.items() if value not in (None, "", False)}


def _shown(field: GovukBoundField) -> str:
    shown = field.field.widget.format_value(field.value())
    return "" if shown is None else str(shown)


def input_box(field: GovukBoundField) -> Markup:
    look, widget = field.look, field.field.widget
    whole_number = isinstance(widget, forms.NumberInput)
    params = _shared(field) | {
        "value": _shown(field),
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


def password_box(field: GovukBoundField) -> Markup:
    return _drawn("password_input", _shared(field))


def text_area(field: GovukBoundField) -> Markup:
    params = _shared(field) | {"value": _shown(field), "rows": field.look.rows, "spellcheck": True}
    longest = getattr(field.field, "max_length", None)
    if longest is None:
        return _drawn("textarea", params)
    return _drawn("character_count", params | {"maxlength": longest, "threshold": 50})


def select_box(field: GovukBoundField) -> Markup:
    return _drawn("select", _shared(field) | {"items": list(_options(field, blank="Choose one"))})


def radios(field: GovukBoundField) -> Markup:
    look = field.look
    classes = [f"govuk-radios--{word}" for word in ("inline", "small") if getattr(look, word)]
    return _choices(field, "radios", " ".join(classes))


def checkboxes(field: GovukBoundField) -> Markup:
    return _choices(field, "checkboxes", "govuk-checkboxes--small" if field.look.small else "")


def one_checkbox(field: GovukBoundField) -> Markup:
    """A statement to agree with: the label stands beside its box, without a legend."""
    item = {"value": "on", "text": str(field.label), "checked": bool(field.value())}
    params = _shared(field) | {"idPrefix": field.auto_id, "items": [item]}
    return _drawn("checkboxes", params)


def date_boxes(field: GovukBoundField) -> Markup:
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
    return _drawn("date_input", _shared(field) | {"fieldset": _fieldset(field), "items": items})


def file_box(field: GovukBoundField) -> Markup:
    return _drawn("file_upload", _shared(field))


def hidden_box(field: GovukBoundField) -> Markup:
    return Markup(field.as_widget())  # noqa: S704 -- Django's own widget escapes its value.


def _choices(field: GovukBoundField, component: str, classes: str) -> Markup:
    params = _shared(field) | {
        "idPrefix": field.auto_id,
        "classes": classes,
        "fieldset": _fieldset(field),
        "items": [_explained(field, item) for item in _options(field)],
    }
    return _drawn(component, params)


def _explained(field: GovukBoundField, item: Params) -> Params:
    """A choice with its own hint, and with the question that it reveals."""
    look, value = field.look, item["value"]
    item["checked"] = item.pop("selected")
    if hint := look.choice_hints.get(value):
        item["hint"] = {"text": hint}
    if revealed := look.reveals.get(value):
        item["conditional"] = {"html": field.form[revealed].as_govuk()}
    return item


def _options(field: GovukBoundField, *, blank: str = "") -> Iterator[Params]:
    """The choices; Django's own row of dashes is worded, or left out where it says nothing."""
    chosen = field.field.widget.format_value(field.value())
    for value, label in _flat(field.field.widget.choices):
        known = str(value or "")
        text = str(label) if known else blank
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


DRAWINGS: list[tuple[type[forms.Widget], Callable[[GovukBoundField], Markup]]] = [
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
