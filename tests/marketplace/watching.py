"""Which questions come past which rules, and whose answer would be another without a clause.

While rules are watched, each is asked along with all of its mutants. Where a mutant answers as
the rule does, the page is the same with it; so it need be put in place only for the questions
where it does not.
"""

import ast
from contextlib import ExitStack, contextmanager

from tests.marketplace.mutants import in_place, made_of, mutants_of, written_as

# The one that watches, for the code that stands in the place of the rules.
watching: list["Watch"] = []


class Watch:
    """Holds the mutants that have answered otherwise than their rule since it was last emptied."""

    def __init__(self, subjects):
        self.otherwise = set()
        self.rules = {subject: made_of(subject, written_as(subject)) for subject in subjects}
        self.mutants = {
            subject: {mutant: mutant.made() for mutant in mutants_of(subject)}
            for subject in subjects
        }
        self.looks_away = False

    def answer(self, subject, *given):
        answer, fault = heard(self.rules[subject], given)
        if not self.looks_away:
            # What a mutant asks in turn was never asked.
            self.looks_away = True
            self.otherwise |= {
                mutant
                for mutant, made in self.mutants[subject].items()
                if not alike(heard(made, given), (answer, fault))
            }
            self.looks_away = False
        if fault:
            raise fault
        return answer

    @contextmanager
    def over_all(self):
        watching.append(self)
        with ExitStack() as places:
            for subject in self.rules:
                places.enter_context(in_place(made_of(subject, watched(subject)), subject))
            yield self
        watching.remove(self)


def heard(rule, given):
    """What it answers, and what it raises."""
    try:
        return rule(*given), None
    except Exception as fault:
        return None, fault


def alike(one, other):
    """A query is never the same as another, so it counts as another answer."""
    return one[0] == other[0] and type(one[1]) is type(other[1])


def watched(subject):
    """The rule with nothing in it but a question to whoever watches."""
    tree = written_as(subject)
    (one,) = tree.body
    given = "".join(f", {argument.arg}" for argument in one.args.args)
    one.body = ast.parse(
        "from tests.marketplace.watching import watching\n"
        f"return watching[-1].answer({subject!r}{given})"
    ).body
    return ast.fix_missing_locations(tree)
