"""Every rule of who may do what, with one of its clauses taken out.

A mutant is the code of one function, made anew from its source with one thing changed, and
put in the function's place for as long as somebody looks.
"""

import ast
import copy
import importlib
import inspect
import textwrap
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FunctionType

# Every function of these says whether somebody may.
PREDICATES = (
    "accounts.authority",
    "placements.authority",
    "brokers.authority",
    "ratings.authority",
)
# These say what somebody sees, and on what all the others rest.
OTHERS = (
    *("accounts.models.people:Member.is_active", "accounts.models.people:Member.may_write"),
    *("accounts.models.people:Member.leads", "accounts.models.people:MemberQuerySet.visible_to"),
    "accounts.models.workplaces:WorkplaceQuerySet.visible_to",
    "accounts.console:Console.has_permission",
    *("placements.models.slots:SlotQuerySet.visible_to",),
    "placements.models.finding:FindingQuerySet.visible_to",
    "placements.models.listed:ListedQuerySet.kept_by",
    "placements.models.bookings:BookingQuerySet.visible_to",
    "placements.models.cohorts:CohortQuerySet.visible_to",
    "placements.models.students:StudentQuerySet.visible_to",
    *("placements.concerns:placements_seen_by", "placements.concerns:organisations_seen_by"),
    "placements.models.saved_searches:SavedSearchQuerySet.visible_to",
    "placements.models.enquiries:EnquiryQuerySet.visible_to",
    "placements.models.enquiries:EnquiryAnswerQuerySet.asked_of",
    "placements.models.wants:NeedQuerySet.visible_to",
    "placements.confirmation:may_confirm",
    *("brokers.demand:needs_visible_to", "brokers.demand:needs_at"),
    *("brokers.concerns:visible_to", "brokers.concerns:_safeguarding_for"),
    *("brokers.reading:listings_of", "brokers.reading:organisations_of"),
    "brokers.reading:members_of",
    *("ratings.models.ratings:RatingQuerySet.visible_to", "ratings.reported:on_desk"),
    "ratings.past:_of_concern_to",
)


def subjects():
    """The name of every function that is mutated."""
    for module in PREDICATES:
        functions = inspect.getmembers(importlib.import_module(module), inspect.isfunction)
        yield from (f"{module}:{name}" for name, one in functions if one.__module__ == module)
    yield from OTHERS


def function(subject):
    module, _, path = subject.partition(":")
    found = importlib.import_module(module)
    for name in path.split("."):
        # As it is written in its class, whatever it is there.
        found = vars(found)[name]
    return found.fget if isinstance(found, property) else found


@dataclass(frozen=True, eq=False)
class Mutant:
    subject: str
    what: str
    tree: ast.Module

    def __str__(self):
        return f"{self.subject} {self.what}"

    def made(self):
        return made_of(self.subject, self.tree)

    def in_place(self):
        return in_place(self.made(), self.subject)


def made_of(subject, tree):
    """A function as this tree says, which knows what the subject knows."""
    one, space = function(subject), {}
    exec(compile(tree, f"<{subject}>", "exec"), space)
    return FunctionType(space[one.__name__].__code__, one.__globals__, one.__name__)


@contextmanager
def in_place(made, subject):
    one = function(subject)
    original, one.__code__ = one.__code__, made.__code__
    try:
        yield
    finally:
        one.__code__ = original


def mutants_of(subject):
    written = written_as(subject)
    body = written.body[0].body
    for answer in (True, False):
        if says_yes_or_no(subject, body):
            yield Mutant(subject, f"always {answer}", replaced(written, answer))
    told = Counter()
    for position, node in enumerate(ast.walk(written)):
        for what, changed in changes(node):
            told[what] += 1
            name = what if told[what] == 1 else f"{what}, place {told[what]}"
            yield Mutant(subject, name, with_change(written, position, changed))


def written_as(subject):
    return plain(ast.parse(textwrap.dedent(inspect.getsource(function(subject)))))


def plain(tree):
    """The function without decorators, annotations and words about itself."""
    one = tree.body[0]
    one.decorator_list, one.returns = [], None
    for argument in (*one.args.posonlyargs, *one.args.args, *one.args.kwonlyargs):
        argument.annotation = None
    if ast.get_docstring(one) is not None:
        del one.body[0]
    return tree


def says_yes_or_no(subject, body):
    return function(subject).__annotations__.get("return") in (bool, "bool")


def replaced(tree, answer):
    changed = copy.deepcopy(tree)
    changed.body[0].body = [ast.Return(ast.Constant(answer))]
    return ast.fix_missing_locations(changed)


def with_change(tree, position, changed):
    """The tree once more, changed at the node that is walked past in that place."""
    fresh = copy.deepcopy(tree)
    changed(list(ast.walk(fresh))[position])
    return ast.fix_missing_locations(fresh)


def changes(node):
    """Each way to take a clause out of this node: its name, and how it is done."""
    if isinstance(node, ast.BoolOp):
        yield from one_less(node, "values")
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitOr, ast.BitAnd)):
        for side, other in (("left", "right"), ("right", "left")):
            yield f"without {ast.unparse(getattr(node, side))}", partial(same, side, other)
    elif isinstance(node, (ast.FunctionDef, ast.If)):
        guards = (one for one in node.body if isinstance(one, ast.If) and not one.orelse)
        yield from one_less(node, "body", of=list(guards))
    elif isinstance(node, ast.Call) and narrows(node):
        yield from (*one_less(node, "keywords"), *one_less(node, "args"))
    elif isinstance(node, ast.Tuple):
        yield from one_less(node, "elts")


def one_less(node, name, of=None):
    parts = getattr(node, name)
    for at, part in enumerate(parts):
        if of is None or part in of:
            shown = part.test if isinstance(part, ast.If) else part
            yield f"without {ast.unparse(shown)}", partial(drop, name, at)


def drop(name, at, node):
    left = getattr(node, name)
    left.pop(at)
    if isinstance(node, ast.BoolOp) and len(left) == 1:
        # Of two, one is left; an `and` or an `or` wants two.
        left.append(copy.deepcopy(left[0]))


def same(side, other, node):
    """What stands on both sides of an `or` or an `and` stands there once."""
    setattr(node, side, getattr(node, other))


def narrows(call):
    named = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return named in ("filter", "exclude", "Q")
