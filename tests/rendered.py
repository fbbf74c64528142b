"""The environment that the tests draw pages in: it notes each template that is rendered.

The settings of the tests and of their stacks name `environment` where ours name
`marketplace.jinja.environment`, so a web process or a worker notes what it draws as well.
A page beneath, an included part and a file of macros count when what needs them is drawn.
"""

import os
from functools import wraps
from pathlib import Path

from jinja2 import Template

from marketplace import jinja

FOLDER = "WEX_RENDERED"


class Noted(Template):
    @classmethod
    def from_code(cls, environment, code, globals, uptodate=None):  # noqa: A002 -- Jinja2's name.
        made = super().from_code(environment, code, globals, uptodate)
        if made.name:
            made.root_render_func = noting(made.name, made.root_render_func)
        return made


def noting(name, render):
    @wraps(render)
    def noted(context):
        if folder := os.environ.get(FOLDER):
            (Path(folder) / name.replace("/", "|")).touch()
        return render(context)

    return noted


def environment(**options):
    made = jinja.environment(**options)
    made.template_class = Noted
    return made
