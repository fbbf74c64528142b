"""The whole benchmark of the search: each size in a database of its own, then the goals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from statistics import median
from typing import Any

from django.core.management import call_command

from accounts import clock
from accounts.models import School
from marketplace.bench import goals, scratch
from marketplace.bench.goals import Goal
from marketplace.bench.search import freshness, pages, questions, racing
from marketplace.bench.search.handwritten import Handwritten
from marketplace.bench.search.plain import Plain
from marketplace.nation import building

SLOTS_TO_A_PLACEMENT = 10 / 3
SEED = 1
# The size at which the issue compares with the plain form, and measures pages.
USUAL = 300_000

Say = Callable[[str], None]


@dataclass
class Measured:
    """What one size gave: samples in milliseconds, but where the name says otherwise."""

    placements: int
    slots: int
    race: racing.Samples
    plain: racing.Samples
    pages: dict[str, pages.Costs]
    listing_statements: int
    seconds_to_see: list[float]
    milliseconds_a_row: list[float]

    def middle(self, name: str, what: str) -> float:
        return median(self.race[name][what])


@dataclass
class Bench:
    """Sizes to measure, and how many samples of each."""

    sizes: Sequence[int]
    samples: int
    say: Say
    measured: dict[int, Measured] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        for size in self.sizes:
            with scratch.database("search"):
                self.measured[size] = self._measure(size)
                versions = goals.versions()
        met = self.goals()
        return {
            "ok": all(goal.ok for goal in met),
            "goals": [goal.told() for goal in met],
            "sizes": {size: self._told(one) for size, one in self.measured.items()},
            "versions": versions,
        }

    def _measure(self, size: int) -> Measured:
        slots = round(size * SLOTS_TO_A_PLACEMENT)
        self.say(f"{size:,} placements: building the nation")
        building.build(size, slots, seed=SEED, progress=lambda _: None)
        call_command("rebuild_search", stdout=StringIO())
        by_hand, plain = Handwritten(clock.today()), Plain()
        self.say(f"{size:,} placements: building the hand-written search and the plain form")
        by_hand.build()
        plain.build()
        mix = racing.mix_of(by_hand)
        schools = _spread(self.samples)
        self.say(f"{size:,} placements: measuring")
        return Measured(
            placements=size,
            slots=slots,
            race=racing.race(by_hand, mix, schools),
            plain=racing.against_plain(by_hand, plain, mix, schools[: max(3, self.samples // 5)]),
            pages=pages.costs(mix, schools),
            listing_statements=pages.statements_of_a_listing(),
            seconds_to_see=freshness.seconds_to_see(5),
            milliseconds_a_row=freshness.milliseconds_a_row(5),
        )

    def goals(self) -> list[Goal]:
        found: list[Goal] = []
        for size, one in self.measured.items():
            found += _beside_handwritten(size, one)
        usual = self.measured.get(USUAL) or self.measured[self.sizes[-1]]
        found += _of_pages(usual)
        if USUAL in self.measured:
            found += _beside_plain(usual)
        if len(self.sizes) > 1:
            found += _of_growth(self.measured[self.sizes[0]], self.measured[self.sizes[-1]])
        return found

    def _told(self, one: Measured) -> dict[str, Any]:
        return {
            "slots": one.slots,
            "milliseconds": {
                name: {what: goals.spread(values) for what, values in samples.items()}
                for name, samples in one.race.items()
            },
            "plain_milliseconds": {
                name: {what: goals.spread(values) for what, values in samples.items()}
                for name, samples in one.plain.items()
            },
            "page_milliseconds": {
                kind: {part: goals.spread(values) for part, values in parts.items()}
                for kind, parts in one.pages.items()
            },
            "seconds_to_see": goals.spread(one.seconds_to_see),
            "milliseconds_a_row": goals.spread(one.milliseconds_a_row),
        }


def _spread(number: int) -> list[School]:
    """So many schools from all over the nation."""
    schools = list(School.objects.order_by("pk"))
    return schools[:: max(1, len(schools) // number)][:number]


def _beside_handwritten(size: int, one: Measured) -> list[Goal]:
    return [
        *(
            Goal(
                f"{name} at {size}: our search to the hand-written",
                one.middle(name, "ours") / one.middle(name, "by_hand"),
                at_most=1.25,
            )
            for name in one.race
        ),
        Goal(
            f"statements of a search at {size}",
            max(max(samples["ours_statements"]) for samples in one.race.values()),
            at_most=2,
        ),
    ]


def _beside_plain(one: Measured) -> list[Goal]:
    return [
        Goal(
            f"{name}: the plain form to our search",
            median(one.plain[name]["plain"]) / one.middle(name, "ours"),
            at_least=at_least,
        )
        for name, at_least in {"q1": 40, "q4": 40, "q7": 500}.items()
    ]


def _of_pages(one: Measured) -> list[Goal]:
    cost = {kind: median(parts["both"]) for kind, parts in one.pages.items()}
    return [
        Goal(
            "search page to the same from memory",
            cost["uncached"] / cost["from_memory"],
            at_most=8.5,
        ),
        Goal("the same, where we are going", cost["uncached"] / cost["from_memory"], at_most=3.3),
        Goal("hello to a repeated search", cost["hello"] / cost["repeated"], at_least=0.3),
        Goal("JSON to the page", cost["json"] / cost["uncached"], at_most=1.1),
        Goal("statements of a listing's page", one.listing_statements, at_most=3),
        Goal("seconds until a change is seen", max(one.seconds_to_see), at_most=2),
        Goal("milliseconds a changed row", median(one.milliseconds_a_row), at_most=0.05),
    ]


def _of_growth(small: Measured, large: Measured) -> list[Goal]:
    times = large.placements // small.placements
    return [
        *(
            Goal(
                f"{name}: a page alone, at {times} times the size",
                large.middle(name, "ours_page") / small.middle(name, "ours_page"),
                at_most=2.5,
            )
            for name in questions.NATIONAL
        ),
        *(
            Goal(
                f"{name}: with all counts, at {times} times the size",
                large.middle(name, "ours") / small.middle(name, "ours"),
                at_most=10,
            )
            for name in questions.NATIONAL
        ),
    ]
