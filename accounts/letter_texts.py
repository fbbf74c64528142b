"""The texts of letters as the product brings them, and what fills in their values."""

from functools import lru_cache
from typing import cast

from django.template import engines
from jinja2 import BaseLoader, Environment, Template


def for_html() -> Environment:
    return cast(Environment, engines["jinja2"].env)  # type: ignore[attr-defined]


def for_text() -> Environment:
    return _unescaped(for_html())


def delivered(kind: str) -> Template:
    return for_text().get_template(_name(kind))


def original(kind: str) -> str:
    """What stands in `templates/emails/<kind>.txt`."""
    environment = for_text()
    text, _, _ = cast(BaseLoader, environment.loader).get_source(environment, _name(kind))
    return text


@lru_cache(maxsize=256)
def compiled(text: str) -> Template:
    return for_text().from_string(text)


@lru_cache(maxsize=2)
def _unescaped(environment: Environment) -> Environment:
    # In plain text an apostrophe is an apostrophe.
    return environment.overlay(autoescape=False)


def _name(kind: str) -> str:
    return f"emails/{kind}.txt"
