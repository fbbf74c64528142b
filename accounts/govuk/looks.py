"""How one field looks and what it explains, beside the form that declares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Size = Literal["s", "m", "l", "xl"]


@dataclass(frozen=True, kw_only=True)
class Look:
    """Everything about a field that Django's own field has no word for.

    `why` is shown as "Why we ask". `missing` is the error for an empty answer, such
    as "Enter your name". `heading` makes the label the page's own h1. `reveals` maps
    a choice to the name of the field that appears beneath it once it is ticked; not that
    of a radio button, which by ARIA does not expand.
    """

    why: str = ""
    missing: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    width: Literal[0, 2, 3, 4, 5, 10, 20, 30] = 0
    rows: int = 5
    prefix: str = ""
    suffix: str = ""
    size: Size = "s"
    heading: bool = False
    inline: bool = False
    small: bool = False
    choice_hints: Mapping[str, str] = field(default_factory=dict)
    reveals: Mapping[str, str] = field(default_factory=dict)


PLAIN = Look()
