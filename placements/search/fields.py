"""What the filters accept: a place that can be found, several codes, several identifiers."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from accounts import postcodes
from accounts.postcodes import Place

MOST_VALUES = 50
LONGEST_CODE = 40


class PlaceField(forms.CharField):
    """A postcode, an outcode, a town, or `latitude,longitude`."""

    def clean(self, value: Any) -> Place | None:
        words = super().clean(value)
        if not words:
            return None
        place = postcodes.find(words)
        if place is None:
            raise ValidationError(
                "We do not know that place. Enter a postcode, such as SY1 1AA, or a town.",
                code="place_unknown",
            )
        return place


class SeveralField(forms.Field):
    """A parameter that may be repeated, each value standing for one alternative."""

    widget: type[forms.Widget] | forms.Widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Any]:
        given = [one for one in value or [] if one != ""]
        if len(given) > MOST_VALUES:
            raise ValidationError("Choose fewer.", code="too_many")
        return [self.one(str(text)) for text in given]

    def one(self, text: str) -> Any:
        raise NotImplementedError


class IdentifiersField(SeveralField):
    def one(self, text: str) -> uuid.UUID:
        try:
            return uuid.UUID(text)
        except ValueError as fault:
            raise ValidationError("That is not an identifier.", code="invalid") from fault


class CodesField(SeveralField):
    """Codes that are not a fixed list of ours, such as those of badges."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: Any = (), **options: Any) -> None:
        super().__init__(**options)
        self.offer(choices)

    def offer(self, choices: Any) -> None:
        """What the page offers; any other well-formed code is understood as well."""
        self.widget.choices = list(choices)

    def one(self, text: str) -> str:
        if len(text) > LONGEST_CODE:
            raise ValidationError("That is not a badge's code.", code="invalid")
        validate_slug(text)
        return text
