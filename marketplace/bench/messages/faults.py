"""Messages that fall due while whatever delivers them is killed, and what became of each.

Half of all kills end a process that has handed a mail over and has not been answered, so that
its message is claimed; the others come at any moment.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.db.models.functions import Now

from accounts.models import Message, MessageState
from marketplace.bench import goals
from marketplace.bench.messages import owing
from marketplace.bench.messages.hand import Hand
from marketplace.bench.messages.owing import Owing, patiently, states
from marketplace.bench.messages.programs import Programs, programs

# Of the kills: one in so many ends the worker as a whole, and one in so many the beat.
WHOLE_WORKER, THE_BEAT = 25, 40
A_HAND = 8.0
# So long the next fault waits for mails to arrive, in seconds, and no longer.
BETWEEN_FAULTS = 2.0
# After so many seconds nobody seems to be left who goes on.
ALL_STAND_STILL = 30.0

Say = Callable[[str], None]
Fault = Callable[[Programs], None]


class Recording(Protocol):
    """Where mails arrive, and are counted."""

    hand: Hand

    @property
    def environment(self) -> dict[str, str]: ...

    @property
    def arrived(self) -> Counter[str]: ...

    @property
    def total(self) -> int: ...


@dataclass(frozen=True)
class Sizes:
    """How much is owed, and what happens meanwhile."""

    messages: int
    kills: int
    crashes: int = 0
    flushes: int = 0
    freezes: int = 0


@dataclass
class Ordeal:
    """One run: faults in an order that chance chose, always the same, and messages between them."""

    service: Recording
    sizes: Sizes
    say: Say
    env: dict[str, str] = field(default_factory=dict)
    # A database's folder to begin with a copy of, laid out by `programs.laid_out`.
    like: Path | None = None
    # Done when the servers stand, before anything is owed; for those who take a part out.
    before: Callable[[], object] = lambda: None
    # How long, when nothing goes wrong any more, what is owed may take.
    patience: float = 600.0
    met: Counter[str] = field(default_factory=Counter)
    dice: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311

    def run(self) -> dict[str, Any]:
        given = {**self.service.environment, **self.env}
        with programs(given, like=self.like) as running:
            self.before()
            owed = owing.prepare()
            running.start("worker", "beat")
            began = time.monotonic()
            self._suffer(running, owed)
            self._settle(running)
            seconds = time.monotonic() - began
            told = {**self._told(owed), "seconds": round(seconds, 1)}
            return {**told, "versions": goals.versions()}

    def _suffer(self, running: Programs, owed: Owing) -> None:
        faults = self._faults()
        # Some beforehand, so that nobody is ever idle.
        ahead = len(faults) // 4
        for done, fault in enumerate(faults, 1):
            by_now = min(1.0, (done + ahead) / len(faults))
            owed.owe(int(self.sizes.messages * by_now) - owed.owed)
            self._let_some_through(self.sizes.messages // len(faults))
            fault(running)
            running.thaw()
            if done % 100 == 0:
                self.say(f"{done} of {len(faults)} faults")
        owed.owe(self.sizes.messages - owed.owed)

    def _let_some_through(self, number: int) -> None:
        """So that what is killed is at work, and not always just about to begin."""
        enough, until = self.service.total + number, time.monotonic() + BETWEEN_FAULTS
        while self.service.total < enough and time.monotonic() < until:
            time.sleep(0.02)

    def _faults(self) -> list[Fault]:
        in_hand = (self.sizes.kills + 1) // 2
        faults: list[Fault] = [self.kill_in_hand] * in_hand
        faults += [self.kill_anywhen] * (self.sizes.kills - in_hand)
        faults += [self.crash] * self.sizes.crashes + [self.flush] * self.sizes.flushes
        faults += [self.freeze] * self.sizes.freezes
        self.dice.shuffle(faults)
        return faults

    def kill_in_hand(self, running: Programs) -> None:
        with self._in_hand(running) as (process, has_sent):
            running.kill_one(process)
        self.met["kills"] += 1
        self.met["kills_while_claimed"] += has_sent

    @contextmanager
    def _in_hand(self, running: Programs) -> Iterator[tuple[int, bool]]:
        """Somebody who has handed a mail over and waits for the answer, if there is anybody."""
        with self.service.hand.held(A_HAND) as port:
            found = running.behind(port) if port else None
            yield found or self.dice.choice(running.delivering()), found is not None

    def kill_anywhen(self, running: Programs) -> None:
        time.sleep(self.dice.uniform(0, 0.1))
        self.met["kills"] += 1
        if self.met["kills"] % THE_BEAT == 0:
            running.kill("beat")
            running.start("beat")
        elif self.met["kills"] % WHOLE_WORKER == 0:
            running.kill("worker")
            running.start("worker")
        else:
            running.kill_one(self.dice.choice(running.delivering()))

    def crash(self, running: Programs) -> None:
        time.sleep(self.dice.uniform(0, 0.1))
        running.crash_database()
        self.met["crashes"] += 1

    def flush(self, running: Programs) -> None:
        running.flush_queue()
        self.met["flushes"] += 1

    def freeze(self, running: Programs) -> None:
        """Somebody stands still with a mail in hand, until after its lease."""
        with self._in_hand(running) as (process, _):
            running.freeze(process)
        self.met["freezes"] += 1

    def _settle(self, running: Programs) -> None:
        """Nothing goes wrong any more: wait until nothing is owed, and all have woken."""
        until = time.monotonic() + self.patience
        while not _all_is_done(running) and time.monotonic() < until:
            # All else is done first, so that they find it done; unless nobody else is there.
            running.thaw(ALL_STAND_STILL if patiently(_still_owed) else 0)
            # What failed on the way need not wait its minutes here.
            patiently(_bring_forward)
            time.sleep(0.2)
        self.met["ended_by_themselves"] = len(running.ended())

    def _told(self, owed: Owing) -> dict[str, Any]:
        arrived, occasions = self.service.arrived, owed.occasions()
        by_occasion: Counter[str] = Counter()
        for reference, times in arrived.items():
            by_occasion[occasions.get(reference, reference)] += times
        found = states()
        return {
            "sizes": asdict(self.sizes),
            "lost": owed.owed - len(set(occasions.values()) & by_occasion.keys()),
            "repeated": by_occasion.total() - len(by_occasion),
            # Under another reference, where no reader's mail program could tell.
            "repeated_as_another": by_occasion.total() - len(by_occasion) - _repeats(arrived),
            "left_over": found.get(MessageState.UNCERTAIN, 0) + patiently(_still_owed),
            "taken_up_again": Message.objects.filter(attempts__gt=1).count(),
            **{name: self.met[name] for name in MET},
        }


MET = ("kills", "kills_while_claimed", "crashes", "flushes", "freezes", "ended_by_themselves")


def _repeats(arrived: Counter[str]) -> int:
    return arrived.total() - len(arrived)


def _all_is_done(running: Programs) -> bool:
    """Whoever stands still may have something in hand, and do something about it when he wakes."""
    return not running.stands_still() and not patiently(_still_owed)


def _still_owed() -> int:
    planned = Message.objects.owed().filter(due_at__lte=Now())
    return planned.exclude(state=MessageState.UNCERTAIN, next_attempt_at=None).count()


def _bring_forward() -> None:
    waiting = Message.objects.owed().filter(next_attempt_at__gt=Now())
    waiting.update(next_attempt_at=Now())
