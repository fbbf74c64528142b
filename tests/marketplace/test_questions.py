"""Every question that anybody is asked says why it is asked."""

from importlib import import_module
from pathlib import Path

import pytest

from accounts import govuk

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "placements", "brokers", "ratings")


def subclasses(of):
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def import_every_form():
    for app in APPS:
        for file in sorted((ROOT / app).glob("**/*forms*/*.py")) + sorted(
            (ROOT / app).glob("*forms.py")
        ):
            import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def forms_that_are_shown():
    """All but those that others only build on, which say nothing of their own yet."""
    import_every_form()
    ours = {
        each
        for base in (govuk.Form, govuk.ModelForm)
        for each in subclasses(base)
        if each.__module__.split(".")[0] in APPS and "govuk" not in each.__module__
    }
    return sorted(
        (each for each in ours if each.looks or not each.__subclasses__()),
        key=lambda each: each.__qualname__,
    )


def questions(form):
    return [name for name, asked in form.base_fields.items() if not asked.widget.is_hidden]


@pytest.mark.parametrize("form", forms_that_are_shown(), ids=lambda form: form.__qualname__)
def test_every_question_says_why_we_ask(form):
    silent = [
        name for name in questions(form) if name not in form.looks or not form.looks[name].why
    ]

    assert silent == []


def test_the_forms_of_every_app_are_among_them():
    shown = forms_that_are_shown()

    assert {form.__module__.split(".")[0] for form in shown} == set(APPS)
    assert {"SectionForm", "WhichKind", "AskForPlaces", "AboutOrganisation", "SendBack"} <= {
        form.__name__ for form in shown
    }
