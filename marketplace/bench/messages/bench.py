"""The benchmark of messages: what is lost and repeated under fire, how fast they go, the goals."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from marketplace.bench.goals import Goal
from marketplace.bench.messages import draining, mailserver, standin
from marketplace.bench.messages.draining import Drained
from marketplace.bench.messages.faults import Ordeal, Sizes

Say = Callable[[str], None]
# So long a mail service thinks about each mail, in seconds.
THINKS = 0.005


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    asked: Sizes
    by_smtp: Sizes
    backlog: int
    seconds: float
    bookings: int


FULL = Plan(
    asked=Sizes(messages=30_000, kills=1_000, crashes=20, flushes=50, freezes=20),
    by_smtp=Sizes(messages=3_000, kills=100, crashes=5, flushes=5, freezes=5),
    backlog=100_000,
    seconds=30,
    bookings=1_000,
)
QUICK = Plan(
    asked=Sizes(messages=2_000, kills=50, crashes=5, flushes=5, freezes=2),
    by_smtp=Sizes(messages=200, kills=10, crashes=1, flushes=1, freezes=1),
    backlog=10_000,
    seconds=5,
    bookings=100,
)


@dataclass
class Bench:
    plan: Plan
    say: Say
    env: dict[str, str] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        asked = self.under_fire()
        by_smtp = self.by_smtp()
        drained = draining.drain(
            backlog=self.plan.backlog,
            seconds=self.plan.seconds,
            bookings=self.plan.bookings,
            say=self.say,
        )
        met = [*goals_under_fire(asked), *goals_by_smtp(by_smtp), *self._goals_of(drained)]
        return {
            "ok": all(goal.ok for goal in met),
            "goals": [goal.told() for goal in met],
            **asked,
            "by_smtp": by_smtp,
            **{name: round(value, 3) for name, value in asdict(drained).items()},
            "backlog": self.plan.backlog,
        }

    def under_fire(self) -> dict[str, Any]:
        """By a service that can be asked what went."""
        self.say("by a service that can be asked")
        with standin.listening(THINKS) as service:
            return self._said(Ordeal(service, self.plan.asked, self.say, self.env).run())

    def by_smtp(self) -> dict[str, Any]:
        self.say("by SMTP")
        with mailserver.listening(THINKS) as server:
            return self._said(Ordeal(server, self.plan.by_smtp, self.say, self.env).run())

    def _said(self, told: dict[str, Any]) -> dict[str, Any]:
        """What took half an hour is known before anything else begins."""
        self.say(json.dumps(told))
        return told

    def _goals_of(self, drained: Drained) -> list[Goal]:
        """A booking shares its processors with whoever delivers, as with anybody: what the backlog
        has to answer for is what it costs by itself, and beyond as much work of any other kind."""
        beside = f"a booking beside {self.plan.backlog} owed messages to one beside none"
        delivered = "a booking beside their delivery to one beside as much other work"
        return [
            Goal("messages a second", drained.messages_per_second, at_least=200),
            Goal(beside, drained.bookings_slowed_by_backlog, at_most=1.1),
            Goal(delivered, drained.bookings_slowed_by_delivery, at_most=1.1),
        ]


def goals_under_fire(told: dict[str, Any]) -> list[Goal]:
    claimed = told["kills_while_claimed"] / max(told["kills"], 1)
    return [
        *_goals_of_all(told, "asked"),
        Goal("repeated, asked", told["repeated"], at_most=0),
        Goal("kills while a message is claimed, of all", claimed, at_least=1 / 3),
    ]


def goals_by_smtp(told: dict[str, Any]) -> list[Goal]:
    """What may have gone goes again: no more than was in somebody's hand when he was stopped."""
    moments = told["kills"] + told["freezes"] + told["crashes"] * 2
    return [
        *_goals_of_all(told, "by SMTP"),
        Goal("repeated, by SMTP", told["repeated"], at_most=moments),
    ]


def _goals_of_all(told: dict[str, Any], how: str) -> list[Goal]:
    return [
        Goal(f"lost, {how}", told["lost"], at_most=0),
        Goal(f"repeated under another reference, {how}", told["repeated_as_another"], at_most=0),
        Goal(f"neither sent nor ended, {how}", told["left_over"], at_most=0),
        Goal(f"programs that ended by themselves, {how}", told["ended_by_themselves"], at_most=0),
    ]
