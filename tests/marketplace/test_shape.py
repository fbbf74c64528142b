"""What the import contracts cannot see."""

import ast
import re

import pytest
from django.apps import apps

from marketplace.local.environments import ROOT

STOREY = {"accounts": 0, "placements": 1, "brokers": 2, "ratings": 2, "marketplace": 3}
BANNED = {
    *("utils", "helpers", "common", "core", "manager", "managers", "service", "services"),
    *("mixin", "mixins", "handler", "handlers", "process", "data", "info"),
}
MODULES = sorted(
    path for app in STOREY for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
MANUFACTURED = re.compile(r"(?<=[a-z])(?=[A-Z])")


def named(path):
    return str(path.relative_to(ROOT))


def nodes(kind, trees=None):
    for path, tree in (trees or TREES).items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield path, node


def relations():
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                yield model._meta.app_label, str(field), field.related_model._meta.app_label


def test_relations_point_down_or_stay():
    pointing = [
        (told, storey, STOREY[to])
        for app, told, to in relations()
        if (storey := STOREY.get(app)) is not None and to in STOREY and to != app
    ]

    assert len(pointing) > 10
    assert [told for told, above, below in pointing if below >= above] == []


def assigns_state(trees=None):
    return {
        named(path)
        for path, node in nodes((ast.Assign, ast.AugAssign), trees)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    }


def test_a_placements_state_is_changed_in_one_place():
    inside = {path for path in assigns_state() if path.startswith("placements/")}

    assert inside == {"placements/lifecycle.py"}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_can_be_read_at_a_sitting(path):
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= 300


def test_names_say_what_a_thing_is_about():
    modules = {word for path in MODULES for word in path.with_suffix("").parts[-1].split("_")}
    classes = {
        word.lower()
        for _, node in nodes(ast.ClassDef)
        # Django's own words, which its machinery asks for.
        if not node.name.endswith("UserManager")
        for word in MANUFACTURED.split(node.name)
    }

    assert modules & BANNED == set()
    assert classes & BANNED == set()


def test_nothing_waits_in_the_queue_for_its_hour():
    waits = [
        f"{named(path)}:{node.lineno}"
        for path, node in nodes(ast.Call)
        if any(word.arg in {"eta", "countdown"} for word in node.keywords)
        or (isinstance(node.func, ast.Name) and node.func.id == "crontab")
    ]

    assert waits == []


def test_rules_ask_our_own_clock():
    asks = {
        named(path)
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute)
        and not node.args
        and node.func.attr in {"now", "localdate", "today"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"timezone", "datetime", "date"}
    }

    # The clock itself, and what is about machines rather than about placements.
    assert asks == {"accounts/clock.py", "marketplace/health.py", "marketplace/sessions.py"}


def test_no_row_does_more_than_be_saved():
    overridden = [
        f"{named(path)}: {model.name}.{method.name}"
        for path, model in nodes(ast.ClassDef)
        if "models" in path.parts
        for method in model.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "clean", "delete"}
    ]

    assert overridden == []


def test_a_state_changed_elsewhere_would_be_seen():
    tree = {ROOT / "placements" / "wrong.py": ast.parse("booking.state = 'accepted'")}

    assert assigns_state(tree) == {"placements/wrong.py"}


def writes_rows(trees=None):
    """Whatever a manager writes, and a row's own `save()`; a verb may be called like that too."""
    writing = {"create", "update", "bulk_create", "bulk_update", "get_or_create", "delete"}
    writing |= {"update_or_create", "execute"}
    return [
        f"{named(path)}:{node.lineno}"
        for path, node in nodes(ast.Call, trees)
        if path.is_relative_to(ROOT / "marketplace" / "demo")
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in writing or (node.func.attr == "save" and not node.args))
    ]


def test_the_demonstration_is_made_through_the_verbs_alone():
    assert writes_rows() == []


def test_a_row_that_the_demonstration_wrote_itself_would_be_seen():
    tree = {ROOT / "marketplace" / "demo" / "wrong.py": ast.parse("Rating.objects.create()")}

    assert writes_rows(tree) == ["marketplace/demo/wrong.py:1"]
