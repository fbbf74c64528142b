"""The product's search beside the hand-written one: equal answers, and what each takes."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from accounts import clock
from accounts.models import School
from marketplace.bench import stopwatch
from marketplace.bench.search import questions
from marketplace.bench.search.handwritten import GROUPS, Answer, Handwritten
from marketplace.bench.search.plain import PLAIN, Plain
from marketplace.bench.search.questions import Asked, Mix
from marketplace.nation import words
from placements.models import Placement
from placements.search import Results, results

WARM_UP = 3
Samples = dict[str, dict[str, list[float]]]


class UnequalError(AssertionError):
    """The two searches do not find the same."""


def mix_of(by_hand: Handwritten) -> Mix:
    """The questions of this nation: its rare word, and where its page 500 begins."""
    first, last = questions.weeks_of_july(clock.today())
    cursor, row = _before_page(500)
    score = -(round((row.rating_average or 0) * 100) * 100_000 + row.rating_count)
    return Mix(first, last, by_hand.rarest(words.CRAFTS), cursor, score, str(row.pk))


def race(by_hand: Handwritten, mix: Mix, schools: Sequence[School]) -> Samples:
    """Each question of both in turn, about one school after another, after a warm-up."""
    samples: Samples = defaultdict(lambda: defaultdict(list))
    for turn, school in enumerate([*schools[:WARM_UP], *schools]):
        for name in questions.QUESTIONS:
            asked = mix.asked(name, school)
            spent = _one(asked, by_hand, swapped=bool(turn % 2))
            if turn >= WARM_UP:
                for what, value in spent.items():
                    samples[name][what].append(value)
    return samples


def _one(asked: Asked, by_hand: Handwritten, *, swapped: bool) -> dict[str, float]:
    search = asked.search()
    answers: dict[str, Any] = {}
    spent: dict[str, float] = {}
    for who in ("by_hand", "ours") if swapped else ("ours", "by_hand"):
        with stopwatch.in_the_database() as taken:
            answers[who] = by_hand.ask(asked) if who == "by_hand" else _ours(search)
        spent[who], spent[f"{who}_clock"] = taken.processor, taken.clock
        spent[f"{who}_statements"] = taken.statements
    with stopwatch.in_the_database() as taken:
        results(asked.search(), with_facets=False)
    spent["ours_page"] = taken.processor
    refuse_unequal(asked, told(answers["ours"]), by_hand.read(answers["by_hand"]))
    return spent


def _ours(search: Any) -> Results:
    return results(search, with_facets=True)


def told(found: Results) -> Answer:
    facets = found.facets or {}
    return Answer(
        [one.placement.pk for one in found.found],
        found.total,
        {
            group: {code: number for code, number in facets.get(group, {}).items() if number}
            for group in GROUPS
        },
    )


def refuse_unequal(asked: Asked, ours: Answer, by_hand: Answer) -> None:
    for what in ("ids", "total", "counts"):
        one, other = getattr(ours, what), getattr(by_hand, what)
        if one != other:
            raise UnequalError(f"{asked.name}, {asked.address}: {what} {one!r}, by hand {other!r}")


def _before_page(number: int) -> tuple[str, Placement]:
    """The address of a page of the nation by rating, and the last line of the one before."""
    cursor, left, row = "", (number - 1) * questions.ON_A_PAGE, None
    left = min(left, Placement.objects.published().count() // 2)
    while left:
        found = results(questions.by_rating(cursor, limit=min(left, 100)))
        cursor, left, row = found.next or "", left - len(found.found), found.found[-1].placement
    assert row is not None  # noqa: S101 -- a nation has more than one line.
    return cursor, row


def against_plain(
    by_hand: Handwritten, plain: Plain, mix: Mix, schools: Sequence[School]
) -> Samples:
    """The plain form in turn with the hand-written search; a few samples, for it takes seconds."""
    samples: Samples = defaultdict(lambda: defaultdict(list))
    for name in PLAIN:
        for school in schools:
            asked = mix.asked(name, school)
            with stopwatch.in_the_database() as quick:
                rows = by_hand.ask(asked)
            with stopwatch.in_the_database() as slow:
                answer = plain.ask(asked, by_hand.today)
            refuse_unequal(asked, answer, by_hand.read(rows))
            samples[name]["by_hand"].append(quick.processor)
            samples[name]["plain"].append(slow.processor)
    return samples
