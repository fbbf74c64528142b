"""The design system's macros, each compiled when it is first asked for.

They live in an environment of their own: they read missing parameters as empty,
whereas our own pages treat a missing name as the mistake that it is.
"""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader
from jinja2.runtime import Macro

_environment = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def macro(name: str) -> Macro:
    """The macro of a component, `character_count` being found in `character-count`."""
    folder = name.replace("_", "-")
    template = _environment.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html")
    called = "govuk" + name.title().replace("_", "")
    found: Macro = getattr(template.module, called)
    return found


class Components:
    """`govuk.button({...})` on a page; the parameters are those of the design system."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return macro(name)


GOVUK = Components()
