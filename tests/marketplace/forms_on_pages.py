"""The forms of a page as a browser sees them: every field, what it holds, and what is wrong with it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

BOXES = ("_day", "_month", "_year")
EMPTY = {"input", "br", "meta", "link", "hr", "img"}


@dataclass
class Field:
    """Everything of one name in a form; a date's three boxes are one field."""

    name: str
    kind: str
    values: list = field(default_factory=list)
    choices: list = field(default_factory=list)
    ids: list = field(default_factory=list)
    is_optional: bool = False

    @property
    def names(self):
        return [self.name + box for box in BOXES] if self.kind == "date" else [self.name]


@dataclass
class Form:
    action: str
    method: str
    fields: dict = field(default_factory=dict)
    buttons: list = field(default_factory=list)

    @property
    def pressed(self):
        """What its first button sends by itself: nothing, where it has no name."""
        return [pair for pair in self.buttons[:1] if pair[0]]


@dataclass
class Element:
    tag: str
    attrs: dict
    text: list = field(default_factory=list)

    @property
    def classes(self):
        return (self.attrs.get("class") or "").split()


class Page(HTMLParser):
    """A page's forms, its title, its identifiers, and the errors it tells of."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.ids, self.groups, self.summary = [], set(), [], None
        self.elements, self._open, self._within = [], [], []
        self.feed(html)
        self.close()
        for form in self.forms:
            _join_dates(form)

    @property
    def title(self):
        return "".join("".join(one.text) for one in self.elements if one.tag == "title").strip()

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if name := element.attrs.get("id"):
            self.ids.add(name)
        if tag == "form":
            action, method = element.attrs.get("action", ""), element.attrs.get("method", "get")
            self.forms.append(Form(action, method))
            self.forms[-1].id = name
        self._see_errors(element)
        if tag in ("input", "select", "textarea", "button"):
            self._see_field(element)
        if tag == "option":
            self._see_option(element)
        if tag not in EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag):
        while self._open:
            element = self._open.pop()
            if element.tag == "textarea" and (sent := self._field_of(element)):
                # A browser leaves out the line break that follows the tag.
                sent.values.append("".join(element.text).removeprefix("\n"))
            if element.tag in ("label", "legend"):
                self._see_label(element)
            if element.tag == tag:
                return

    def handle_data(self, data):
        for element in self._open:
            element.text.append(data)

    def _is_within(self, name):
        return any(name in element.classes for element in self._open)

    def _see_errors(self, element):
        if "govuk-error-summary" in element.classes:
            self.summary = []
        if element.tag == "a" and self._is_within("govuk-error-summary"):
            self.summary.append(element.attrs["href"])
        if "govuk-form-group" in element.classes:
            self.groups.append({"names": set(), "ids": set(), "error": False})
            element.group = self.groups[-1]
        for group in self._open_groups():
            if name := element.attrs.get("id"):
                group["ids"].add(name)
            if name := element.attrs.get("name"):
                group["names"].add(name)
        # An error belongs to the nearest group: a choice may hold a question of its own.
        if "govuk-error-message" in element.classes and (groups := self._open_groups()):
            groups[-1]["error"] = True

    def _open_groups(self):
        return [element.group for element in self._open if hasattr(element, "group")]

    def _form_of(self, element):
        if owner := element.attrs.get("form"):
            return next(form for form in self.forms if form.id == owner)
        inside = any(one.tag == "form" for one in self._open)
        return self.forms[-1] if inside else None

    def _field_of(self, element):
        form, name = self._form_of(element), element.attrs.get("name")
        if form is None or not name:
            return None
        return form.fields.setdefault(name, Field(name, _kind_of(element)))

    def _see_field(self, element):
        if element.tag == "button":
            form, name = self._form_of(element), element.attrs.get("name")
            if form is not None:
                form.buttons.append((name, element.attrs.get("value", "")))
            return
        if "disabled" in element.attrs or (one := self._field_of(element)) is None:
            return
        if name := element.attrs.get("id"):
            one.ids.append(name)
        value = element.attrs.get("value") or ""
        if one.kind in ("radio", "checkbox"):
            one.choices.append(value)
            if "checked" in element.attrs:
                one.values.append(value)
        elif element.tag == "input":
            one.values.append(value)

    def _see_option(self, element):
        select = next(one for one in reversed(self._open) if one.tag == "select")
        one = self._field_of(select)
        if one is None:
            return
        value = element.attrs.get("value", "")
        one.choices.append(value)
        if "selected" in element.attrs:
            one.values.append(value)

    def _see_label(self, element):
        if "(optional)" not in "".join(element.text):
            return
        for group in self._open_groups()[-1:]:
            group["optional"] = True

    def optional_names(self):
        return {name for group in self.groups if group.get("optional") for name in group["names"]}


def _kind_of(element):
    if element.tag in ("select", "textarea"):
        return element.tag
    kind = element.attrs.get("type", "text")
    return "number" if kind == "text" and element.attrs.get("inputmode") == "numeric" else kind


def _join_dates(form):
    for name in [name for name in form.fields if name.endswith("_day")]:
        whole = name.removesuffix("_day")
        if all(whole + box in form.fields for box in BOXES):
            boxes = [form.fields.pop(whole + box) for box in BOXES]
            values = [(box.values or [""])[0] for box in boxes]
            ids = [one for box in boxes for one in box.ids]
            form.fields[whole] = Field(whole, "date", values, ids=ids)


def read(answer):
    page = Page(answer.content.decode())
    optional = page.optional_names()
    for form in page.forms:
        for one in form.fields.values():
            one.is_optional = bool(optional & set(one.names))
    return page
