"""The benchmark of booking: the verb beside the hand-written one, round by round, then the goals."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from marketplace.bench import goals, scratch
from marketplace.bench.booking import contention, crowd, web
from marketplace.bench.booking.clients import Client, Rush
from marketplace.bench.booking.crowd import Crowd
from marketplace.bench.goals import Goal
from placements import counter

MAKERS = {"by_hand": contention.by_hand, "verb": contention.the_verb}
CLIENTS = (32, 64)

Say = Callable[[str], None]


@dataclass
class Bench:
    """So many rounds, of so many seconds for each measurement."""

    rounds: int
    seconds: float
    say: Say
    schools: int = crowd.SCHOOLS
    clients: tuple[int, ...] = CLIENTS
    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def run(self) -> dict[str, Any]:
        with scratch.database("booking"):
            gathered = crowd.gather(self.schools)
            contention.warm_up(gathered)
            with web.serving() as port:
                over_http = web.by_http(port, web.tokens(gathered))
                for turn in range(self.rounds):
                    self.say(f"round {turn + 1} of {self.rounds}")
                    self._round(gathered)
                    self._round_over_http(gathered, over_http)
            miscounted = len(counter.miscounted())
            versions = goals.versions()
        met = [Goal("slots whose counter is not what their bookings hold", miscounted, at_most=0)]
        met += self.goals()
        return {
            "ok": all(goal.ok for goal in met),
            "goals": [goal.told() for goal in met],
            "booked_a_second": {name: round(median(v), 1) for name, v in self.rates.items()},
            "milliseconds": {name: goals.spread(v) for name, v in self.milliseconds.items() if v},
            "sizes": {"schools": self.schools, "rounds": self.rounds, "seconds": self.seconds},
            "versions": versions,
        }

    def goals(self) -> list[Goal]:
        """Ratios of medians; what stands side by side in one run alone says anything."""
        found: list[Goal] = []
        for clients in self.clients:
            for where, at_least in {"hot": 0.6, "spread": 0.5}.items():
                ratio = self._rate(f"verb, {where}, {clients}") / self._rate(
                    f"by_hand, {where}, {clients}"
                )
                name = f"the verb to the hand-written, {where}, {clients} connections"
                found.append(Goal(name, ratio, at_least=at_least))
        refused = median(self.milliseconds["refused"]) if self.milliseconds["refused"] else 0.0
        found.append(
            Goal(
                "a refusal to a booking, while a crowd sells out",
                refused / median(self.milliseconds["booked"]),
                at_most=0.6,
            )
        )
        for how in ("", ", over HTTP"):
            ratio = self._rate(f"beside a hot slot{how}") / self._rate(f"beside none{how}")
            name = f"bookings elsewhere beside a hot slot, to beside none{how}"
            found.append(Goal(name, ratio, at_least=0.9))
        few = self.clients[0]
        limit = self._rate(f"by_hand, hot, {few}")
        ratio = self._rate(f"over HTTP, hot, {few}") / limit
        name = f"over HTTP to the hand-written, hot, {few} connections"
        found.append(Goal(name, ratio, at_least=0.3))
        return found

    def _rate(self, name: str) -> float:
        return median(self.rates[name])

    def _round(self, gathered: Crowd) -> None:
        for clients in self.clients:
            for where in (contention.hot, contention.spread):
                for name, make in MAKERS.items():
                    rush = where(gathered, make, clients=clients, seconds=self.seconds)
                    self._keep(f"{name}, {where.__name__}, {clients}", rush)
        clients = self.clients[0]
        self._neighbours(gathered, contention.the_verb)
        sold = contention.sell_out(
            gathered, contention.the_verb, clients=clients, seconds=3 * self.seconds
        )
        self.milliseconds["booked"] += sold.booked
        self.milliseconds["refused"] += sold.refused

    def _round_over_http(self, gathered: Crowd, make: Callable[[Crowd], Client]) -> None:
        for clients in self.clients:
            rush = contention.hot(gathered, make, clients=clients, seconds=self.seconds)
            self._keep(f"over HTTP, hot, {clients}", rush)
        self._neighbours(gathered, make, how=", over HTTP")

    def _neighbours(
        self, gathered: Crowd, make: Callable[[Crowd], Client], *, how: str = ""
    ) -> None:
        for name, with_hot in (("beside a hot slot", True), ("beside none", False)):
            rush = contention.neighbours(
                gathered, make, clients=self.clients[0], seconds=self.seconds, with_hot=with_hot
            )
            self._keep(f"{name}{how}", rush)

    def _keep(self, name: str, rush: Rush) -> None:
        self.rates[name].append(rush.a_second)
